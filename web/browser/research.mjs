// Searches as a researcher does, as TestJourneyResearch of cmd/vigie asks it to:
//
//   node research.mjs '{"base": "http://127.0.0.1:1234", "way": "fr", "lang": "fr", "script": true, ...}'
//
// One way through it, from signing in to files for other programs; research_steps.mjs
// has the steps. Printed for each step: clicks, keys and characters typed. The argument
// has what the steps need:
//
//   base      address of the server
//   way       what the way is called; lang, script and keyboard say what it is like
//   looks     "all": every page with axe, in the dark and in 320 px; "quick": without
//   query     what is asked for
//   other     what the report calls it, which is in Arabic, and page, where
//   country   the country that results are narrowed to
//   user      { "email": ..., "password": ... }
//   mail      file where the SMTP server writes messages, one JSON object a line
//   publish   address that has a publisher say something new, and news, its title
//   files     folder for what is exported

import { Hands, Keys, Tally } from "./hands.mjs";
import { Kit } from "./kit.mjs";
import { researchSteps } from "./research_steps.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base], { seconds: 540 });
const { page, context } = await kit.open({ name: given.way, lang: given.lang, script: given.script, acceptDownloads: true });

const expect = (good, ...what) => kit.expect(good, `${given.way}: ${journey.step}:`, ...what);
const who = given.keyboard ? new Keys(page, expect) : new Hands(page);
who.main = (selector) => page.locator(`main ${selector}`);
const journey = {
  given, kit, page, who, expect, notes: {}, step: "",
  url: (path) => `${given.base}/${given.lang}/${path}`,

  // look examines the page as it stands, then narrow: nothing is wider than the screen.
  async look(what) {
    const all = given.looks === "all";
    await page.evaluate(() => scrollTo(0, 0)); // nothing lies under a bar of buttons
    await kit.look(page, `${given.way}: ${what}`, { quick: !all, schemes: all ? ["light", "dark"] : [] });
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    await kit.look(page, `${given.way}: ${what} (320)`, { quick: !all });
    await page.setViewportSize(size);
  },
};

const all = new Tally();
for (const [name, step] of Object.entries(researchSteps)) {
  Object.assign(journey, { step: name });
  who.tally = new Tally();
  const begun = Date.now();
  try {
    await step(journey);
  } catch (e) {
    expect(false, `stopped at ${page.url()}:`, e.stack);
    await kit.shot(page, `stopped-${given.way}`);
    break;
  }
  all.add(who.tally);
  console.log(`${given.way}: ${name}: ${who.tally.line()} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
}
console.log(`${given.way}: in all: ${all.line()}`);
await context.close();
await kit.finish();
