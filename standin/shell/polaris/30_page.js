// The page frame: page, section, banner, empty state, divider, headings.

class Page extends PolarisElement {
  static attributes = ["heading", "inlinesize"];
  static css = `
    :host { display: block; max-inline-size: 998px; margin-inline: auto; padding: 16px 16px 40px; }
    :host([inlinesize=small]) { max-inline-size: 662px; }
    :host([inlinesize=large]) { max-inline-size: none; }
    header { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; min-block-size: 32px; margin-block-end: 16px; }
    .title { display: flex; align-items: center; gap: 4px; flex: 1 1 auto; min-inline-size: 0; }
    h1 { margin: 0; font-size: 20px; line-height: 28px; font-weight: 650; overflow-wrap: anywhere; }
    .crumbs { display: contents; }
    .crumbs::slotted(*)::after { content: "›"; margin-inline: 6px 2px; color: var(--p-faint); font-size: 16px; }
    .actions { display: flex; flex-wrap: wrap; gap: 8px; margin-inline-start: auto; }
    .columns { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
    main, aside { display: grid; gap: 16px; align-content: start; grid-template-columns: minmax(0, 1fr); }
    aside:not(.filled) { display: none; }
    .lead { display: grid; gap: 16px; }
    .lead.filled { margin-block-end: 16px; }
    @media (min-width: 780px) { :host(:not([inlinesize=large])) .columns.two { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); } }
    @media (max-width: 490px) { :host { padding: 12px 8px 32px; } h1 { font-size: 18px; } header { padding-inline: 4px; } }
  `;
  static markup = `
    <header><div class="title"><slot class="crumbs" name="breadcrumb-actions"></slot><h1></h1><slot name="accessory"></slot></div>
    <div class="actions"><slot name="secondary-actions"></slot><slot name="primary-action"></slot></div></header>
    <div class="lead"><slot name="supplemental-start"></slot></div>
    <div class="columns"><main><slot></slot></main><aside><slot name="aside"></slot></aside></div>`;

  constructor() {
    super();
    this.shadowRoot.addEventListener("slotchange", () => this.render());
  }

  render() {
    const heading = this.read("heading");
    this.find("h1").textContent = heading;
    this.find("h1").hidden = !heading;
    const aside = this.find("slot[name=aside]").assignedElements().length > 0;
    this.find("aside").classList.toggle("filled", aside);
    this.find(".columns").classList.toggle("two", aside);
    this.find(".lead").classList.toggle("filled", this.find(".lead slot").assignedElements().length > 0);
  }
}

class Section extends PolarisElement {
  static attributes = ["heading", "subheading", "padding", "accessibilitylabel"];
  static css = `
    :host { display: block; min-inline-size: 0; }
    section { background: var(--p-card); border-radius: 12px; border: 1px solid var(--p-line); box-shadow: 0 1px 2px #0000000f;
      overflow: clip; }
    .body { padding: 16px; display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr); }
    :host([padding=none]) .body { padding: 0; gap: 0; }
    :host([padding=none]) header { padding: 14px 16px; }
    header { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
    header:not(.filled) { display: none; }
    h2 { margin: 0; font-size: 14px; line-height: 20px; font-weight: 650; }
    p { margin: 0; color: var(--p-soft); }
    .actions { margin-inline-start: auto; display: flex; gap: 8px; flex-wrap: wrap; }
    :host(:state(nested)) section { background: none; border: 0; box-shadow: none; border-radius: 0; overflow: visible; }
    :host(:state(nested)) .body { padding: 0; gap: 8px; }
  `;
  static markup = `<section><div class="body"><header><div><h2></h2><p></p></div><slot name="accessory"></slot>
    <div class="actions"><slot name="secondary-actions"></slot><slot name="primary-action"></slot></div></header>
    <slot name="graphic"></slot><slot></slot><slot name="supplemental"></slot></div></section>`;

  constructor() {
    super();
    this.shadowRoot.addEventListener("slotchange", () => this.render());
  }

  render() {
    const [heading, subheading] = [this.read("heading"), this.read("subheading")];
    const label = this.read("accessibilitylabel") || heading;
    this.find("h2").textContent = heading;
    this.find("p").textContent = subheading;
    this.find("p").hidden = !subheading;
    const actions = [...this.shadowRoot.querySelectorAll("header slot")].some((slot) => slot.assignedElements().length);
    this.find("header").classList.toggle("filled", Boolean(heading || subheading || actions));
    if (label) this.find("section").setAttribute("aria-label", label);
    this.mark("nested", Boolean(this.parentElement?.closest("s-section")));
  }
}

const toneRules = ["info", "success", "caution", "warning", "critical", "neutral"]
  .map((tone) => `:host([tone=${tone}]) { --tone-bg: var(--p-${tone}-bg); --tone-ink: var(--p-${tone}-ink); }`)
  .join("");

class Banner extends PolarisElement {
  static attributes = ["heading", "tone", "dismissible"];
  static css = `
    :host { display: block; --tone-bg: var(--p-neutral-bg); --tone-ink: var(--p-neutral-ink); }
    ${toneRules}
    .banner { background: var(--p-card); border: 1px solid var(--p-line); border-radius: 12px; overflow: clip; }
    .head { display: flex; align-items: center; gap: 8px; background: var(--tone-bg); color: var(--tone-ink); padding: 10px 14px; }
    .banner:not(.titled) { display: flex; align-items: flex-start; background: var(--tone-bg); color: var(--tone-ink); }
    .banner:not(.titled) strong { display: none; }
    .banner:not(.titled) .head { padding-inline-end: 0; }
    .banner:not(.titled) .body { flex: 1; padding-block: 10px; }
    strong { font-weight: 650; flex: 1; overflow-wrap: anywhere; }
    .body { padding: 12px 14px; display: grid; gap: 8px; }
    .body.bare { display: none; }
    .actions { display: flex; gap: 8px; flex-wrap: wrap; }
    .actions[hidden] { display: none; }
    button { background: none; border: 0; padding: 4px; border-radius: 6px; cursor: pointer; }
  `;
  static markup = `<div class="banner"><div class="head"><span class="icon"></span><strong></strong>
    <button type="button" aria-label="Dismiss" hidden></button></div>
    <div class="body"><div><slot></slot></div><div class="actions"><slot name="secondary-actions"></slot></div></div></div>`;

  constructor() {
    super();
    this.find("button").innerHTML = glyph("x");
    this.find("button").addEventListener("click", () => {
      this.fire("dismiss");
      this.hidden = true;
      this.fire("afterhide");
    });
    this.shadowRoot.addEventListener("slotchange", () => this.render());
  }

  render() {
    const tone = this.read("tone", "info");
    const heading = this.read("heading");
    this.find("strong").textContent = heading;
    this.find(".banner").classList.toggle("titled", Boolean(heading));
    this.find(".icon").innerHTML = glyph({ success: "check-circle", warning: "alert-triangle", critical: "alert-circle" }[tone] ?? "info");
    this.find("button").hidden = !this.hasAttribute("dismissible");
    this.find(".actions").hidden = !this.find(".actions slot").assignedElements().length;
    this.find(".body").classList.toggle("bare", !this.textContent.trim() && !this.children.length);
    this.offerRole(tone === "critical" || tone === "warning" ? "alert" : "status");
  }
}

class EmptyState extends PolarisElement {
  static attributes = ["heading"];
  static css = `
    :host { display: block; padding: 32px 16px; text-align: center; }
    .inner { display: grid; gap: 12px; justify-items: center; max-inline-size: 420px; margin-inline: auto; color: var(--p-soft); }
    h2 { margin: 0; font-size: 16px; line-height: 24px; font-weight: 650; color: var(--p-ink); }
    .actions { display: flex; gap: 8px; flex-wrap: wrap; justify-content: center; }
  `;
  static markup = `<div class="inner"><slot name="graphic"></slot><h2></h2><slot name="subheading"></slot><slot></slot>
    <div class="actions"><slot name="secondary-actions"></slot><slot name="primary-action"></slot></div></div>`;

  render() {
    this.find("h2").textContent = this.read("heading");
  }
}

class Divider extends PolarisElement {
  static attributes = ["direction", "color"];
  static css = `
    :host { display: block; border-block-start: 1px solid var(--p-line); }
    :host([color=strong]) { border-color: var(--p-edge); }
    :host([direction=block]) { border-block-start: 0; border-inline-start: 1px solid var(--p-line); align-self: stretch; }
  `;
  static markup = "";

  render() {
    this.offerRole("separator");
  }
}

define("s-page", Page);
define("s-section", Section);
define("s-banner", Banner);
define("s-empty-state", EmptyState);
define("s-divider", Divider);
