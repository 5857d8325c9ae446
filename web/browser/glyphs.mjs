// Says where on the screen the words of sentences come to stand, as
// web/ui/bidi_test.go asks it to:
//
//   node glyphs.mjs '{"url": "http://127.0.0.1:1234/", "sentences": [
//     {"id": "t0", "runs": ["المصدر:", "ARTP"]}, {"id": "bare0", "runs": [...], "wrong": true}]}'
//
// The runs of a sentence are its words as they must stand from the right to the
// left. The letters of a run go from the left to the right if its first letter is
// Latin, or it has none; otherwise from the right to the left. Each letter's place
// is taken from the rectangle that the browser gives for it. A sentence that is
// marked as wrong must not stand as its runs say.

import { Kit } from "./kit.mjs";

const { url, sentences } = JSON.parse(process.argv[2]);
const kit = await Kit.launch([url], { seconds: 60 });
const { page } = await kit.open({ name: "glyphs", lang: "ar", width: 2400 });
await page.goto(url);
await page.evaluate(() => document.fonts.ready);

for (const { id, runs, wrong = false } of sentences) {
  const { got, faults } = await page.evaluate(layout, { id, runs });
  if (wrong) kit.expect(faults.length > 0, id, "comes out right even so:", got.join(" | "));
  else kit.expect(faults.length === 0, id, `reads from the right: ${got.join(" | ")};`, faults.join("; "));
}
await kit.finish();

// layout runs in the page.
function layout({ id, runs }) {
  const letters = [];
  const walker = document.createTreeWalker(document.getElementById(id), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let i = 0; i < node.length; i++) {
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      letters.push({ text: node.data[i], rect: range.getBoundingClientRect(), taken: false });
    }
  }
  const faults = [];
  const text = letters.map((l) => l.text).join("");

  // Longer runs choose their places first, so that "5" is not found in "5G".
  const placed = [];
  for (const run of runs.map((words, i) => ({ words, i })).sort((a, b) => b.words.length - a.words.length || a.i - b.i)) {
    let at = text.indexOf(run.words);
    while (at >= 0 && letters.slice(at, at + run.words.length).some((l) => l.taken)) at = text.indexOf(run.words, at + 1);
    if (at < 0) return { got: [text], faults: [`has no ${run.words}`] };
    const own = letters.slice(at, at + run.words.length);
    for (const l of own) l.taken = true;
    const seen = own.filter((l) => l.text.trim() !== "" && l.rect.width > 0);
    placed.push({ ...run, own: seen, left: Math.min(...seen.map((l) => l.rect.left)), right: Math.max(...seen.map((l) => l.rect.right)) });
  }
  const rest = letters.filter((l) => !l.taken && l.text.trim() !== "").map((l) => l.text).join("");
  if (rest) faults.push(`${rest} belongs to no run`);
  const line = letters[0].rect;
  if (letters.some((l) => l.rect.width > 0 && (l.rect.bottom < line.top || l.rect.top > line.bottom))) faults.push("takes more than one line");

  for (const { words, own } of placed) {
    const rtl = /^[\u0590-\u08ff]$/.test(words.match(/\p{L}/u)?.[0] ?? "");
    const middles = own.map((l) => l.rect.left + l.rect.width / 2);
    if (middles.some((x, i) => i > 0 && (rtl ? x > middles[i - 1] + 0.1 : x < middles[i - 1] - 0.1))) {
      faults.push(`${words} does not run from the ${rtl ? "right" : "left"}`);
    }
  }
  placed.sort((a, b) => b.right - a.right);
  for (let i = 1; i < placed.length; i++) {
    if (placed[i].right > placed[i - 1].left + 1.5) faults.push(`${placed[i].words} stands within ${placed[i - 1].words}`);
  }
  if (placed.some((p, i) => p.words !== runs[i])) faults.push("the order is another");
  return { got: placed.map((p) => p.words), faults };
}
