// What opens over the page: modal, popover, menu, tooltip, and the commands that open and close them.

// A pressable with command-for asks its target to show, hide or toggle itself.
function command(source) {
  const target = source.getRootNode().getElementById?.(source.read("commandfor")) ?? document.getElementById(source.read("commandfor"));
  if (!target) return;
  const asked = source.read("command", "--auto");
  if (asked === "--copy") navigator.clipboard?.writeText(target.textContent.trim());
  else if (asked === "--show") target.showOverlay?.(source);
  else if (asked === "--hide") target.hideOverlay?.();
  else target.toggleOverlay?.(source);
}

class Modal extends PolarisElement {
  static attributes = ["heading", "accessibilitylabel", "size", "padding"];
  static css = `
    :host { display: contents; }
    dialog { inline-size: min(620px, calc(100vw - 24px)); max-block-size: calc(100vh - 32px); padding: 0; border: 0; border-radius: 14px;
      background: var(--p-card); color: var(--p-ink); box-shadow: 0 12px 40px #0004; }
    dialog[open] { display: flex; flex-direction: column; }
    dialog::backdrop { background: #0006; }
    :host([size^=small]) dialog { inline-size: min(400px, calc(100vw - 24px)); }
    :host([size^=large]) dialog { inline-size: min(960px, calc(100vw - 24px)); }
    header { display: flex; align-items: center; gap: 8px; padding: 12px 16px; background: #f3f3f3; }
    h2 { flex: 1; margin: 0; font-size: 14px; line-height: 20px; font-weight: 650; overflow-wrap: anywhere; }
    header button { border: 0; background: none; padding: 4px; border-radius: 8px; cursor: pointer; }
    header button:hover { background: #0001; }
    .body { padding: 16px; overflow: auto; }
    :host([padding=none]) .body { padding: 0; }
    footer { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; padding: 12px 16px; border-block-start: 1px solid var(--p-line); }
    footer:not(.filled) { display: none; }
  `;
  static markup = `<dialog><header><h2></h2><button type="button" aria-label="Close"></button></header>
    <div class="body"><slot></slot></div>
    <footer><slot name="secondary-actions"></slot><slot name="primary-action"></slot></footer></dialog>`;

  constructor() {
    super();
    this.find("header button").innerHTML = glyph("x");
    this.find("header button").addEventListener("click", () => this.hideOverlay());
    this.find("dialog").addEventListener("close", () => this.fire("afterhide"));
    this.find("dialog").addEventListener("cancel", () => this.fire("hide"));
    this.shadowRoot.addEventListener("slotchange", () => this.render());
  }

  render() {
    const heading = this.read("heading");
    this.find("h2").textContent = heading;
    this.find("dialog").setAttribute("aria-label", this.read("accessibilitylabel") || heading);
    const filled = [...this.shadowRoot.querySelectorAll("footer slot")].some((slot) => slot.assignedElements().length);
    this.find("footer").classList.toggle("filled", filled);
  }

  showOverlay() {
    if (this.find("dialog").open) return;
    this.fire("show");
    this.find("dialog").showModal();
    (this.querySelector("[autofocus]") ?? this.querySelector(FIELDS))?.focus();
    this.fire("aftershow");
  }

  hideOverlay() {
    if (!this.find("dialog").open) return;
    this.fire("hide");
    this.find("dialog").close();
  }

  toggleOverlay() {
    if (this.find("dialog").open) this.hideOverlay();
    else this.showOverlay();
  }
}

class Popover extends PolarisElement {
  static attributes = ["inlinesize", "maxinlinesize", "mininlinesize", "accessibilitylabel"];
  static css = `
    :host { display: contents; }
    [popover] { position: fixed; inset: auto; margin: 0; padding: 0; border: 1px solid var(--p-line); border-radius: 10px;
      background: var(--p-card); color: var(--p-ink); box-shadow: 0 6px 20px #0003; max-inline-size: calc(100vw - 16px);
      min-inline-size: 160px; max-block-size: 70vh; overflow: auto; }
  `;
  static markup = `<div popover class="sheet"><slot></slot></div>`;

  constructor() {
    super();
    const sheetBox = this.find(".sheet");
    sheetBox.addEventListener("beforetoggle", (event) => {
      if (event.newState === "closed") this.closedAt = performance.now();
      this.fire(event.newState === "open" ? "show" : "hide");
    });
    sheetBox.addEventListener("toggle", (event) => this.fire(event.newState === "open" ? "aftershow" : "afterhide"));
  }

  render() {
    const rules = ["inlinesize", "maxinlinesize", "mininlinesize"]
      .filter((name) => this.hasAttribute(name))
      .map((name) => `${BOX[name][0]}:${this.read(name)}`);
    this.setOwnRules(rules.length ? `.sheet{${rules.join(";")}}` : "");
  }

  showOverlay(source) {
    const box = this.find(".sheet");
    if (box.matches(":popover-open")) return;
    box.showPopover();
    if (source) placeUnder(box, source);
  }

  hideOverlay() {
    if (this.find(".sheet").matches(":popover-open")) this.find(".sheet").hidePopover();
  }

  toggleOverlay(source) {
    // The pointer that pressed the activator has just dismissed the sheet; opening it again would undo that.
    const dismissed = performance.now() - (this.closedAt ?? -1000) < 250;
    if (this.find(".sheet").matches(":popover-open")) this.hideOverlay();
    else if (!dismissed) this.showOverlay(source);
  }
}

function placeUnder(box, source) {
  const from = source.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const left = Math.max(8, Math.min(from.left, window.innerWidth - size.width - 8));
  const below = from.bottom + 4 + size.height <= window.innerHeight || from.top < size.height;
  box.style.left = `${left}px`;
  box.style.top = `${below ? from.bottom + 4 : from.top - size.height - 4}px`;
}

class Menu extends Popover {
  static css = `${Popover.css} .sheet { padding: 6px; } ::slotted(s-section) { display: block; }`;

  constructor() {
    super();
    this.addEventListener("click", (event) => {
      if (event.target.closest("s-button, s-link")) this.hideOverlay();
    });
  }

  render() {
    super.render();
    this.find(".sheet").setAttribute("role", "menu");
    if (this.hasAttribute("accessibilitylabel")) this.find(".sheet").setAttribute("aria-label", this.read("accessibilitylabel"));
  }
}

class Tooltip extends PolarisElement {
  static css = `
    :host { display: contents; }
    .bubble { position: fixed; inset: auto; margin: 0; border: 0; border-radius: 8px; padding: 6px 10px; background: #303030; color: #fff;
      font-size: 12px; line-height: 16px; max-inline-size: 260px; pointer-events: none; }
  `;
  static markup = `<div class="bubble" popover="manual" role="tooltip"><slot></slot></div>`;

  show(source) {
    const box = this.find(".bubble");
    if (!box.matches(":popover-open")) box.showPopover();
    placeUnder(box, source);
  }

  hide() {
    if (this.find(".bubble").matches(":popover-open")) this.find(".bubble").hidePopover();
  }
}

function interest(event, action) {
  const source = event.target.closest?.("[interestfor]");
  const tooltip = source && document.getElementById(source.getAttribute("interestfor"));
  if (tooltip instanceof Tooltip) tooltip[action](source);
}

for (const name of ["mouseover", "focusin"]) document.addEventListener(name, (event) => interest(event, "show"));
for (const name of ["mouseout", "focusout"]) document.addEventListener(name, (event) => interest(event, "hide"));

define("s-modal", Modal);
define("s-popover", Popover);
define("s-menu", Menu);
define("s-tooltip", Tooltip);
