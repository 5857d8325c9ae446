// Goes through the product as people do, as TestJourney of cmd/vigie asks it to:
//
//   node journey.mjs '{"base": "http://127.0.0.1:1234", "start": "/fr/", "ways": ["script"], "steps": ["first"]}'
//
// Each way is the whole journey: with a mouse and JavaScript, with a mouse and
// without, with the keyboard alone. Every page on it is looked at as kit.mjs says.
// Printed for each step of each way, and for each way in all: clicks, keys and
// characters typed.
//
// The argument has what the steps need:
//
//   base       address of the server
//   start      path of the first page
//   steps      names of the steps, in their order
//   ways       some of "script", "no script", "keyboard"; all where it is missing
//   looks      "all": every page also in the dark, in Arabic and in English;
//              "quick": without axe
//   firstLink  for each way, the link that the first start prints
//   users      { "admin": { "name": ..., "email": ..., "password": ... }, ... }
//   mail       file where the SMTP server writes messages, one JSON object a line
//   source     address of a site to read
//   figures    two files, editions of the same table
//   zones      folder of the time zones whose hours begin at odd moments
//   reader     mail address of who subscribes
//
// A step is a function of the journey so far, see Journey below. Each of the people
// in it has a browser of their own, and hands as hands.mjs gives them.

import { figureSteps } from "./journey_figures.mjs";
import { letterSteps } from "./journey_letter.mjs";
import { peopleSteps } from "./journey_people.mjs";
import { triageSteps } from "./journey_triage.mjs";
import { writingSteps } from "./journey_writing.mjs";
import { Hands, Keys, Tally } from "./hands.mjs";
import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base], { seconds: 540 });
const steps = { ...peopleSteps, ...triageSteps, ...figureSteps, ...writingSteps, ...letterSteps };

// Journey is what a step is given: what was asked for, the people, and notes for
// the steps to come.
class Journey {
  notes = {};
  given = given;
  #people = new Map();
  #seen = new Set();

  constructor(way) {
    this.way = way;
    this.script = way !== "no script";
    this.keyboard = way === "keyboard";
  }

  expect(good, ...what) { return kit.expect(good, `${this.way}: ${this.step}:`, ...what); }

  // as gives one of the people: hands with a page, and two ways to look at it.
  async as(name) {
    if (!this.#people.has(name)) {
      const { page, context } = await kit.open({ name: `${this.way}: ${name}`, script: this.script });
      const who = this.keyboard ? new Keys(page, kit.expect.bind(kit)) : new Hands(page);
      who.look = (what, options) => this.#look(page, what, options);
      who.main = (selector) => page.locator(`main ${selector}`);
      await page.goto(given.base + given.start);
      this.#people.set(name, { who, context });
    }
    const { who } = this.#people.get(name);
    who.tally = this.tally;
    return who;
  }

  // look examines a page that somebody came to. A page that is there for everybody
  // who asks for its address is looked at in the other languages too, once; for
  // others, alone says that there is this one only. Where little is looked at, axe
  // sees a page once, however often it is come to.
  async #look(page, what, { alone = false, status = 200 } = {}) {
    const all = given.looks === "all";
    const first = !this.#seen.has(what);
    this.#seen.add(what);
    const name = `${this.way}: ${what}`;
    await kit.look(page, name, { status, quick: given.looks === "quick" || (!all && !first), schemes: all && first ? ["light", "dark"] : [] });
    if (!all || !first || alone) return;
    for (const lang of ["ar", "en"]) {
      const beside = await kit.beside(page, name);
      await kit.visit(beside, `${name} (${lang})`, page.url().replace(/\/fr\//, `/${lang}/`), { status });
      const html = beside.locator("html");
      this.expect((await html.getAttribute("lang")) === lang && (await html.getAttribute("dir")) === (lang === "ar" ? "rtl" : "ltr"),
        "not in", lang, "at", beside.url());
      await beside.close();
    }
  }

  async take(step) {
    this.step = step;
    this.tally = new Tally();
    const begun = Date.now();
    await steps[step](this);
    console.log(`${this.way}: ${step}: ${this.tally.line()} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  }

  // where names the pages that people are at, for whoever reads what went wrong.
  where() { return [...this.#people].map(([name, { who }]) => `${name} at ${who.page.url()}`).join(", "); }

  async pictures() {
    for (const [name, { who }] of this.#people) await kit.shot(who.page, `stopped-${this.way}-${name}`);
  }

  async end() {
    for (const { context } of this.#people.values()) await context.close();
  }
}

for (const way of given.ways ?? ["script", "no script", "keyboard"]) {
  const journey = new Journey(way);
  const all = new Tally();
  for (const name of given.steps) {
    if (!kit.expect(steps[name], "there is no step", name)) continue;
    try {
      await journey.take(name);
    } catch (e) {
      kit.expect(false, `${way}: ${name}: stopped, ${journey.where()}:`, e.stack);
      await journey.pictures();
      break;
    }
    all.add(journey.tally);
  }
  console.log(`${way}: in all: ${all.line()}`);
  await journey.end();
}
await kit.finish();
