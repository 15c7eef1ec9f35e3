// Addresses: the admin's bar follows the app, the admin's menu moves the app, admin links leave it.

const plainOpen = window.open.appBridgeOriginal ?? window.open.bind(window);
let saveBarShown = "";

function isAdminAddress(url) {
  return /^shopify:/i.test(url) || /^https:\/\/admin\.shopify\.com\//i.test(url);
}

function openOutside(url, target = "_top") {
  tell("open", { url: String(new URL(url, location.href)), target });
}

function reportPlace() {
  tell("place", { path: withoutLaunch(location.href) });
}

function followHistory() {
  for (const name of ["pushState", "replaceState"]) {
    const original = History.prototype[name];
    history[name] = (...details) => {
      original.apply(history, details);
      reportPlace();
    };
  }
  window.addEventListener("popstate", reportPlace);
  window.addEventListener("hashchange", reportPlace);
  window.addEventListener("pageshow", reportPlace);
}

document.addEventListener("click", async (event) => {
  const anchor = event.composedPath().find((node) => node instanceof HTMLAnchorElement && node.hasAttribute("href"));
  if (!anchor || event.defaultPrevented || event.button !== 0) return;
  if (isAdminAddress(anchor.getAttribute("href"))) {
    event.preventDefault();
    openOutside(anchor.href, anchor.target === "_blank" ? "_blank" : "_top");
  } else if (saveBarShown && !anchor.target && isOwn(anchor.href)) {
    event.preventDefault();
    if (await ask("leave-confirmation")) location.assign(anchor.href);
  }
});

window.open = (url = "", target = "_blank", features = "") => {
  if (isAdminAddress(String(url))) {
    openOutside(url, target);
    return null;
  }
  return plainOpen(url, target, features);
};
window.open.appBridgeOriginal = plainOpen;

whenTold("navigate", ({ href }) => {
  const link = [...document.querySelectorAll("s-app-nav [href], ui-nav-menu [href]")]
    .find((each) => each.getAttribute("href") === href);
  const event = new CustomEvent("shopify:navigate", { bubbles: true, cancelable: true, detail: { href } });
  if ((link ?? document.body).dispatchEvent(event)) location.assign(href);
});

// The bounce page: the document it stands for is requested again with a fresh token, and takes its place.
async function bounce(reload) {
  const target = new URL(reload, location.href);
  if (target.origin !== location.origin) {
    console.error("App Bridge: shopify-reload must stay on the app's origin.");
    return;
  }
  const answer = await fetchWithToken(target.href, { headers: { "X-Shopify-Bounce": "1" } });
  const page = await answer.text();
  if (document.readyState === "loading") await new Promise((done) => document.addEventListener("DOMContentLoaded", done));
  History.prototype.replaceState.call(history, null, "", answer.url || target.href);
  document.open();
  document.write(page);
  document.close();
}

function enterAdmin() {
  const handle = storeHandle();
  if (!handle || !config.apiKey || config.disabledFeatures.includes("auto-redirect")) return;
  const path = withoutLaunch(query.get("shopify-reload") ?? location.href);
  location.replace(`${shellAddress.origin}/store/${handle}/apps/${config.apiKey}${path}`);
}
