// The line between the app in the iframe and the admin shell around it.

const script = document.currentScript;
if (!script || script.hasAttribute("async") || script.hasAttribute("defer")) {
  throw new Error("App Bridge: include the script without async, defer or type=module, before all others.");
}
if (document.querySelector("script[src]") !== script) console.error("App Bridge: must be the first script of the page.");
const shellAddress = new URL(script.src, location.href);
// The shell may have been opened under any name of the loopback; the port tells it apart.
const shellOrigins = ["localhost", "127.0.0.1", "[::1]", shellAddress.hostname]
  .map((name) => `${shellAddress.protocol}//${name}${shellAddress.port ? `:${shellAddress.port}` : ""}`);
const embedded = window.top !== window;
const around = location.ancestorOrigins?.[0];
const shellOrigin = shellOrigins.includes(around) ? around : shellAddress.origin;
const PATIENCE = 15_000;

const waiting = new Map();
const listeners = new Map();
let asked = 0;

function tell(kind, detail = {}) {
  if (embedded) window.parent.postMessage({ appBridge: 1, kind, ...detail }, shellOrigin);
}

function ask(kind, detail = {}) {
  if (!embedded) return Promise.reject(new Error("Not opened in the admin"));
  const id = `${Date.now()}-${(asked += 1)}`;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(id);
      reject(new Error(`The admin did not answer: ${kind}`));
    }, kind === "id-token" ? PATIENCE : 2 ** 31 - 1);
    waiting.set(id, { resolve, reject, timer });
    tell(kind, { id, ...detail });
  });
}

function whenTold(kind, listener) {
  listeners.set(kind, listener);
}

window.addEventListener("message", ({ source, origin, data }) => {
  if (source !== window.parent || !shellOrigins.includes(origin) || data?.appBridge !== 1) return;
  const question = waiting.get(data.id);
  if (question) {
    waiting.delete(data.id);
    clearTimeout(question.timer);
    if (data.error) question.reject(new Error(data.error));
    else question.resolve(data.answer);
  } else listeners.get(data.kind)?.(data);
});
