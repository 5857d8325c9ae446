// Looks at the portal in a real browser, as TestPortalInBrowser asks it to:
//
//   node portal.mjs '{"base": "http://127.0.0.1:1234", "empty": "...", "pages": {"home": "/L/", ...}}'
//
// Every page in every language (L in its path), wide in light and dark, and narrow,
// looked at as kit.mjs says; then without JavaScript.

import { Kit } from "./kit.mjs";

const { base, empty, pages } = JSON.parse(process.argv[2]);
const kit = await Kit.launch([base, empty], { seconds: 280 });

for (const lang of ["fr", "ar", "en"]) {
  for (const width of lang === "en" ? [1280] : [1280, 320]) {
    const { context, page } = await kit.open({ lang, width });
    for (const [name, path] of Object.entries(pages)) {
      await kit.visit(page, `portal-${name}-${lang}-${width}`, base + path.replace("/L/", `/${lang}/`), { schemes: width === 1280 ? ["light", "dark"] : [] });
    }
    await kit.visit(page, `portal-empty-${lang}-${width}`, `${empty}/${lang}/`);
    await context.close();
  }
}

// Without JavaScript a reader goes from the first page to a synthesis, to a source
// and back to the words that cite it, to the text in Arabic, and finds it again.
{
  const { context, page } = await kit.open({ name: "portal without script", script: false });
  await page.goto(`${base}/fr/`);
  await page.locator(".hero h2 a").click();
  await page.locator(".cite a").first().click();
  kit.expect(new URL(page.url()).hash.startsWith("#note-"), "portal: a number does not lead to its source:", page.url());
  await page.locator(".back-to").first().click();
  kit.expect(new URL(page.url()).hash.startsWith("#cite-"), "portal: a source does not lead back:", page.url());
  await page.locator("article nav a[lang=ar]").click();
  kit.expect((await page.locator("html").getAttribute("dir")) === "rtl", "portal: the text is not in Arabic");
  const title = await page.locator("h1").textContent();
  await page.locator("#find").fill(title);
  await page.locator(".find button").click();
  await page.locator(".result h2 a").first().click();
  kit.expect((await page.locator("h1").textContent()) === title, "portal: the search does not find what it was asked for");
  await context.close();
}

await kit.finish();
