// Text-like fields: real form-associated elements with a label, details and an error around a native control.

class Field extends PolarisElement {
  static formAssociated = true;
  static focusable = true;
  static attributes = ["label", "details", "error", "placeholder", "disabled", "readonly", "required", "name", "value", "autocomplete",
    "labelaccessibilityvisibility"];
  static css = `
    :host { display: block; min-inline-size: 0; }
    .label { display: block; margin-block-end: 4px; font-weight: 450; }
    .label-row.exclusive { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .star { color: var(--p-critical); }
    .frame { display: flex; align-items: center; gap: 6px; padding-inline: 12px; border: 1px solid var(--p-edge); border-radius: 8px;
      background: var(--p-card); }
    .frame:focus-within { outline: 2px solid var(--p-focus); outline-offset: 1px; }
    .control { flex: 1; min-inline-size: 0; inline-size: 100%; padding: 5px 0; border: 0; outline: 0; background: none; }
    textarea.control { resize: vertical; }
    .affix { color: var(--p-soft); white-space: nowrap; }
    .affix:empty { display: none; }
    :host([disabled]) .frame, :host([readonly]) .frame { background: var(--p-subdued); border-color: var(--p-line); color: var(--p-soft); }
    :host([error]:not([error=""])) .frame { border-color: var(--p-critical); background: #fff4f3; }
    .details { color: var(--p-soft); margin-block-start: 4px; }
    .error { color: var(--p-critical); margin-block-start: 4px; }
    .details:not(.filled), .error:not(.filled) { display: none; }
    @media (pointer: coarse), (max-width: 490px) { .control { padding-block: 8px; font-size: 16px; } }
  `;
  static control = `<input class="control" type="text">`;

  static get markup() {
    return `<div class="label-row"><label class="label" for="control"></label></div>
      <div class="frame"><span class="affix before"></span>${this.control}<span class="affix after"></span><slot name="accessory"></slot></div>
      <div class="error" id="error"><span></span><slot name="error"></slot></div>
      <div class="details" id="details"><span></span><slot name="details"></slot></div>`;
  }

  constructor() {
    super();
    this.control = this.find(".control");
    this.control.id = "control";
    this.control.setAttribute("aria-describedby", "error details");
    this.control.addEventListener("input", () => this.take(this.control.value));
    // A native change event does not leave the shadow tree by itself.
    this.control.addEventListener("change", () => this.fire("change", { bubbles: true }));
    this.shadowRoot.addEventListener("slotchange", () => this.render());
    this.touched = false;
    this.current = null;
  }

  get value() {
    return this.touched ? this.current : this.read("value");
  }

  set value(value) {
    this.take(value === null || value === undefined ? "" : String(value));
    this.render();
  }

  get defaultValue() {
    return this.read("value");
  }

  get form() {
    return this.internals.form;
  }

  take(value) {
    this.touched = true;
    this.current = value;
    this.internals.setFormValue(value);
  }

  formResetCallback() {
    this.touched = false;
    this.render();
  }

  formDisabledCallback(disabled) {
    this.control.disabled = disabled || this.hasAttribute("disabled");
  }

  formStateRestoreCallback(state) {
    this.value = state;
  }

  render() {
    this.renderWords();
    this.renderControl();
    if (this.control.value !== this.value) this.control.value = this.value;
    if (!this.touched) this.internals.setFormValue(this.value);
  }

  renderWords() {
    const label = this.find(".label");
    label.textContent = this.read("label");
    if (this.hasAttribute("required")) label.insertAdjacentHTML("beforeend", ` <span class="star" aria-hidden="true">*</span>`);
    this.find(".label-row").hidden = !this.read("label");
    this.find(".label-row").classList.toggle("exclusive", this.read("labelaccessibilityvisibility") === "exclusive");
    for (const part of ["error", "details"]) {
      const text = this.read(part);
      this.find(`.${part} span`).textContent = text;
      this.find(`.${part}`).classList.toggle("filled", Boolean(text || this.find(`.${part} slot`).assignedNodes().length));
    }
  }

  renderControl() {
    const { control } = this;
    for (const name of ["placeholder", "autocomplete", "min", "max", "step", "minlength", "maxlength", "rows", "inputmode"]) {
      if (this.hasAttribute(name)) control.setAttribute(name, this.read(name));
      else control.removeAttribute(name);
    }
    control.disabled = this.hasAttribute("disabled");
    control.readOnly = this.hasAttribute("readonly");
    control.setAttribute("aria-required", String(this.hasAttribute("required")));
    control.setAttribute("aria-invalid", String(Boolean(this.read("error"))));
    this.find(".before").textContent = this.read("prefix");
    this.find(".after").textContent = this.read("suffix");
  }
}

class TextField extends Field {
  static attributes = [...Field.attributes, "icon", "prefix", "suffix", "minlength", "maxlength"];

  renderControl() {
    super.renderControl();
    if (this.hasAttribute("icon")) this.find(".before").innerHTML = glyph(this.read("icon"));
  }
}

const typed = (type, attributes = ["minlength", "maxlength"]) => class extends Field {
  static attributes = [...Field.attributes, ...attributes];
  static control = `<input class="control" type="${type}">`;
};

class SearchField extends typed("search") {
  renderControl() {
    super.renderControl();
    this.find(".before").innerHTML = glyph("search");
  }
}

class NumberField extends typed("number", ["min", "max", "step", "prefix", "suffix", "inputmode"]) {
  renderControl() {
    super.renderControl();
    if (!this.hasAttribute("step")) this.control.step = "any";
  }
}

class MoneyField extends NumberField {
  static attributes = [...NumberField.attributes, "currencycode"];

  renderControl() {
    super.renderControl();
    const code = this.read("currencycode", "auto");
    this.find(".before").textContent = code === "auto" ? "$" : code;
  }
}

class TextArea extends Field {
  static attributes = [...Field.attributes, "rows", "minlength", "maxlength"];
  static control = `<textarea class="control" rows="3"></textarea>`;
}

class ColorField extends TextField {
  static css = `${Field.css} .swatch { inline-size: 18px; block-size: 18px; border-radius: 5px; border: 1px solid var(--p-line); }`;

  renderControl() {
    super.renderControl();
    this.find(".before").innerHTML = `<span class="swatch"></span>`;
    this.find(".swatch").style.background = this.value;
  }
}

class DatePicker extends typed("date", ["allow", "disallow", "view", "type"]) {}

define("s-text-field", TextField);
define("s-email-field", typed("email"));
define("s-url-field", typed("url"));
define("s-password-field", typed("password"));
define("s-search-field", SearchField);
define("s-number-field", NumberField);
define("s-money-field", MoneyField);
define("s-text-area", TextArea);
define("s-date-field", typed("date", ["allow", "disallow", "view"]));
define("s-date-picker", DatePicker);
define("s-color-field", ColorField);
define("s-color-picker", class extends typed("color", ["alpha"]) {});
