// Looks at what offers records, opened, and takes one, as web/find_export_test.go
// asks it to:
//
//   node biblio.mjs '{"base": "http://127.0.0.1:1234", "cookies": [...], "query": "...", "document": "...", "portal": "...", "article": "..."}'

import { readFile } from "node:fs/promises";

import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base, given.portal]);

for (const [name, { close, ...how }] of Object.entries({
  fr: { close: "export" }, en: { lang: "en", scheme: "dark", close: "cite-article" }, ar: { lang: "ar", width: 320, height: 640, close: "cite" },
})) {
  const lang = how.lang ?? "fr";
  const { page, context } = await kit.open({ ...how, cookies: given.cookies });
  for (const [what, url, summary] of [
    ["export", `${given.base}/${lang}/bureau/recherche?q=${encodeURIComponent(given.query)}`, "details.records > summary"],
    ["cite", `${given.base}/${lang}/bureau/tri/${given.document}`, "details.records > summary"],
    ["cite-article", `${given.portal}/${lang}${given.article}`, "details.records > summary"],
  ]) {
    await page.goto(url);
    await page.click(summary);
    await page.evaluate(() => scrollTo(0, 0)); // nothing lies under the bar of buttons
    await kit.look(page, `${what}-${name}`, { quick: what !== close });
  }
  await context.close();
}

// Without a script: everything of the field is chosen by keys, and a file comes.
const { page, context } = await kit.open({ script: false, cookies: given.cookies, acceptDownloads: true });
await page.goto(`${given.base}/fr/bureau/tri/${given.document}`);
await page.click("details.records > summary");
await page.press("#reference", "ControlOrMeta+a");
kit.expect((await page.inputValue("#reference")).includes("https://"), "there is no reference to copy");
const [file] = await Promise.all([page.waitForEvent("download"), page.click("a[href$='format=ris']")]);
kit.expect(file.suggestedFilename() === `${given.document}.ris`, "the record is saved as", file.suggestedFilename());
kit.expect((await readFile(await file.path(), "utf8")).startsWith("TY  - ELEC\r\n"), "the record is no RIS");
await context.close();

await kit.finish();
