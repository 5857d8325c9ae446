// Looks at what changed in a document, and settles a quotation, as
// web/revision_browser_test.go asks it to:
//
//   node revision.mjs '{"base": "http://127.0.0.1:1234", "cookies": [...], "document": "...", "arabic": "...", "path": "..."}'

import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base]);

for (const [name, how] of Object.entries({
  fr: {}, en: { lang: "en", scheme: "dark" }, ar: { lang: "ar", width: 320, height: 640 },
})) {
  const { page, context } = await kit.open({ ...how, cookies: given.cookies });
  const home = `${given.base}/${how.lang ?? "fr"}/bureau/`;
  await kit.visit(page, `revision-${name}`, `${home}tri/${given.document}/revisions/2`);
  await kit.visit(page, `revision-arabic-${name}`, `${home}tri/${given.arabic}/revisions/2`, { quick: name !== "ar" });
  await kit.visit(page, `writing-drift-${name}`, `${home}syntheses/${given.path}`, { quick: name !== "fr" });
  await context.close();
}

// Withdrawing, as an administrator: the page that warns, and what is left.
for (const [name, how] of Object.entries({ fr: {}, ar: { lang: "ar", width: 320, height: 640, scheme: "dark" } })) {
  const { page, context } = await kit.open({ ...how, cookies: given.admin });
  const home = `${given.base}/${how.lang ?? "fr"}/bureau/`;
  await kit.visit(page, `withdraw-${name}`, `${home}tri/${given.arabic}/retirer`);
  await kit.visit(page, `withdrawn-${name}`, `${home}tri/${given.withdrawn}`, { quick: name !== "fr" });
  await kit.visit(page, `source-keep-${name}`, `${home}sources/${given.source}`, { quick: true });
  await context.close();
}

// Without a script: see what changed, compare with another state, cite the new words.
const plain = await kit.open({ script: false, cookies: given.cookies });
await plain.page.goto(`${given.base}/fr/bureau/syntheses/${given.path}`);
await plain.page.locator(".drift a[href*='/revisions/']").first().click();
kit.expect((await plain.page.locator(".compared del").count()) > 0, "what changed shows nothing that went");
await plain.page.goto(`${given.base}/fr/bureau/tri/${given.document}/revisions/3`);
await plain.page.selectOption("#avec", "1");
await plain.page.click("form:has(#avec) button");
kit.expect(new URL(plain.page.url()).search === "?avec=1", "another state cannot be chosen");
await plain.page.goto(`${given.base}/fr/bureau/syntheses/${given.path}`);
await plain.page.locator(".drift button[value=nouveau]").click();
kit.expect((await plain.page.locator(".drift").count()) === 1, "a quotation with the new words is still told of");
await plain.page.locator(".drift button[value=garder]").click();
kit.expect((await plain.page.locator(".drift").count()) === 0, "a quotation that stays is still told of");
await plain.context.close();
await kit.finish();
