// Moves between pages by fetch, so that App Bridge's token goes along and nothing flashes; shows toasts.

const PAGE = { target: "#page", select: "#page", swap: "outerHTML" };

function visit(path) {
  return htmx.ajax("GET", path, { ...PAGE, push: "true" });
}

function ownPath(element) {
  const href = element?.getAttribute("href");
  return href && href.startsWith("/") && !element.getAttribute("target") && !element.hasAttribute("download") ? href : null;
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  const path = ownPath(event.composedPath().find((node) => node.getAttribute?.("href")));
  if (!path) return;
  event.preventDefault();
  visit(path);
}, true);

// App Bridge tells of clicks in the admin's own navigation.
document.addEventListener("shopify:navigate", (event) => {
  const path = ownPath(event.target);
  if (!path) return;
  event.preventDefault();
  visit(path);
});

document.addEventListener("toast", (event) => {
  window.shopify?.toast?.show(event.detail?.value ?? String(event.detail));
});

// A new page starts at its top, with its title, and with the keyboard inside it.
document.addEventListener("htmx:after:swap", () => {
  const page = document.getElementById("page");
  if (!page || page.dataset.title === document.title) return;
  document.title = page.dataset.title;
  window.scrollTo(0, 0);
  page.focus({ preventScroll: true });
});

// What is wrong is also said at its field; what is put right is no longer said.
document.addEventListener("htmx:after:swap", (event) => {
  const { sourceElement, request, response } = event.detail.ctx;
  const problem = document.getElementById("problem");
  if (!problem || request.method === "GET") return;
  const form = sourceElement.closest("form");
  form?.querySelectorAll("[error]").forEach((field) => field.removeAttribute("error"));
  if (response.status < 400) return problem.replaceChildren();
  const field = problem.dataset.field && form?.querySelector(`[name="${CSS.escape(problem.dataset.field)}"]`);
  field?.setAttribute("error", problem.textContent.trim());
});

// Browsers let a frame of another origin open no window.confirm, so the page asks by itself.
let answer = () => {};
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  event.preventDefault();
  document.getElementById("question-words").textContent = ctx.confirm;
  document.getElementById("question-yes").textContent = ctx.sourceElement.textContent.trim() || "Continue";
  answer = (yes) => (yes ? issueRequest() : dropRequest());
  document.getElementById("question").showOverlay();
});

document.addEventListener("click", (event) => {
  if (!event.composedPath().some((node) => node.id === "question-yes")) return;
  answer(true);
  answer = () => {};
  document.getElementById("question").hideOverlay();
});

document.getElementById("question")?.addEventListener("afterhide", () => {
  answer(false);
  answer = () => {};
});

// Shopify asks the owner for further scopes; what he granted counts once the server has renewed its token.
document.addEventListener("click", async (event) => {
  const asker = event.composedPath().find((node) => node.dataset?.askScopes);
  if (!asker) return;
  const answer = await shopify.scopes.request(asker.dataset.askScopes.split(","));
  if (answer.result === "granted-all") htmx.ajax("POST", asker.dataset.then, { target: "#page", select: "#page", swap: "outerHTML" });
});

document.addEventListener("click", (event) => {
  if (event.composedPath().some((node) => node.dataset && "print" in node.dataset)) window.print();
});

// A file is fetched, so that App Bridge's token goes along, and then handed to the browser.
document.addEventListener("click", async (event) => {
  const asker = event.composedPath().find((node) => node.dataset?.download);
  if (!asker) return;
  const answer = await fetch(asker.dataset.download);
  if (!answer.ok) return window.shopify?.toast?.show("The file could not be made.", { isError: true });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "file";
  link.click();
  URL.revokeObjectURL(link.href);
});
