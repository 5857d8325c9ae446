// Citing while reading: words that are selected in the text go into the form that
// quotes them, together with what stands in front of them, and a bar at the foot of
// the reading pane sends it. Without this script the words are copied by hand.

const longest = 2000; // characters of a quotation
const before = 60; // characters in front of it

// The parts of the document that is being read; triage.js puts another one there.
let text, words, prefix, bar, count;

// chosen is the part of the selection that lies in the text; null for none.
function chosen() {
  const selection = getSelection();
  if (selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  return text.contains(range.startContainer) && text.contains(range.endContainer) ? range : null;
}

// ahead is what stands in front of a range.
function ahead(range) {
  const r = document.createRange();
  r.setStart(text, 0);
  r.setEnd(range.startContainer, range.startOffset);
  return r.toString().slice(-before);
}

// take puts the selection into the form, and says how long it is.
function take() {
  const range = chosen();
  const quote = range ? getSelection().toString().trim() : "";
  const length = [...quote].length;
  bar.hidden = length === 0;
  if (length === 0) return;
  words.value = quote;
  prefix.value = ahead(range);
  count.textContent = bar.dataset.count.replace("{n}", length);
  bar.querySelector("button").disabled = length > longest;
}

// here is the address of this page without what it says once.
function here() {
  const at = new URL(location);
  for (const once of ["fait", "citation", "synthese"]) at.searchParams.delete(once);
  return at.pathname + at.search;
}

// meet looks for the parts. A document that nobody may cite has none.
function meet() {
  bar = document.querySelector("[data-cite-bar]");
  if (!bar) return;
  text = document.querySelector("[data-document]");
  words = document.querySelector("[data-cite-words]");
  prefix = document.querySelector("[data-cite-prefix]");
  count = document.querySelector("[data-cite-count]");
  // A document that was fetched beside the list comes with the address of its own page.
  if (document.querySelector("[data-feed]")) words.form.elements.retour.value = here();
  (text.closest(".reader") ?? text.parentElement).append(bar);
  // Who types other words does not mean that place any more.
  words.addEventListener("input", () => { prefix.value = ""; });
  // A press on the button must not take the selection away.
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
}

document.addEventListener("selectionchange", () => { if (bar) take(); });
document.addEventListener("vigie:reader", meet);
meet();
