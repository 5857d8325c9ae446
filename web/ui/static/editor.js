// Makes writing handier: the preview follows the text, buttons put marks, citations
// and figures where the cursor is, Ctrl+S saves, and leaving with unsaved text asks
// first. What is not saved is kept in this browser, and offered when the person comes
// back after a crash or with a new session. Without this script the preview is a button, and tokens are typed.

const form = document.querySelector("[data-editor]");
const body = document.getElementById("texte");
const preview = document.querySelector('[data-part="preview"]');
const lost = document.querySelector("[data-preview-lost]");
const rest = 700; // milliseconds after the last key

let saved = content();
let shown = saved;
let timer = 0;
let sending = false;

function content() {
  return new URLSearchParams(new FormData(form)).toString();
}

// ask posts the text and gets the page with its preview as a document.
// XMLHttpRequest can do that where strings may not become markup (Trusted Types).
function ask(text) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${form.getAttribute("action")}/apercu`);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.responseType = "document";
    request.timeout = 20_000;
    request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject());
    request.onerror = request.ontimeout = reject;
    request.send(text);
  });
}

// turn shows the text as it is now; while an answer is under way it waits.
async function turn() {
  keep();
  const text = content();
  if (sending || text === shown) return;
  sending = true;
  try {
    const fresh = (await ask(text)).querySelector('[data-part="preview"]');
    if (!fresh) throw new Error("no preview");
    preview.replaceChildren(...fresh.childNodes);
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  shown = text;
  sending = false;
  if (content() !== shown) plan();
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(turn, rest);
}

// type puts text in place of the selection, so that undo takes it back.
function type(text) {
  body.focus();
  if (!document.execCommand("insertText", false, text)) body.setRangeText(text, body.selectionStart, body.selectionEnd, "end");
  plan();
}

// surround puts marks around the selection, and selects it again.
function surround(before, after) {
  const { selectionStart: from, selectionEnd: to } = body;
  type(before + body.value.slice(from, to) + after);
  body.setSelectionRange(from + before.length, to + before.length);
}

// begin puts a mark in front of every line of the selection.
function begin(mark) {
  const from = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1;
  body.setSelectionRange(from, Math.max(from, body.selectionEnd));
  type(body.value.slice(from, body.selectionEnd).replace(/^/gm, mark));
}

// place puts a block on lines of its own.
function place(block) {
  const before = body.value.slice(0, body.selectionStart);
  const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  type(`${gap}${block}\n\n`);
}

document.querySelector("[data-format]").hidden = false;
for (const button of document.querySelectorAll("[data-insert]")) button.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.insert) type(button.dataset.insert);
  else if (button.dataset.markLine) begin(button.dataset.markLine);
  else if (button.dataset.markBefore) surround(button.dataset.markBefore, button.dataset.markAfter);
  else if ("insertFigure" in button.dataset) {
    event.preventDefault();
    place(document.querySelector("[data-figures]").value);
  }
});

body.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const button = body.form.querySelector(`[aria-keyshortcuts="Control+${event.key.toUpperCase()}"][data-mark-before]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  form.requestSubmit();
});

// --- what is not saved

const parts = ["titre", "resume", "texte", "adresse"];
const offer = document.querySelector("[data-kept]");
const slot = `vigie-draft-${form.dataset.draft}`;
const later = `${slot}-later`; // what is written while an older text is offered
const oldest = Date.now() - 7 * 24 * 3600_000;
const first = flat(written());

function written() {
  return Object.fromEntries(parts.map((name) => [name, form.elements[name].value]));
}

// flat is a text without what saving changes: line ends, and blanks around it.
function flat(text) {
  return parts.map((name) => String(text[name] ?? "").replaceAll("\r\n", "\n").trim()).join("\0");
}

let mine = false; // what is kept is of this page, not of another one in the same browser
let offering = false; // an older text waits for an answer, and nothing takes its place

// keep remembers the text where it is not the one that came with the page.
function keep() {
  const text = written();
  const own = offering ? later : slot;
  try {
    if (flat(text) === first && mine) localStorage.removeItem(own); // taken back by hand
    mine = flat(text) !== first;
    if (mine) localStorage.setItem(own, JSON.stringify({ at: Date.now(), seen: form.elements.vu.value, text }));
  } catch { /* storage is full or shut: the text is in the page */ }
}

// kept is the text that is remembered first; null for nothing of use.
function kept() {
  try {
    const it = JSON.parse(localStorage.getItem(slot));
    return it?.text && it.at > oldest ? it : null;
  } catch {
    return null;
  }
}

// answered forgets the text that was offered; what was written since takes its place.
function answered() {
  offering = false;
  offer.hidden = true;
  try {
    const since = localStorage.getItem(later);
    localStorage.removeItem(slot);
    localStorage.removeItem(later);
    if (since) localStorage.setItem(slot, since);
  } catch { /* nothing is kept */ }
}

// remind offers what was kept, unless it is the text of the page.
function remind() {
  if (!kept()) answered();
  let it = kept();
  if (it && flat(it.text) === first && it.seen !== form.elements.vu.value) { // it was saved
    answered();
    it = kept();
  }
  if (!it || flat(it.text) === first) return;
  const at = new Date(it.at).toLocaleString(`${document.documentElement.lang}-u-nu-latn`, { dateStyle: "long", timeStyle: "short" });
  const says = offer.querySelector("[data-kept-text]");
  says.textContent = says.dataset.text.replace("{time}", `\u2068${at}\u2069`);
  offer.hidden = false;
  offering = true;
}

offer.querySelector("[data-kept-drop]").addEventListener("click", () => {
  answered();
  if (!mine) remind();
  body.focus();
});

// The text goes on from what its writer saw: where somebody saved another one
// meanwhile, saving shows both. What was written before the answer is offered next.
offer.querySelector("[data-kept-take]").addEventListener("click", () => {
  const it = kept();
  keep();
  answered();
  if (!it) return;
  remind();
  for (const name of parts) form.elements[name].value = it.text[name] ?? "";
  form.elements.vu.value = it.seen;
  keep();
  body.focus();
  plan();
});

try {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("vigie-draft-") && !(JSON.parse(localStorage.getItem(key))?.at > oldest)) localStorage.removeItem(key);
  }
} catch { /* storage is shut */ }
remind();
addEventListener("pagehide", keep);

form.addEventListener("input", plan);
form.addEventListener("submit", () => { saved = content(); });
addEventListener("beforeunload", (event) => {
  if (content() !== saved) event.preventDefault();
});
