// Makes writing handier: the preview follows the text, buttons put marks, citations
// and figures where the cursor is, Ctrl+S saves, and leaving with unsaved text asks
// first. Without this script the preview is a button, and tokens are typed.

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

form.addEventListener("input", plan);
form.addEventListener("submit", () => { saved = content(); });
addEventListener("beforeunload", (event) => {
  if (content() !== saved) event.preventDefault();
});
