// Adds sources in the ways that people have, as web/source_browser_test.go asks it to:
//
//   node add.mjs '{"base": "http://127.0.0.1:1234", "cookies": [...], "page": "https://agence.example/"}'
//
// An address with its preview, the rules of a list by pointing at an item, packs, one
// item, a list of sources: in the light in French, in the dark in Arabic at 320 px, in
// English without scripts and with the keyboard alone.

import { Keys } from "./hands.mjs";
import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base], { seconds: 400 });
const ways = {
  light: {}, arabic: { lang: "ar", width: 320, height: 640, scheme: "dark" }, plain: { lang: "en", script: false },
};

for (const [name, how] of Object.entries(ways)) {
  const { page, context } = await kit.open({ name, ...how, cookies: given.cookies });
  const home = `${given.base}/${how.lang ?? "fr"}/bureau/`;
  const who = new Keys(page, kit.expect.bind(kit));
  const press = (locator) => Promise.all([page.waitForEvent("load"), locator.click()]);
  // Without scripts the keyboard points at the item.
  const point = (locator) => how.script === false ? who.follow(locator) : press(locator);
  await page.goto(`${home}sources`);
  await page.fill("#url", given.page);
  await press(page.locator("form.inline button"));
  await kit.look(page, `probe-${name}`);
  kit.expect((await page.locator("section.way").count()) === 5, name, "the preview does not show five ways");
  const docs = page.locator("section.way", { hasText: "Carte des antennes" }).first();
  await point(docs.locator("button[name=exemple]").last());
  await kit.look(page, `rules-${name}`);
  kit.expect((await page.locator("section.way ol.entries li").count()) === 3, name, "the rules do not give the three items of their list");
  await press(page.locator("button[name=essai][value=voies]"));
  kit.expect((await page.locator("section.way").count()) === 5, name, "the other ways do not come back");
  await page.locator("section[aria-labelledby=rules] summary").click();
  await page.fill("#item", "p.nothing");
  await press(page.locator("button[name=essai][value=regles]"));
  await kit.look(page, `rules-none-${name}`, { status: 422 });
  await page.goto(`${home}sources/packs`);
  await page.locator("ul.packs summary").first().click();
  await kit.look(page, `packs-${name}`);
  await page.locator("ul.packs > li > input:enabled").nth({ light: 3, arabic: 4, plain: 1 }[name]).check();
  await page.locator("#pause").check();
  await press(page.locator("form.form button.action"));
  await kit.look(page, `packs-added-${name}`);
  kit.expect((await page.locator(".notice[role=status] bdi").first().textContent()) !== "0", name, "no source was added");
  await kit.visit(page, `once-${name}`, `${home}ajouter?url=${encodeURIComponent(given.page)}`);
  kit.expect((await page.inputValue("#url")) === given.page, name, "the bookmark's address is not in the form");
  await kit.visit(page, `lists-${name}`, `${home}sources/listes`);
  await page.setInputFiles("#fichier", { name: "liste.opml", mimeType: "text/x-opml", buffer: Buffer.from(given.list) });
  await press(page.locator("form.form button.action"));
  await kit.look(page, `lists-report-${name}`);
  kit.expect((await page.locator("tbody tr").count()) === 2, name, "the report does not have the two lines");
  await context.close();
}
await kit.finish();
