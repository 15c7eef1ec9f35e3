// The ground all elements of the Polaris stub stand on: shared sheets, design tokens, the base class.

const sheets = new Map();

function sheet(css) {
  if (!sheets.has(css)) {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    sheets.set(css, made);
  }
  return sheets.get(css);
}

const RESET = `
  :host { box-sizing: border-box; }
  :host([hidden]) { display: none !important; }
  *, *::before, *::after { box-sizing: border-box; }
  button, input, select, textarea { font: inherit; color: inherit; }
  :focus-visible { outline: 2px solid var(--p-focus); outline-offset: 1px; }
  svg { display: block; width: 20px; height: 20px; flex: none; }
  .visually-hidden {
    position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
`;

class PolarisElement extends HTMLElement {
  static attributes = [];
  static css = "";
  static markup = "<slot></slot>";
  static focusable = false;

  static get observedAttributes() {
    return this.attributes;
  }

  constructor() {
    super();
    this.internals = this.attachInternals();
    this.attachShadow({ mode: "open", delegatesFocus: this.constructor.focusable });
    this.shadowRoot.innerHTML = this.constructor.markup;
    this.fixedSheets = [sheet(RESET), sheet(this.constructor.css)];
    this.shadowRoot.adoptedStyleSheets = this.fixedSheets;
  }

  connectedCallback() {
    this.render();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.render();
  }

  render() {}

  find(selector) {
    return this.shadowRoot.querySelector(selector);
  }

  read(name, otherwise = "") {
    return this.getAttribute(name) ?? otherwise;
  }

  // Marks live outside the light DOM, so that a morphing swap of the page cannot strip them.
  mark(state, on) {
    if (on) this.internals.states.add(state);
    else this.internals.states.delete(state);
  }

  setOwnRules(css) {
    this.shadowRoot.adoptedStyleSheets = [...this.fixedSheets, sheet(css)];
  }

  offerRole(role) {
    if (!this.hasAttribute("role")) this.setAttribute("role", role);
  }

  fire(name, options = {}) {
    return this.dispatchEvent(new Event(name, options));
  }
}

function define(tag, piece) {
  for (const attribute of piece.attributes) mirror(piece.prototype, attribute);
  customElements.define(tag, piece);
}

const FLAGS = new Set([
  "disabled", "checked", "selected", "required", "loading", "readonly", "multiple", "dismissible", "removable", "paginate",
  "haspreviouspage", "hasnextpage", "pressed", "indeterminate", "alpha",
]);

const CAMEL = {
  alignitems: "alignItems", commandfor: "commandFor", readonly: "readOnly", haspreviouspage: "hasPreviousPage",
  hasnextpage: "hasNextPage", clickdelegate: "clickDelegate", accessibilitylabel: "accessibilityLabel",
};

function mirror(prototype, attribute) {
  const property = CAMEL[attribute] ?? attribute;
  if (property in prototype) return;
  const flag = FLAGS.has(attribute);
  Object.defineProperty(prototype, property, {
    configurable: true,
    get() {
      return flag ? this.hasAttribute(attribute) : this.read(attribute);
    },
    set(value) {
      if (flag) this.toggleAttribute(attribute, Boolean(value));
      else if (value === null || value === undefined) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value);
    },
  });
}
