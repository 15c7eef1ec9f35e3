// Tables: a table on wide screens, a list of cards with labels on narrow ones.

class Table extends PolarisElement {
  static attributes = ["variant", "loading", "paginate", "haspreviouspage", "hasnextpage"];
  static css = `
    :host { display: block; min-inline-size: 0; }
    .filters { padding: 8px 12px; }
    .filters:not(.filled) { display: none; }
    .scroll { overflow-x: auto; }
    .table { display: table; inline-size: 100%; border-collapse: collapse; }
    :host([loading]) .table { opacity: .5; }
    nav { display: flex; justify-content: center; gap: 8px; padding: 8px; border-block-start: 1px solid var(--p-line); }
    nav[hidden] { display: none; }
    nav button { border: 0; border-radius: 8px; padding: 4px; background: var(--p-strong); cursor: pointer; }
    nav button:disabled { color: #bbb; cursor: default; }
    :host([variant=list]) .table { display: block; }
    @media (max-width: 600px) { .table { display: block; } }
  `;
  static markup = `<div class="filters"><slot name="filters"></slot></div>
    <div class="scroll"><div class="table"><slot></slot></div></div>
    <nav aria-label="Pages" hidden><button type="button" aria-label="Previous"></button><button type="button" aria-label="Next"></button></nav>`;

  constructor() {
    super();
    const [previous, next] = this.shadowRoot.querySelectorAll("nav button");
    previous.innerHTML = glyph("chevron-left");
    next.innerHTML = glyph("chevron-right");
    previous.addEventListener("click", () => this.fire("previouspage"));
    next.addEventListener("click", () => this.fire("nextpage"));
    this.shadowRoot.addEventListener("slotchange", () => this.render());
  }

  render() {
    this.offerRole("table");
    const [previous, next] = this.shadowRoot.querySelectorAll("nav button");
    this.find("nav").hidden = !this.hasAttribute("paginate");
    previous.disabled = !this.hasAttribute("haspreviouspage");
    next.disabled = !this.hasAttribute("hasnextpage");
    this.find(".filters").classList.toggle("filled", this.find(".filters slot").assignedElements().length > 0);
  }
}

// The same rules twice: for any narrow screen, and for a table that asks to be a list everywhere.
const AS_LIST = (css) => `@media (max-width: 600px) { ${css} } ${css.replaceAll(":host", ":host(:state(list))")}`;

class TablePart extends PolarisElement {
  static role = "rowgroup";
  static css = `:host { display: table-row-group; } ${AS_LIST(":host { display: block; }")}`;

  render() {
    this.offerRole(this.constructor.role);
    this.mark("list", this.closest("s-table")?.read("variant") === "list");
  }
}

class HeaderRow extends TablePart {
  static role = "row";
  static css = `:host { display: table-row; background: var(--p-subdued); } ${AS_LIST(":host { display: none; }")}`;
}

class Header extends TablePart {
  static role = "columnheader";
  static attributes = ["format", "listslot"];
  static css = `
    :host { display: table-cell; padding: 8px 12px; font-size: 12px; font-weight: 600; color: var(--p-soft); text-align: start;
      white-space: nowrap; border-block-end: 1px solid var(--p-line); }
    :host([format=numeric]), :host([format=currency]) { text-align: end; }
  `;
}

class Row extends TablePart {
  static role = "row";
  static attributes = ["clickdelegate"];
  static css = `
    :host { display: table-row; }
    :host([clickdelegate]) { cursor: pointer; }
    :host(:hover) { background: #fafafa; }
    ${AS_LIST(":host { display: grid; gap: 4px; padding: 12px 16px; border-block-end: 1px solid var(--p-line); }")}
  `;

  constructor() {
    super();
    this.addEventListener("click", (event) => {
      const delegate = this.hasAttribute("clickdelegate") && document.getElementById(this.read("clickdelegate"));
      const pressed = event.composedPath().some((node) => node instanceof Element && node !== this
        && node.matches("a,button,input,select,textarea,label,s-button,s-link,s-checkbox,s-clickable"));
      if (delegate && !pressed) delegate.click();
    });
  }
}

class Cell extends TablePart {
  static role = "cell";
  static css = `
    :host { display: table-cell; padding: 8px 12px; vertical-align: middle; border-block-end: 1px solid var(--p-line); }
    :host(:state(figure)) { text-align: end; font-variant-numeric: tabular-nums; }
    .label { display: none; color: var(--p-soft); }
    ${AS_LIST(`
      :host { display: flex; gap: 12px; padding: 0; border: 0; text-align: start; }
      :host .content { min-inline-size: 0; text-align: start; }
      :host .label { text-align: start; }
      :host .label:not(:empty) { display: block; flex: 0 0 40%; }
    `)}
  `;
  static markup = `<span class="label"></span><div class="content"><slot></slot></div>`;

  render() {
    super.render();
    const place = [...(this.parentElement?.children ?? [])].indexOf(this);
    const header = this.closest("s-table")?.querySelectorAll("s-table-header")[place];
    this.mark("figure", ["numeric", "currency"].includes(header?.getAttribute("format")));
    const kind = header?.getAttribute("listslot") ?? "labeled";
    this.find(".label").textContent = kind === "labeled" ? header?.textContent.trim() ?? "" : "";
  }
}

define("s-table", Table);
define("s-table-header-row", HeaderRow);
define("s-table-header", Header);
define("s-table-body", TablePart);
define("s-table-row", Row);
define("s-table-cell", Cell);
