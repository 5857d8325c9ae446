// Searches at the desk in every state, opened and narrowed by keys, with a script and
// without, as web/find_browser_test.go asks it to:
//
//   node deskfind.mjs '{"base": "http://127.0.0.1:1234", "cookies": [...]}'

import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base]);
const at = (lang, line) => `${given.base}/${lang}/bureau/recherche${line ? `?q=${encodeURIComponent(line)}` : ""}`;

// Every state is looked at in all languages; the close ones are looked at closely.
for (const [name, { close, ...how }] of Object.entries({
  fr: { close: ["open", "nothing"] }, ar: { lang: "ar", width: 320, height: 640, scheme: "dark", close: ["found"] },
  en: { lang: "en", scheme: "dark", close: ["fault"] },
})) {
  const lang = how.lang ?? "fr";
  const { page, context } = await kit.open({ ...how, cookies: given.cookies });
  await page.goto(at(lang));
  for (const summary of await page.locator(".aids > details > summary").all()) await summary.click();
  await page.evaluate(() => scrollTo(0, 0));
  await kit.look(page, `deskfind-open-${name}`, { quick: !close.includes("open") });
  await page.goto(at(lang, "fibre pays:MAR -mobile"));
  for (const summary of await page.locator(".facets details:not([open]) > summary, .takings summary").all()) await summary.click();
  await page.evaluate(() => scrollTo(0, 0));
  await kit.look(page, `deskfind-found-${name}`, { quick: !close.includes("found") });
  await kit.visit(page, `deskfind-nothing-${name}`, at(lang, "fibre lang:es country:MAR"), { quick: !close.includes("nothing") });
  await kit.visit(page, `deskfind-fault-${name}`, at(lang, "fibre (spectre"), { status: 422, quick: !close.includes("fault") });
  await context.close();
}

// By keys, and without a script: a box is ticked, a year is chosen, both are taken
// away, and each search has one address.
for (const script of [true, false]) {
  const { page, context } = await kit.open({ name: `keys-${script}`, script, cookies: given.cookies });
  const line = () => new URL(page.url()).searchParams.get("q");
  await page.goto(at("fr", "fibre"));
  await page.focus("input[value='country:MAR']");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await page.waitForURL((u) => u.searchParams.get("q").includes("country"));
  kit.expect(line() === 'fibre country:"MAR"', "the box gives", line());
  kit.expect(!page.url().includes("avant"), "the address is", page.url());
  await page.focus(".years a >> nth=0");
  await page.keyboard.press("Enter");
  await page.waitForURL((u) => u.searchParams.get("q").includes("from"));
  kit.expect(line() === 'fibre country:"MAR" from:2026 to:2026', "the year gives", line());
  await page.focus(".chips a >> nth=0");
  await page.keyboard.press("Enter");
  await page.waitForURL((u) => !u.searchParams.get("q").includes("country"));
  kit.expect(line() === "fibre from:2026 to:2026", "without its chip", line());
  await page.click(".aids > details:first-of-type > summary");
  await page.fill("#av-tous", "fibre réseau");
  await page.selectOption("#av-lang", "fr");
  await page.press("#av-tous", "Enter");
  await page.waitForURL((u) => u.searchParams.get("q").includes("AND"));
  kit.expect(line() === "fibre AND réseau lang:fr from:2026 to:2026", "the form writes", line());
  kit.expect((await page.inputValue("#q")) === line(), "the box says", await page.inputValue("#q"));
  await page.click(".result h2 a >> nth=0");
  await page.waitForURL("**/bureau/tri/**");
  kit.expect((await page.locator("mark#m1").count()) === 1, "nothing is marked where it is read");
  await context.close();
}

await kit.finish();
