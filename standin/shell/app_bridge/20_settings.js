// Who the app is and for which store it was opened; remembered for the documents that follow in the same frame.

const STORE = "app-bridge-config";
const LAUNCH = ["embedded", "hmac", "host", "id_token", "locale", "session", "shop", "timestamp", "shopify-reload"];
const query = new URLSearchParams(location.search);

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

function metaContent(name) {
  return document.querySelector(`meta[name="${name}"]`)?.content ?? "";
}

const config = {
  ...remembered(),
  apiKey: script.dataset.apiKey || metaContent("shopify-api-key"),
  disabledFeatures: metaContent("shopify-disabled-features").split(",").map((name) => name.trim()).filter(Boolean),
};
for (const name of ["shop", "host", "locale"]) if (query.get(name)) config[name] = query.get(name);
config.locale ??= "en";
try {
  sessionStorage.setItem(STORE, JSON.stringify({ shop: config.shop, host: config.host, locale: config.locale }));
} catch {
  // Storage may be closed to third parties; then each document has to bring its own parameters.
}

if (!config.apiKey) console.error("App Bridge: no client id. Add <meta name=\"shopify-api-key\"> before the script.");

function withoutLaunch(url) {
  const clean = new URL(url, location.href);
  for (const name of LAUNCH) clean.searchParams.delete(name);
  return `${clean.pathname}${clean.search}${clean.hash}`;
}

function storeHandle() {
  const shop = /^([a-z0-9][a-z0-9-]*)\.myshopify\.com$/i.exec(config.shop ?? "");
  if (shop) return shop[1];
  try {
    return /^admin\.shopify\.com\/store\/([a-z0-9-]+)$/i.exec(atob(config.host ?? ""))?.[1] ?? "";
  } catch {
    return "";
  }
}
