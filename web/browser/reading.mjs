// Reads a long report, as web/reading_test.go asks it to:
//
//   node reading.mjs '{"base": "http://127.0.0.1:1234", "cookies": [...], "short": "...", "long": "..."}'

import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base]);

for (const [name, how] of Object.entries({
  fr: {}, en: { lang: "en", scheme: "dark" }, ar: { lang: "ar", width: 320, height: 640 },
})) {
  const { page, context } = await kit.open({ ...how, cookies: given.cookies });
  const home = `${given.base}/${how.lang ?? "fr"}/bureau/tri/`;
  await kit.visit(page, `reading-short-${name}`, `${home}${given.short}?mots=debit`);
  await kit.visit(page, `reading-long-${name}`, `${home}${given.long}`, { quick: name !== "ar" });
  await page.click("details.chapters > summary");
  await kit.look(page, `reading-chapters-${name}`, { quick: name !== "fr" });
  await context.close();
}

// Without a script: search, go to what was found, go to a page.
const plain = await kit.open({ script: false, cookies: given.cookies });
await plain.page.goto(`${given.base}/fr/bureau/tri/${given.short}`);
await plain.page.fill("#within", "haut debit");
await plain.page.click("form[role=search]:has(#within) button");
kit.expect((await plain.page.locator(".prose mark").count()) === 3, "a search without script does not mark what it finds");
await plain.page.locator(".places a").nth(1).click();
kit.expect(new URL(plain.page.url()).hash === "#m2", "a place that was found leads nowhere");
await plain.page.goto(`${given.base}/fr/bureau/tri/${given.long}`);
await plain.page.fill("#to-page", "42");
await plain.page.click("form:has(#to-page) button");
kit.expect(new URL(plain.page.url()).hash === "#p42", "a page cannot be gone to");
const top = (await plain.page.locator("#p42").boundingBox()).y;
kit.expect(top >= 0 && top < 400, "the page that was asked for is not in sight but at", top);
await plain.context.close();

// Words that are chosen are quoted with their page.
const { page, context } = await kit.open({ cookies: given.cookies });
await page.goto(`${given.base}/fr/bureau/tri/${given.short}`);
await page.evaluate(() => {
  const words = [...document.querySelectorAll(".prose p")].find((p) => p.textContent.includes("mesuré")).querySelector("bdi").firstChild;
  getSelection().setBaseAndExtent(words, 3, words, 22);
});
await page.locator("[data-cite-bar] button").click();
await page.waitForURL(/citation=/);
await page.goto(await page.locator("a[href*='/bureau/syntheses/']").first().getAttribute("href").then((to) => new URL(to, given.base).href));
kit.expect((await page.content()).includes("HAUT DÉBIT"), "the words that were chosen are not with the synthesis");
await context.close();
await kit.finish();
