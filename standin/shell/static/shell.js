// The admin around the app: answers App Bridge, shows toasts, menu, title, save bar and questions.

const shell = document.getElementById("shell");
const frame = document.getElementById("app-frame");
const dialog = document.getElementById("question");
const appOrigin = new URL(frame.dataset.src).origin;
const { store, base } = shell.dataset;
const home = `${base}/`.replace(/\/$/, "");

function send(message) {
  frame.contentWindow.postMessage({ appBridge: 1, ...message }, appOrigin);
}

async function api(path, options) {
  const answer = await fetch(`/_shell/${store}/${path}`, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error ?? `The stand-in answered ${answer.status}`);
  return body;
}

function changeScopes(method, scopes) {
  return api("scopes", { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ scopes }) });
}

// Resolves to true or false; the dialog is the admin's, so the app cannot press its buttons.
function question(heading, text, yes) {
  dialog.querySelector("h2").textContent = heading;
  dialog.querySelector(".text").replaceChildren(...[].concat(text));
  dialog.querySelector(".yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

function scopeList(scopes) {
  const list = document.createElement("ul");
  for (const scope of scopes) {
    const row = document.createElement("li");
    row.textContent = scope.replace(/^read_/, "View ").replace(/^write_/, "View and edit ").replaceAll("_", " ");
    const code = document.createElement("code");
    code.textContent = scope;
    row.append(" ", code);
    list.append(row);
  }
  return list;
}

const answers = {
  "id-token": async () => (await api("id_token")).id_token,
  user: async () => ({ accountAccess: "full" }),
  "scopes-query": () => api("scopes"),
  async "scopes-request"({ scopes }) {
    const detail = await api("scopes");
    const missing = scopes.filter((scope) => !detail.granted.includes(scope));
    if (!missing.length) return { result: "granted-all", detail };
    const unknown = missing.filter((scope) => !detail.optional.includes(scope));
    if (unknown.length) throw new Error(`Not among the app's optional scopes: ${unknown.join(", ")}`);
    if (!(await question(`${shell.dataset.app} asks for more access`, scopeList(missing), "Allow"))) {
      return { result: "declined-all", detail };
    }
    return { result: "granted-all", detail: await changeScopes("POST", missing) };
  },
  "scopes-revoke": async ({ scopes }) => ({ detail: await changeScopes("DELETE", scopes) }),
  "leave-confirmation": () => mayLeave(),
};

async function mayLeave() {
  const bar = document.getElementById("save-bar");
  if (bar.hidden) return true;
  const words = document.createTextNode("Changes on this page have not been saved.");
  const leave = await question("Leave without saving?", words, "Leave page");
  if (leave) bar.hidden = true;
  return leave;
}

const events = {
  chrome({ links, title }) {
    document.getElementById("app-title").textContent = title ? `· ${title}` : "";
    document.title = `${title ? `${title} · ` : ""}${shell.dataset.app} · Stand-in admin`;
    showMenu(links);
  },
  place({ path }) {
    history.replaceState(null, "", home + (path === "/" ? "" : path));
    markMenu(path);
  },
  loading({ on }) {
    document.getElementById("loading").hidden = !on;
  },
  toast: showToast,
  "toast-hide": ({ toast }) => document.getElementById(toast)?.remove(),
  "save-bar"({ shown, discard }) {
    const bar = document.getElementById("save-bar");
    bar.hidden = !shown;
    bar.querySelector("[data-do=discard]").textContent = discard || "Discard";
  },
  open({ url, target }) {
    const address = adminAddress(url);
    if (!address) return;
    if (target === "_blank") window.open(address, "_blank", "noopener");
    else location.assign(address);
  },
};

// shopify://admin/orders/1 is of this store, https://admin.shopify.com/store/x/orders/1 of store x; both are played here.
function adminAddress(url) {
  const own = /^shopify:\/*admin\/?(.*)$/i.exec(url);
  if (own) return `/store/${store}/${own[1]}`.replace(/\/$/, "");
  const { protocol, host, pathname, search, hash } = new URL(url);
  if (host === "admin.shopify.com") return `${pathname}${search}${hash}`;
  const domain = /^([a-z0-9-]+)\.myshopify\.com$/i.exec(host);
  if (domain) return `/store/${domain[1]}${pathname.replace(/^\/admin/, "")}${search}`;
  return protocol === "https:" || protocol === "http:" ? url : "";
}

function showMenu(links) {
  const menu = document.getElementById("app-nav");
  menu.replaceChildren(...links.filter((link) => !link.home).map(({ href, label }) => {
    const anchor = document.createElement("a");
    anchor.href = home + new URL(href, appOrigin).pathname;
    anchor.textContent = label;
    anchor.dataset.path = href;
    return anchor;
  }));
  const own = document.querySelector("[data-app-home]");
  own.dataset.path = links.find((link) => link.home)?.href ?? "/";
  markMenu(location.pathname.slice(home.length) || "/");
}

function markMenu(path) {
  const here = new URL(path, appOrigin).pathname;
  const fits = (href) => href !== "/" && (here === href || here.startsWith(`${href}/`));
  let best = null;
  for (const link of document.querySelectorAll("#app-nav a")) {
    link.removeAttribute("aria-current");
    const href = new URL(link.dataset.path, appOrigin).pathname;
    if (fits(href) && (!best || href.length > best.dataset.path.length)) best = link;
  }
  best?.setAttribute("aria-current", "page");
  (best ?? document.querySelector("[data-app-home]")).scrollIntoView({ block: "nearest", inline: "center" });
}

function showToast({ toast, message, isError, duration, action }) {
  const box = document.createElement("div");
  box.id = toast;
  box.className = `toast${isError ? " bad" : ""}`;
  const words = document.createElement("span");
  words.textContent = message;
  box.append(words);
  if (action) box.append(pressable(action, () => send({ kind: "toast-action", toast })));
  const close = pressable("×", () => dismiss());
  close.setAttribute("aria-label", "Dismiss");
  box.append(close);
  document.getElementById("toasts").append(box);
  const timer = setTimeout(() => dismiss(), duration);
  function dismiss() {
    clearTimeout(timer);
    box.remove();
    send({ kind: "toast-dismiss", toast });
  }
}

function pressable(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}

window.addEventListener("message", async ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== appOrigin || data?.appBridge !== 1) return;
  if (!answers[data.kind]) {
    events[data.kind]?.(data);
    return;
  }
  try {
    send({ id: data.id, answer: await answers[data.kind](data) });
  } catch (error) {
    send({ id: data.id, error: error.message });
  }
});

document.addEventListener("click", async (event) => {
  const action = event.target.closest("[data-do]")?.dataset.do;
  if (action) send({ kind: action });
  const link = event.target.closest("[data-path]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  if (await mayLeave()) send({ kind: "navigate", href: link.dataset.path });
});

// Only now may the app speak: everything that answers it is in place.
frame.src = frame.dataset.src;
