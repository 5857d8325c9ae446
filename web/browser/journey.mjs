// Goes through the product as people do, as web/browser_test.go asks it to:
//
//   node journey.mjs '{"base": "http://127.0.0.1:1234", "start": "/fr/", "steps": ["language"]}'
//
// Each way is the whole journey: with a mouse and JavaScript, with a mouse and
// without, with the keyboard alone. Every page on it is looked at as kit.mjs says,
// in both schemes. Printed for each step of each way, and for each way in all:
// clicks, keys and characters typed.
//
// The argument has what the steps need; a step that is not named is not taken:
//
//   base       address of the server
//   start      path of the first page
//   ways       some of "script", "no script", "keyboard"; all where it is missing
//   firstLink  for each way, the link that the first start prints
//   users      { "editor": { "email": ..., "password": ... }, ... }
//   mail       file where the SMTP server writes messages, one JSON object a line
//
// A step is a function of the journey so far: { who, page, kit, given, way, look }.
// look(name) examines the page that it came to.

import { readFileSync } from "node:fs";

import { Hands, Keys, Tally } from "./hands.mjs";
import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base]);

// field is a field by what it is for (WCAG 2.2, 1.3.5), which needs no words.
const field = (page, purpose) => page.locator(`main [autocomplete~="${purpose}"]`);
const submit = (page) => page.locator("main form:has([autocomplete]) button:not([formaction])").last();

const steps = {
  // language goes through the languages, and comes back to the first.
  async language({ who, page, look }) {
    const first = await page.locator("html").getAttribute("lang");
    for (const lang of ["ar", "en", "fr"].filter((l) => l !== first).concat(first)) {
      await who.follow(page.locator(`nav a[hreflang=${lang}]`).first());
      const root = page.locator("html");
      kit.expect((await root.getAttribute("lang")) === lang, "language: the page is not in", lang);
      kit.expect((await root.getAttribute("dir")) === (lang === "ar" ? "rtl" : "ltr"), "language: the wrong direction for", lang);
      await look(lang);
    }
  },

  // first makes the first account behind the link that was printed.
  async first({ who, page, given, way, look }) {
    const { email, password } = given.users.admin;
    await who.open(given.firstLink[way]);
    await look("link");
    await who.fill(field(page, "name"), "Camille Exemple");
    await who.fill(field(page, "email"), email);
    for (const f of await field(page, "new-password").all()) await who.fill(f, password);
    await who.follow(submit(page));
    await look("welcome");
    await isSignedIn(page, true);
  },

  // out ends the session.
  async out({ who, page, look }) {
    await who.follow(page.locator("form[action$='/deconnexion'] button"));
    await look("out");
    await isSignedIn(page, false);
  },

  // in signs the administrator in.
  async in({ who, page, given, look }) { await signIn(who, page, given.users.admin, look); },
};

async function signIn(who, page, { email, password }, look) {
  await who.open(`${given.base}/fr/connexion`);
  await look("sign-in");
  await who.fill(field(page, "username"), email);
  await who.fill(field(page, "current-password"), password);
  await who.follow(submit(page));
  await look("signed in");
  await isSignedIn(page, true);
}

async function isSignedIn(page, want) {
  const cookies = await page.context().cookies();
  kit.expect(cookies.some((c) => c.httpOnly) === want, want ? "there is no session at" : "the session goes on at", page.url());
}

// messages gives what the SMTP server has taken so far; a step that waits for one
// asks again, for at most so many seconds.
export async function messages(file, enough, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; ;) {
    const got = readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
    if (enough(got) || Date.now() > end) return got;
    await new Promise((done) => setTimeout(done, 100));
  }
}

for (const way of given.ways ?? ["script", "no script", "keyboard"]) {
  const { page, context } = await kit.open({ name: way, script: way !== "no script" });
  const who = way === "keyboard" ? new Keys(page, kit.expect.bind(kit)) : new Hands(page);
  const all = new Tally();
  await page.goto(given.base + given.start);
  for (const name of given.steps) {
    if (!kit.expect(steps[name], "there is no step", name)) continue;
    who.tally = new Tally();
    const look = (what) => kit.look(page, `${way}: ${name}: ${what}`, { schemes: ["light", "dark"] });
    try {
      await steps[name]({ who, page, kit, given, way, look });
    } catch (e) {
      kit.expect(false, `${way}: ${name}: stopped at ${page.url()}:`, e.message);
      break;
    }
    console.log(`${way}: ${name}: ${who.tally.line()}`);
    all.add(who.tally);
  }
  console.log(`${way}: in all: ${all.line()}`);
  await context.close();
}
await kit.finish();
