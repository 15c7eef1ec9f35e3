// Choices: select, checkbox, switch, choice list, drop zone; all take part in their form.

class Select extends Field {
  static attributes = [...Field.attributes, "icon"];
  static css = `${Field.css}
    .frame { padding-inline: 0; position: relative; }
    select.control { padding-inline: 12px 30px; appearance: none; cursor: pointer; }
    .arrow { position: absolute; inset-inline-end: 8px; pointer-events: none; color: var(--p-soft); }
    .arrow svg { inline-size: 16px; block-size: 16px; }
    .source { display: none; }`;
  static control = `<select class="control"></select><span class="arrow">${glyph("chevron-down")}</span><slot class="source"></slot>`;

  constructor() {
    super();
    this.watcher = new MutationObserver(() => this.render());
  }

  connectedCallback() {
    this.watcher.observe(this, { childList: true, subtree: true, characterData: true, attributes: true });
    super.connectedCallback();
  }

  disconnectedCallback() {
    this.watcher.disconnect();
  }

  get value() {
    if (this.touched) return this.current;
    const options = [...this.querySelectorAll("s-option")];
    const chosen = options.find((option) => option.hasAttribute("selected"));
    const first = this.hasAttribute("placeholder") ? "" : options[0]?.getAttribute("value") ?? "";
    return this.getAttribute("value") ?? chosen?.getAttribute("value") ?? first;
  }

  set value(value) {
    this.take(String(value ?? ""));
    this.render();
  }

  renderControl() {
    super.renderControl();
    const options = [...this.children].map(nativeOption).filter(Boolean);
    if (this.hasAttribute("placeholder")) {
      const empty = new Option(this.read("placeholder"), "");
      empty.disabled = true;
      options.unshift(empty);
    }
    this.control.replaceChildren(...options);
    this.control.value = this.value;
  }
}

function nativeOption(element) {
  if (element.localName === "s-option") {
    const option = new Option(element.textContent.trim(), element.getAttribute("value") ?? element.textContent.trim());
    option.disabled = element.hasAttribute("disabled");
    return option;
  }
  if (element.localName !== "s-option-group") return null;
  const group = document.createElement("optgroup");
  group.label = element.getAttribute("label") ?? "";
  group.disabled = element.hasAttribute("disabled");
  group.append(...[...element.children].map(nativeOption).filter(Boolean));
  return group;
}

const TICK_CSS = `
  :host { display: block; }
  .row { display: flex; align-items: flex-start; gap: 8px; cursor: pointer; }
  :host([disabled]) .row { cursor: default; color: #a0a0a0; }
  input { inline-size: 16px; block-size: 16px; margin: 2px 0 0; accent-color: #303030; flex: none; cursor: inherit; }
  .details { color: var(--p-soft); margin-inline-start: 24px; }
  .error { color: var(--p-critical); margin-inline-start: 24px; }
  .details:not(.filled), .error:not(.filled) { display: none; }
  .label-row.exclusive { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;

class Checkbox extends Field {
  static attributes = ["label", "details", "error", "disabled", "required", "name", "value", "checked", "indeterminate",
    "accessibilitylabel", "labelaccessibilityvisibility"];
  static css = TICK_CSS;
  static control = `<input class="control" type="checkbox">`;

  static get markup() {
    return `<label class="row">${this.control}<span class="label-row"><span class="label"></span></span></label>
      <div class="error" id="error"><span></span><slot name="error"></slot></div>
      <div class="details" id="details"><span></span><slot name="details"></slot></div>`;
  }

  get value() {
    return this.read("value", "on");
  }

  set value(value) {
    this.setAttribute("value", value);
  }

  get checked() {
    return this.touched ? this.current : this.hasAttribute("checked");
  }

  set checked(on) {
    this.take(Boolean(on));
    this.render();
  }

  take(on) {
    this.touched = true;
    // The native control hands its value over as a word; its tick is what counts.
    this.current = typeof on === "boolean" ? on : this.control.checked;
    this.internals.setFormValue(this.current ? this.value : null, this.current ? "on" : "off");
  }

  formStateRestoreCallback(state) {
    this.checked = state === "on";
  }

  render() {
    this.renderWords();
    this.control.disabled = this.hasAttribute("disabled");
    this.control.checked = this.checked;
    this.control.indeterminate = this.hasAttribute("indeterminate") && !this.touched;
    if (this.hasAttribute("accessibilitylabel")) this.control.setAttribute("aria-label", this.read("accessibilitylabel"));
    this.internals.setFormValue(this.checked ? this.value : null, this.checked ? "on" : "off");
  }
}

class Switch extends Checkbox {
  static css = `${TICK_CSS}
    input { appearance: none; inline-size: 32px; block-size: 20px; margin: 0; border-radius: 20px; background: #b5b5b5; position: relative;
      transition: background .15s; }
    input::after { content: ""; position: absolute; inset: 2px auto 2px 2px; inline-size: 16px; border-radius: 50%; background: #fff;
      transition: translate .15s; }
    input:checked { background: #1f7a4d; } input:checked::after { translate: 12px 0; }
    .details, .error { margin-inline-start: 40px; }`;
  static control = `<input class="control" type="checkbox" role="switch">`;
}

class Choice extends PolarisElement {
  static focusable = true;
  static attributes = ["value", "selected", "disabled", "accessibilitylabel"];
  static css = `${TICK_CSS} .extra { margin-inline-start: 24px; }`;
  static markup = `<label class="row"><input type="radio"><span><slot></slot></span></label>
    <div class="details"><slot name="details"></slot></div><div class="extra"><slot name="secondary-content"></slot></div>`;

  constructor() {
    super();
    this.input = this.find("input");
    this.input.addEventListener("change", () => this.closest("s-choice-list")?.choose(this, this.input.checked));
    this.input.addEventListener("keydown", (event) => this.closest("s-choice-list")?.step(this, event));
    this.shadowRoot.addEventListener("slotchange", () => this.render());
  }

  connectedCallback() {
    this.selectedAtFirst ??= this.hasAttribute("selected");
    super.connectedCallback();
  }

  render() {
    const list = this.closest("s-choice-list");
    this.input.type = list?.hasAttribute("multiple") ? "checkbox" : "radio";
    this.input.checked = this.hasAttribute("selected");
    this.input.disabled = this.hasAttribute("disabled") || Boolean(list?.hasAttribute("disabled"));
    const words = [...this.childNodes].filter((node) => !node.slot).map((node) => node.textContent).join("");
    this.input.setAttribute("aria-label", this.read("accessibilitylabel") || words.trim());
    this.find(".details").classList.toggle("filled", this.find("slot[name=details]").assignedNodes().length > 0);
    list?.submitChoices?.();
  }
}

class ChoiceList extends Field {
  static attributes = ["label", "details", "error", "disabled", "multiple", "name", "values", "labelaccessibilityvisibility"];
  static css = `${Field.css} .choices.control { display: grid; gap: 6px; padding: 0; font-size: inherit; } .label { margin-block-end: 6px; }`;
  static markup = `<div class="group"><div class="label-row"><div class="label" id="label"></div></div>
    <div class="choices control"><slot></slot></div>
    <div class="error" id="error"><span></span><slot name="error"></slot></div>
    <div class="details" id="details"><span></span><slot name="details"></slot></div></div>`;

  get choices() {
    return [...this.querySelectorAll("s-choice")];
  }

  get values() {
    return this.choices.filter((choice) => choice.hasAttribute("selected")).map((choice) => choice.getAttribute("value") ?? "");
  }

  set values(values) {
    for (const choice of this.choices) choice.toggleAttribute("selected", values.includes(choice.getAttribute("value")));
    this.submitChoices();
  }

  get value() {
    return this.values[0] ?? "";
  }

  choose(chosen, on) {
    if (!this.hasAttribute("multiple")) for (const choice of this.choices) choice.toggleAttribute("selected", choice === chosen && on);
    else chosen.toggleAttribute("selected", on);
    this.submitChoices();
    this.fire("input", { bubbles: true });
    this.fire("change", { bubbles: true });
  }

  // Radio buttons in separate shadow trees do not form a native group, so the arrow keys are ours to handle.
  step(from, event) {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!by || this.hasAttribute("multiple")) return;
    event.preventDefault();
    const open = this.choices.filter((choice) => !choice.hasAttribute("disabled"));
    const next = open[(open.indexOf(from) + by + open.length) % open.length];
    next.focus();
    this.choose(next, true);
  }

  submitChoices() {
    const data = new FormData();
    for (const value of this.values) data.append(this.read("name"), value);
    this.internals.setFormValue(this.read("name") ? data : null);
  }

  formResetCallback() {
    for (const choice of this.choices) choice.toggleAttribute("selected", Boolean(choice.selectedAtFirst));
    this.submitChoices();
  }

  formDisabledCallback() {
    this.render();
  }

  formStateRestoreCallback() {}

  render() {
    this.renderWords();
    this.find(".group").setAttribute("role", this.hasAttribute("multiple") ? "group" : "radiogroup");
    this.find(".group").setAttribute("aria-labelledby", "label");
    this.submitChoices();
  }
}

class DropZone extends Field {
  static attributes = ["label", "error", "disabled", "multiple", "accept", "name", "required", "accessibilitylabel"];
  static css = `${Field.css} .frame { border-style: dashed; padding: 16px; }`;
  static control = `<input class="control" type="file">`;

  get files() {
    return [...this.control.files];
  }

  take() {
    const data = new FormData();
    for (const file of this.control.files) data.append(this.read("name"), file);
    this.internals.setFormValue(this.read("name") ? data : null);
  }

  render() {
    this.renderWords();
    this.control.disabled = this.hasAttribute("disabled");
    this.control.multiple = this.hasAttribute("multiple");
    this.control.accept = this.read("accept");
  }
}

class Inert extends PolarisElement {}

define("s-select", Select);
define("s-option", class extends Inert {});
define("s-option-group", class extends Inert {});
define("s-checkbox", Checkbox);
define("s-switch", Switch);
define("s-choice", Choice);
define("s-choice-list", ChoiceList);
define("s-drop-zone", DropZone);
