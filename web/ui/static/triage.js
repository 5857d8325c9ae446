// Makes sorting quick: one key or one button decides, the next document opens at
// once, and the decision is sent in the background. Without this script every
// button is a form of its own.
//
// What was decided and not yet sent is kept in this tab, also while the session is
// over or the server is away; it is sent in order, one after the other.

const desk = document.querySelector("[data-triage]");
const feed = desk.querySelector("[data-feed]");
const trouble = desk.querySelector("[data-trouble]");
const status = desk.querySelector("[data-say]");
const paths = desk.dataset;
const words = trouble?.dataset ?? {};
const narrow = matchMedia("(max-width: 59.99rem)");
const store = `vigie-decisions-${paths.user}`; // of one person: the next one at this tab sends nothing of theirs
const states = { keep: "kept", drop: "dropped", postpone: "later" };

const items = () => (feed ? [...feed.children] : []);
const itemOf = (id) => items().find((i) => i.dataset.id === id);
const reader = () => desk.querySelector("[data-reader]");
const isDone = (item) => item.classList.contains("done");

// current is the document that keys are about: where the focus is, else the open one.
function current() {
  const focused = document.activeElement.closest?.("[data-feed] > [data-id]");
  return focused ?? itemOf(reader()?.dataset.id ?? "") ?? null;
}
const currentId = () => current()?.dataset.id ?? reader()?.dataset.id ?? "";

function say(text) { if (status) status.textContent = text; }
function warn(text) {
  if (!trouble) return;
  trouble.textContent = text;
  trouble.hidden = text === "";
}

// --- reading beside the list

const pages = new Map(); // documents fetched ahead

function fetchPage(id) {
  if (!pages.has(id)) {
    const page = new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // gives a document where strings may not become markup
      request.open("GET", paths.read + id);
      request.responseType = "document";
      request.timeout = 10_000;
      request.onload = () => {
        const got = request.status === 200 && request.response?.querySelector("[data-reader]");
        if (got) resolve(got);
        else reject(new Error(String(request.status)));
      };
      request.onerror = request.ontimeout = () => reject(new Error("offline"));
      request.send();
    });
    page.catch(() => pages.delete(id));
    pages.set(id, page);
  }
  return pages.get(id);
}

let wanted = ""; // the newest document that somebody wants to read

// show opens a document beside the list, and fetches the one behind it.
async function show(item) {
  if (!feed || narrow.matches) return;
  const id = item.dataset.id;
  wanted = id;
  for (const other of items()) other.removeAttribute("aria-current");
  item.setAttribute("aria-current", "true");
  let page;
  try {
    page = await fetchPage(id);
  } catch {
    return; // the link of the row still leads there
  }
  if (wanted !== id) return;
  // Whoever hurried to the tag types on in that of the document that now opens.
  const typed = reader()?.contains(document.activeElement) && document.activeElement.matches("[data-tag]") ? document.activeElement.value : null;
  reader()?.replaceWith(document.importNode(page, true));
  const tag = reader()?.querySelector("[data-tag]");
  if (typed !== null && tag) {
    tag.value = typed;
    tag.focus({ preventScroll: true });
  }
  desk.classList.add("open");
  pages.delete(id);
  scrollTo(0, 0);
  history.replaceState(null, "", item.querySelector(".title").href);
  document.dispatchEvent(new CustomEvent("vigie:reader"));
  const behind = step(item, 1);
  if (behind) fetchPage(behind.dataset.id).catch(() => {});
}

// step is the next row in a direction; decided ones are passed over going down.
function step(item, by) {
  const all = items();
  for (let i = all.indexOf(item) + by; i >= 0 && i < all.length; i += by) {
    if (by < 0 || !isDone(all[i])) return all[i];
  }
  return null;
}

function goTo(item) {
  item.tabIndex = 0;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
  show(item);
}

function move(by) {
  const from = current();
  const to = from ? step(from, by) : items().find((i) => !isDone(i));
  if (to) goTo(to);
}

// --- deciding

// ticked are the likely copies of the open document that are to be decided with it.
const ticked = () => [...(reader()?.querySelectorAll("[name=avec]:checked") ?? [])].map((box) => box.value);

let queue = [];
try {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("vigie-decisions") && key !== store) sessionStorage.removeItem(key);
  }
  queue = JSON.parse(sessionStorage.getItem(store) ?? "[]");
} catch { /* nothing of use */ }

function remember() { sessionStorage.setItem(store, JSON.stringify(queue)); }

function mark(item, act) {
  const state = item.querySelector("[data-state]");
  item.classList.toggle("done", act !== "");
  state.hidden = act === "";
  state.className = `state ${states[act] ?? ""}`;
  state.textContent = act === "" ? "" : words[act];
}

// decide marks the row, opens the next and sends the decision.
function decide(ids, act) {
  const rows = ids.map(itemOf).filter(Boolean);
  for (const row of rows) {
    mark(row, act);
    for (const pick of row.querySelectorAll("[name=id]")) {
      pick.removeAttribute("checked");
      pick.checked = false;
    }
  }
  count();
  send({ path: paths.action, fields: [["acte", act], ...ids.map((id) => ["id", id])], ids, act });
  say(words[act]);
  if (rows.length === 0) return;
  const next = step(rows.at(-1), 1) ?? items().find((i) => !isDone(i));
  if (next) goTo(next);
  else rows.at(-1).focus();
}

// latest is what undoing takes back: what the page says, then the newest answer.
let latest = { document: paths.undoDocument, decision: paths.undoDecision };

function undo() { send({ path: paths.undo, fields: null, act: "undo", ids: [] }); }

// name fixes what an order to undo is about when it is first sent, behind all that
// was decided before it; sent again it takes back nothing else.
function name(order) {
  if (order.fields !== null) return;
  order.fields = latest.decision ? [["document", latest.document], ["decision", latest.decision]] : [];
  remember();
}

function send(order) {
  queue.push(order);
  remember();
  work();
}

let working = false;
let again = 0;

// work sends what is to be sent, in order. What cannot be sent now is tried again.
async function work() {
  if (working) return;
  working = true;
  clearTimeout(again);
  while (queue.length > 0) {
    let answer;
    name(queue[0]);
    try {
      answer = await fetch(queue[0].path, {
        method: "POST", body: new URLSearchParams(queue[0].fields), headers: { Accept: "application/json" }, redirect: "error",
      });
    } catch {
      warn(words.offline);
      break;
    }
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (!json && (answer.status === 403 || answer.status === 401)) {
      warn(words.expired);
      break;
    }
    if (answer.status >= 500) {
      warn(words.offline);
      break;
    }
    const order = queue.shift();
    remember();
    if (answer.ok && json) {
      const outcome = await answer.json();
      latest = outcome.undo;
      settle(order, outcome.documents);
    } else restore(order, answer.status === 404 ? words.gone : words.refused);
  }
  working = false;
  if (queue.length > 0) again = setTimeout(work, 5000);
  else finish();
}

// settle is told what an order changed: copies go with their article, and what was
// undone comes back.
function settle(order, changed) {
  warn("");
  if (order.act === "tag") {
    const row = itemOf(order.ids[0]);
    if (row && row === current()) show(row);
    return;
  }
  if (order.act !== "undo") {
    for (const id of changed) {
      const row = itemOf(id);
      if (row && states[order.act]) mark(row, order.act);
    }
    return;
  }
  say(changed.length > 0 ? words.undone : words.nothing);
  const rows = changed.map(itemOf).filter(Boolean);
  for (const row of rows) mark(row, "");
  if (rows.length > 0) goTo(rows[0]);
  else if (changed.length > 0) location.assign(paths.read + changed.at(-1));
}

// restore puts rows back when the server did not take the decision.
function restore(order, why) {
  for (const row of order.ids.map(itemOf).filter(Boolean)) mark(row, "");
  warn(why);
}

// finish fetches more when everything on the page is decided.
function finish() {
  const all = items();
  if (all.length > 0 && all.every(isDone)) {
    const list = desk.querySelector("[data-undo-form] [name=vue]");
    location.assign(list ? list.value : location.pathname);
  }
}

addEventListener("online", work);
addEventListener("focus", () => { if (queue.length > 0) work(); });
if (queue.length > 0) work();

// --- forms and links

const bulk = document.getElementById("bulk");

// count says on the buttons how many documents they are about.
function count() {
  if (!bulk) return;
  const n = feed.querySelectorAll("[name=id]:checked").length;
  const label = bulk.querySelector("[data-bulk-count]");
  label.textContent = n === 0 ? label.dataset.none : n === 1 ? label.dataset.one : label.dataset.many.replace("{n}", n);
  for (const button of bulk.querySelectorAll("[data-bulk]")) {
    button.textContent = n === 0 ? button.dataset.bulk : `${button.dataset.bulk} (${n})`;
    button.disabled = n === 0;
  }
}
if (bulk) {
  const label = bulk.querySelector("[data-bulk-count]");
  label.dataset.none = label.textContent;
  feed.addEventListener("change", count);
  count();
}

desk.addEventListener("submit", (event) => {
  const button = event.submitter;
  const form = event.target;
  let ids = [];
  let act = button?.value ?? "";
  if (form.matches("[data-undo-form]")) {
    event.preventDefault();
    undo();
    return;
  }
  if (feed && form.elements.etiquette && form.elements.acte && form.elements.id) {
    event.preventDefault();
    const fields = [...new FormData(form, button)];
    send({ path: paths.action, fields, ids: [form.elements.id.value], act: "tag" });
    itemOf(form.elements.id.value)?.focus();
    return;
  }
  if (form === bulk && button?.name === "un") {
    const [verb, id] = act.split(" ");
    act = verb;
    ids = [id];
  } else if (form === bulk) {
    ids = [...feed.querySelectorAll("[name=id]:checked")].map((p) => p.value);
  } else if (button?.name === "acte" && feed) {
    ids = [form.elements.id.value, ...ticked()];
  }
  if (ids.length === 0 || !states[act]) return; // the browser sends it
  event.preventDefault();
  decide(ids, act);
});

feed?.addEventListener("click", (event) => {
  const link = event.target.closest("a.title");
  if (!link || narrow.matches || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  goTo(link.closest("[data-id]"));
});

// --- keys

const help = desk.querySelector("[data-keymap]");
const choice = desk.querySelector("[data-keys]");
let mode = "on";
try {
  mode = localStorage.getItem("vigie-keys") ?? "on";
} catch { /* storage is shut: keys are on */ }
if (choice) {
  choice.value = mode;
  choice.addEventListener("change", () => {
    mode = choice.value;
    try {
      localStorage.setItem("vigie-keys", mode);
    } catch { /* holds for this page */ }
  });
}
const helpButton = desk.querySelector("[data-help]");
if (helpButton) {
  helpButton.hidden = false;
  helpButton.addEventListener("click", () => help.showModal());
}

// letter is the one that the reader's keyboard shows where it is Latin, and the one
// at the same place of a Latin keyboard otherwise.
function letter(event) {
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  if (event.key === "?" || event.key === "؟") return "?";
  if (event.code === "Space") return " ";
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
}

// readOn turns the page of the text, and goes to the next one at its end.
function readOn() {
  const page = document.scrollingElement;
  if (reader()?.dataset.id && page.scrollTop + innerHeight < page.scrollHeight - 40) scrollBy(0, innerHeight * 0.85);
  else move(1);
}

const acts = {
  j: () => move(1),
  k: () => move(-1),
  r: () => decideCurrent("keep"),
  x: () => decideCurrent("drop"),
  l: () => decideCurrent("postpone"),
  z: undo,
  t: () => reader()?.querySelector("[data-tag]")?.focus(),
  o: () => { if (currentId()) location.assign(paths.read + currentId()); },
  v: () => {
    const link = reader()?.querySelector("[data-original]");
    if (link) window.open(link.href, "_blank", "noopener,noreferrer");
  },
  " ": readOn,
  "?": () => help?.showModal(),
};

function decideCurrent(act) {
  const id = currentId();
  if (!id) return;
  if (feed) decide(id === reader()?.dataset.id ? [id, ...ticked()] : [id], act);
  else reader().querySelector(`[name=acte][value=${act}]`)?.click();
}

document.addEventListener("keydown", (event) => {
  if (mode === "off" || event.ctrlKey || event.metaKey || event.isComposing || event.altKey !== (mode === "alt")) return;
  const at = event.target;
  if (at.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]")) return;
  const key = letter(event);
  if (key === " " && at.closest("a, button, summary, input")) return;
  if (!acts[key] || (event.repeat && key !== "j" && key !== "k") || !desk.querySelector("[data-help]")) return;
  event.preventDefault();
  acts[key]();
});

const open = itemOf(reader()?.dataset.id ?? "");
if (open) open.tabIndex = 0;
else if (items()[0]) items()[0].tabIndex = 0;
