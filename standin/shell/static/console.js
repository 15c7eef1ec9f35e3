// Sends the console's forms to the control API and shows what came back.

const log = document.getElementById("log");
const KEPT = "console-log";

function setDeep(target, path, value) {
  const keys = path.split(".");
  const last = keys.pop();
  let place = target;
  keys.forEach((key, index) => {
    const next = keys[index + 1] ?? last;
    place[key] ??= /^\d+$/.test(next) ? [] : {};
    place = place[key];
  });
  place[last] = value;
}

// Empty fields are left out; a name such as lines.0.quantity becomes nested JSON, [name] in the path is filled in.
function call(form) {
  const body = {};
  let path = form.dataset.path;
  for (const field of form.elements) {
    if (!field.name || (field.value === "" && field.type !== "checkbox")) continue;
    const kind = field.dataset.type ?? (field.type === "checkbox" ? "boolean" : field.type === "number" ? "number" : "text");
    const value = kind === "boolean" ? field.checked : kind === "number" ? Number(field.value) : field.value;
    if (path.includes(`[${field.name}]`)) path = path.replace(`[${field.name}]`, encodeURIComponent(value));
    else setDeep(body, field.name, value);
  }
  const method = form.dataset.method ?? "POST";
  const options = { method };
  if (method !== "GET" && method !== "DELETE") {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  return { path, options };
}

function note(line, failed) {
  const lines = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  lines.unshift({ line, failed });
  sessionStorage.setItem(KEPT, JSON.stringify(lines.slice(0, 30)));
  showLog();
}

function showLog() {
  const lines = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  log.replaceChildren(...lines.map(({ line, failed }) => {
    const row = document.createElement("li");
    row.textContent = line;
    row.className = failed ? "bad" : "";
    return row;
  }));
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.path) return;
  event.preventDefault();
  const words = event.submitter?.textContent.trim() ?? "";
  if (form.dataset.sure && !window.confirm(form.dataset.sure)) return;
  const { path, options } = call(form);
  try {
    const answer = await fetch(path, options);
    const text = await answer.text();
    note(`${words}: ${answer.status} ${text.slice(0, 300)}`, !answer.ok);
    if (answer.ok && options.method !== "GET") location.reload();
  } catch (error) {
    note(`${words}: ${error.message}`, true);
  }
});

async function showReport() {
  const place = document.getElementById("report");
  try {
    const { violations, unmodelled } = await (await fetch("/_control/report")).json();
    const rows = [
      ...violations.map((each) => [`${each.rule}: ${each.detail} (${each.shop} ${each.operation}) ×${each.times}`, "bad"]),
      ...unmodelled.map((each) => [`not modelled: ${each.type}.${each.field} (${each.operation}) ×${each.times}`, ""]),
    ];
    place.replaceChildren(...rows.map(([text, kind]) => {
      const row = document.createElement("li");
      row.textContent = text;
      row.className = kind;
      return row;
    }));
    if (!rows.length) place.textContent = "Nothing to complain about.";
  } catch {
    place.textContent = "The control API does not answer.";
  }
}

document.getElementById("store")?.addEventListener("change", (event) => {
  location.search = `?shop=${encodeURIComponent(event.target.value)}`;
});
showLog();
showReport();
