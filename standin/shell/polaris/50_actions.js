// Things to press: button, link, clickable, press button, clickable chip, and the group that holds buttons.

const FIELDS = "s-text-field,s-number-field,s-money-field,s-email-field,s-url-field,s-search-field,s-password-field,s-text-area,"
  + "s-select,s-checkbox,s-switch,s-choice,s-date-field,s-color-field";

class Pressable extends PolarisElement {
  static focusable = true;
  static attributes = ["href", "target", "download", "disabled", "loading", "command", "commandfor", "type", "interestfor",
    "accessibilitylabel", "lang"];

  constructor() {
    super();
    this.addEventListener("click", (event) => this.whenPressed(event), { capture: true });
    this.shadowRoot.addEventListener("slotchange", () => this.render());
  }

  click() {
    this.find(".control")?.click();
  }

  get idle() {
    return this.hasAttribute("disabled") || this.hasAttribute("loading");
  }

  // What a press does comes after every listener has had its say, as with a native button.
  whenPressed(event) {
    if (this.idle) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    setTimeout(() => event.defaultPrevented || this.act());
  }

  act() {
    if (this.hasAttribute("href")) return;
    const form = this.closest("form");
    if (this.hasAttribute("commandfor")) command(this);
    else if (this.read("type") === "submit") form?.requestSubmit();
    else if (this.read("type") === "reset") form?.reset();
  }

  render() {
    const linked = this.hasAttribute("href");
    let control = this.find(".control");
    if (control.localName !== (linked ? "a" : "button")) {
      const other = document.createElement(linked ? "a" : "button");
      other.className = "control";
      other.append(...control.childNodes);
      control.replaceWith(other);
      control = other;
    }
    if (linked) this.renderAnchor(control);
    else {
      control.type = "button";
      control.disabled = this.idle;
    }
    if (this.hasAttribute("accessibilitylabel")) control.setAttribute("aria-label", this.read("accessibilitylabel"));
    control.setAttribute("aria-busy", String(this.hasAttribute("loading")));
  }

  renderAnchor(anchor) {
    if (this.idle) anchor.removeAttribute("href");
    else anchor.href = this.read("href");
    const target = this.read("target", "auto");
    if (target === "auto") anchor.removeAttribute("target");
    else anchor.target = target;
    if (target === "_blank") anchor.rel = "noopener";
    if (this.hasAttribute("download")) anchor.download = this.read("download");
  }
}

class Button extends Pressable {
  static attributes = [...Pressable.attributes, "variant", "tone", "icon", "inlinesize"];
  static css = `
    :host { display: inline-block; vertical-align: middle; }
    :host([inlinesize=fill]) { display: block; }
    .control { display: inline-flex; align-items: center; justify-content: center; gap: 4px; inline-size: 100%; min-block-size: 28px;
      padding: 4px 12px; border: 1px solid #d0d0d0; border-block-end-color: #b5b5b5; border-radius: 8px; background: var(--p-card);
      color: var(--p-ink); font: 550 12px/18px var(--p-font); text-decoration: none; cursor: pointer; white-space: nowrap; }
    .control:hover { background: var(--p-subdued); }
    .control:active { background: var(--p-strong); }
    .control:disabled, .control:not([href]):is(a) { cursor: default; color: #b5b5b5; background: #f2f2f2; border-color: #ececec; }
    :host([variant=primary]) .control { background: #303030; color: #fff; border-color: #1a1a1a; }
    :host([variant=primary]) .control:hover { background: #1a1a1a; }
    :host([variant=primary]) .control:disabled { background: #c9c9c9; border-color: #c9c9c9; }
    :host([variant=tertiary]) .control { background: none; border-color: transparent; }
    :host([variant=tertiary]) .control:hover { background: #0000000d; }
    :host([tone=critical]) .control { color: var(--p-critical); }
    :host([tone=critical][variant=primary]) .control { background: var(--p-critical); color: #fff; border-color: #9c0a1e; }
    :host(:state(item)), :host(:state(item)) .control { display: flex; inline-size: 100%; }
    :host(:state(item)) .control { justify-content: flex-start; background: none; border-color: transparent; font-weight: 450; }
    :host(:state(item)) .control:hover { background: var(--p-strong); }
    :host(:state(alone)) .control { padding-inline: 3px; }
    :host([loading]) .label { opacity: 0; }
    :host([loading]) .control { position: relative; }
    .wheel { display: none; position: absolute; inline-size: 14px; block-size: 14px; border: 2px solid #0003;
      border-block-start-color: #000a; border-radius: 50%; animation: turn .8s linear infinite; }
    :host([loading]) .wheel { display: block; }
    .icon:empty { display: none; }
    .icon { margin-inline-start: -4px; }
    .icon svg { inline-size: 18px; block-size: 18px; }
    :host(:state(alone)) .icon { margin: 0; }
    @keyframes turn { to { transform: rotate(360deg); } }
    @media (pointer: coarse), (max-width: 490px) { .control { min-block-size: 36px; } }
  `;
  static markup = `<button class="control"><span class="wheel"></span><span class="icon"></span><span class="label"><slot></slot></span></button>`;

  render() {
    super.render();
    this.find(".icon").innerHTML = this.hasAttribute("icon") ? glyph(this.read("icon")) : "";
    this.mark("item", Boolean(this.closest("s-menu")));
    this.mark("alone", this.hasAttribute("icon") && !this.textContent.trim());
  }
}

class PressButton extends Button {
  static attributes = [...Button.attributes, "pressed"];
  static css = `${Button.css} :host([pressed]) .control { background: #d9d9d9; box-shadow: inset 0 1px 3px #0003; }`;

  act() {
    this.toggleAttribute("pressed");
    this.fire("change", { bubbles: true });
  }

  render() {
    super.render();
    this.find(".control").setAttribute("aria-pressed", String(this.hasAttribute("pressed")));
  }
}

class Link extends Pressable {
  static attributes = [...Pressable.attributes, "tone"];
  static css = `
    :host { display: inline; }
    .control { display: inline; padding: 0; border: 0; background: none; color: var(--p-link); font: inherit; text-align: inherit;
      text-decoration: underline; text-underline-offset: 2px; cursor: pointer; border-radius: 4px; overflow-wrap: anywhere; }
    .control:hover { color: #003d8f; }
    :host([tone=neutral]) .control { color: inherit; }
    :host([tone=critical]) .control { color: var(--p-critical); }
    :host([slot=breadcrumb-actions]) .control { color: var(--p-soft); font-size: 14px; text-decoration: none; }
    :host([slot=breadcrumb-actions]) .control:hover { text-decoration: underline; }
  `;
  static markup = `<button class="control"><slot></slot></button>`;
}

class Clickable extends Pressable {
  static rules = BOX;
  static attributes = [...new Set([...Pressable.attributes, ...Box.attributes])];
  static css = `
    :host { display: block; min-inline-size: 0; overflow: clip; }
    .control { display: block; inline-size: 100%; padding: 0; border: 0; background: none; color: inherit; font: inherit;
      text-align: start; text-decoration: none; cursor: pointer; border-radius: inherit; }
    .control:hover { background: #00000008; }
    .control:focus-visible { outline-offset: -2px; }
    .control:disabled { cursor: default; opacity: .6; }
  `;
  static markup = `<button class="control"><slot></slot></button>`;

  render() {
    Pressable.prototype.render.call(this);
    Box.prototype.render.call(this);
  }
}

class ClickableChip extends Pressable {
  static attributes = [...Pressable.attributes, "removable", "color"];
  static css = `
    ${Chip.css}
    .control { font: inherit; color: inherit; text-decoration: none; }
    :host(:hover) { background: #dcdcdc; }
  `;
  static markup = `<slot name="graphic"></slot><button class="control"><slot></slot></button>
    <button class="remove" type="button" aria-label="Remove" hidden></button>`;

  constructor() {
    super();
    this.find(".remove").innerHTML = glyph("x");
    this.find(".remove").addEventListener("click", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.fire("remove");
    });
  }

  render() {
    super.render();
    this.find(".remove").hidden = !this.hasAttribute("removable");
  }
}

class ButtonGroup extends PolarisElement {
  static css = `
    :host { display: inline-flex; flex-wrap: wrap; gap: 8px; }
    :host([gap=none]) { gap: 0; }
  `;
  static markup = `<slot name="secondary-actions"></slot><slot></slot><slot name="primary-action"></slot>`;

  render() {
    this.offerRole("group");
  }
}

define("s-button", Button);
define("s-press-button", PressButton);
define("s-link", Link);
define("s-clickable", Clickable);
define("s-clickable-chip", ClickableChip);
define("s-button-group", ButtonGroup);
