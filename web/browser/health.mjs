// The health of sources, as web/source_health_test.go asks it to:
//
//   node health.mjs '{"base": "http://127.0.0.1:1234", "cookies": [...], "source": "...", "ticked": "..."}'
//
// The pages in every language, wide in light and dark, and narrow; then an act on
// one source, ticked by keyboard without JavaScript.

import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base]);

for (const lang of ["fr", "ar", "en"]) {
  for (const width of [1280, 320]) {
    const { page, context } = await kit.open({ lang, width, cookies: given.cookies });
    const home = `${given.base}/${lang}/bureau/sources/`;
    const options = { schemes: width === 1280 ? ["light", "dark"] : [] };
    await kit.visit(page, `health-${lang}-${width}`, `${home}etat`, options);
    await kit.visit(page, `health-paused-${lang}-${width}`, `${home}etat?filtre=pause`, { quick: true });
    await kit.visit(page, `source-ailing-${lang}-${width}`, home + given.source, options);
    await context.close();
  }
}

const { page, context } = await kit.open({ name: "health without script", script: false, cookies: given.cookies });
await page.goto(`${given.base}/fr/bureau/sources/etat?filtre=regard`);
await page.focus(`input[value="${given.ticked}"]`);
await page.keyboard.press("Space");
await page.focus(".ticked button[value=read]");
await page.keyboard.press("Enter");
await page.waitForURL("**changees=1**");
kit.expect(new URL(page.url()).searchParams.get("filtre") === "regard", "health: the choice is forgotten");
kit.expect(await page.locator(".notice.good").isVisible(), "health: nobody says what was done");
await context.close();
await kit.finish();
