// The words of the pages, read where the program has them from, so that a journey
// finds a control by what it says and no test repeats a sentence.

import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../curate/locale/catalogues/", import.meta.url);
const phrases = new Map();

// say gives a phrase in a language. Values take the places in it.
export function say(key, values = {}, lang = "fr") {
  if (!phrases.has(lang)) phrases.set(lang, read(lang));
  const phrase = phrases.get(lang)[key];
  if (typeof phrase !== "string") throw new Error(`there is no phrase ${key} in ${lang}`);
  return phrase.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

function read(lang) {
  const of = new URL(`${lang}/`, folder);
  return Object.assign({}, ...readdirSync(of).filter((f) => f.endsWith(".json"))
    .map((f) => JSON.parse(readFileSync(new URL(f, of), "utf8")).phrases));
}

// messages gives what the SMTP server has taken so far, once it is enough; a step
// that waits asks again, for at most so many seconds.
export async function messages(file, enough, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; ;) {
    const got = readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
    if (enough(got)) return got;
    if (Date.now() > end) throw new Error(`of the mails that were expected within ${seconds} s there are ${got.length}: ${got.map((m) => m.subject)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

// links gives the addresses in a text.
export function links(text) { return text.match(/https?:\/\/[^\s<>")]+/g) ?? []; }
