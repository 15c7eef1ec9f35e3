// What the page asks the admin to show: menu, title, save bar.

const hidden = new CSSStyleSheet();
hidden.replaceSync("s-app-nav, ui-nav-menu, ui-save-bar, ui-title-bar { display: none !important; }");
document.adoptedStyleSheets = [...document.adoptedStyleSheets, hidden];

let lastSeen = "";
let barForm = null;

function reportChrome() {
  const links = [...document.querySelectorAll("s-app-nav [href], ui-nav-menu [href]")].map((link) => ({
    href: link.getAttribute("href"),
    label: link.textContent.trim(),
    home: link.getAttribute("rel") === "home",
  }));
  const title = document.querySelector("s-page")?.getAttribute("heading") || document.title;
  const seen = JSON.stringify([links, title]);
  if (seen === lastSeen) return;
  lastSeen = seen;
  tell("chrome", { links, title });
}

function watchChrome() {
  const what = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["heading", "href"] };
  new MutationObserver(reportChrome).observe(document, what);
  reportChrome();
}

function showSaveBar(id, form) {
  saveBarShown = id;
  barForm = form;
  const bar = document.getElementById(id);
  tell("save-bar", { shown: true, discard: bar?.querySelector("button:not([variant=primary])")?.textContent.trim() });
}

function hideSaveBar(id) {
  if (id && saveBarShown !== id) return;
  saveBarShown = "";
  barForm = null;
  tell("save-bar", { shown: false });
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form[data-save-bar]");
    if (form) showSaveBar(form.id || "data-save-bar", form);
  });
}
for (const name of ["submit", "reset"]) {
  document.addEventListener(name, (event) => event.target === barForm && hideSaveBar());
}

whenTold("save", () => {
  if (barForm) barForm.requestSubmit();
  else document.getElementById(saveBarShown)?.querySelector("button[variant=primary]")?.click();
});
whenTold("discard", () => {
  if (barForm) barForm.reset();
  else document.getElementById(saveBarShown)?.querySelector("button:not([variant=primary])")?.click();
});

if (!customElements.get("ui-save-bar")) {
  customElements.define("ui-save-bar", class extends HTMLElement {
    show() {
      return window.shopify.saveBar.show(this.id);
    }

    hide() {
      return window.shopify.saveBar.hide(this.id);
    }

    toggle() {
      return window.shopify.saveBar.toggle(this.id);
    }
  });
}
