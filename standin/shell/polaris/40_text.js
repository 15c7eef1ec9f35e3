// Words and small marks: text, paragraph, heading, number, badge, lists, chips, icons.

const SIZES = {
  "small-200": "11px", "small-100": "12px", small: "12px", base: "13px", large: "14px", "large-100": "16px", "large-200": "20px",
  "large-300": "24px", "large-400": "30px",
};
const WEIGHTS = { medium: "550", semibold: "600", bold: "700", base: "450" };

const INK = `
  :host([color=subdued]) { color: var(--p-soft); }
  :host([tone=neutral]) { color: var(--p-soft); }
  :host([tone=info]) { color: #00527c; }
  :host([tone=success]) { color: #0c6b3d; }
  :host([tone=caution]) { color: #6b5600; }
  :host([tone=warning]) { color: #8a4600; }
  :host([tone=critical]) { color: var(--p-critical); }
  :host([fontvariantnumeric=tabular-nums]) { font-variant-numeric: tabular-nums; }
  :host([accessibilityvisibility=exclusive]) {
    position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
`;

class Text extends PolarisElement {
  static attributes = ["fontsize", "fontweight", "lineclamp", "accessibilityvisibility", "interestfor"];
  static css = `
    :host { display: inline; overflow-wrap: break-word; }
    :host([type=strong]) { font-weight: 650; }
    :host([type=redundant]) { text-decoration: line-through; color: var(--p-soft); }
    ${INK}
  `;

  render() {
    const rules = [];
    const [size, weight, lines] = [this.read("fontsize"), this.read("fontweight"), this.read("lineclamp")];
    if (SIZES[size]) rules.push(`font-size:${SIZES[size]};line-height:1.4`);
    if (WEIGHTS[weight]) rules.push(`font-weight:${WEIGHTS[weight]}`);
    if (Number(lines)) rules.push(`display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:${Number(lines)};overflow:hidden`);
    this.setOwnRules(rules.length ? `:host{${rules.join(";")}}` : "");
    if (this.read("accessibilityvisibility") === "hidden") this.setAttribute("aria-hidden", "true");
  }
}

class Paragraph extends Text {
  static css = `:host { display: block; overflow-wrap: break-word; } ${INK}`;
}

class Numeral extends Text {
  static css = `:host { display: inline; font-variant-numeric: tabular-nums; } ${INK}`;
}

class Heading extends Text {
  static css = `:host { display: block; font-size: 14px; line-height: 20px; font-weight: 650; } ${INK}`;

  render() {
    super.render();
    const wanted = this.read("accessibilityrole", "heading");
    this.offerRole(wanted === "heading" ? "heading" : "presentation");
    let depth = 2;
    for (let section = this.closest("s-section"); section; section = section.parentElement?.closest("s-section")) depth += 1;
    if (wanted === "heading") this.setAttribute("aria-level", String(Math.min(depth, 6)));
  }
}

class Badge extends PolarisElement {
  static attributes = ["tone", "icon", "size", "color"];
  static css = `
    :host { display: inline-flex; align-items: center; gap: 2px; border-radius: 8px; padding: 0 8px; font-size: 12px; line-height: 20px;
      font-weight: 550; white-space: nowrap; vertical-align: middle; background: var(--tone-bg); color: var(--tone-ink);
      --tone-bg: var(--p-neutral-bg); --tone-ink: var(--p-neutral-ink); }
    :host([size^=large]) { padding: 2px 10px; }
    :host([color=strong]) { box-shadow: inset 0 0 0 1px currentColor; }
    ${toneRules}
    svg { inline-size: 16px; block-size: 16px; margin-inline-start: -4px; }
  `;
  static markup = `<span class="icon"></span><slot></slot>`;

  render() {
    this.find(".icon").innerHTML = this.hasAttribute("icon") ? glyph(this.read("icon")) : "";
  }
}

class Chip extends PolarisElement {
  static attributes = ["removable", "color", "accessibilitylabel"];
  static focusable = true;
  static css = `
    :host { display: inline-flex; align-items: center; gap: 4px; border-radius: 8px; padding: 2px 8px; background: var(--p-strong);
      font-size: 12px; line-height: 20px; }
    :host([color=subdued]) { background: var(--p-subdued); }
    button { background: none; border: 0; padding: 0; cursor: pointer; border-radius: 4px; }
    svg { inline-size: 14px; block-size: 14px; }
  `;
  static markup = `<slot name="graphic"></slot><slot></slot><button type="button" aria-label="Remove" hidden></button>`;

  constructor() {
    super();
    this.find("button").innerHTML = glyph("x");
    this.find("button").addEventListener("click", (event) => {
      event.stopPropagation();
      this.fire("remove");
    });
  }

  render() {
    this.find("button").hidden = !this.hasAttribute("removable");
  }
}

class Icon extends PolarisElement {
  static attributes = ["type", "tone", "size", "interestfor"];
  static css = `
    :host { display: inline-block; inline-size: 20px; block-size: 20px; vertical-align: middle; }
    :host([size=small]), :host([size=small]) svg { inline-size: 16px; block-size: 16px; }
    ${INK}
  `;
  static markup = "";

  render() {
    this.shadowRoot.innerHTML = glyph(this.read("type", "dot"));
  }
}

class List extends PolarisElement {
  static role = "list";
  static css = `:host { display: block; padding-inline-start: 20px; list-style: disc; }`;

  render() {
    this.offerRole(this.constructor.role);
  }
}

class OrderedList extends List {
  static css = `:host { display: block; padding-inline-start: 22px; list-style: decimal; }`;
}

class ListItem extends List {
  static role = "listitem";
  static css = `:host { display: list-item; padding-block: 2px; }`;
}

define("s-text", Text);
define("s-paragraph", Paragraph);
define("s-number", Numeral);
define("s-heading", Heading);
define("s-badge", Badge);
define("s-chip", Chip);
define("s-icon", Icon);
define("s-unordered-list", List);
define("s-ordered-list", OrderedList);
define("s-list-item", ListItem);
