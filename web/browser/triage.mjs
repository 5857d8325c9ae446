// Sorts with one key each, as web/triage_browser_test.go asks it to:
//
//   node triage.mjs '{"base": "http://127.0.0.1:1234", "cookies": [...], "ids": [...]}'
//
// Keys are tried as three keyboards send them: a Latin one, an Arabic one, where the
// letter is another and only the place is the same, and a French one, where the
// place is another and the letter is the same.

import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base]);

for (const [name, how] of Object.entries({
  light: {}, arabic: { lang: "ar", width: 320, height: 640, scheme: "dark" },
})) {
  const { page, context } = await kit.open({ ...how, cookies: given.cookies });
  const home = `${given.base}/${how.lang ?? "fr"}/bureau/`;
  await kit.visit(page, `triage-${name}`, `${home}tri`);
  await kit.visit(page, `triage-open-${name}`, `${home}tri?lire=${given.ids[0]}`);
  await kit.visit(page, `reading-${name}`, `${home}tri/${given.ids[0]}`);
  await kit.visit(page, `history-${name}`, `${home}historique`);
  await kit.visit(page, `deskfind-${name}`, `${home}recherche?q=${encodeURIComponent('trafic double -(mobile OU "large bande") lang:fr,ar depuis:-300j')}`);
  await page.click("#aide > summary");
  await kit.look(page, `deskfind-help-${name}`);
  await kit.visit(page, `sources-${name}`, `${home}sources`);
  await kit.visit(page, `source-${name}`, `${home}sources/${given.source}`);
  await kit.visit(page, `source-remove-${name}`, `${home}sources/${given.source}/retirer`);
  await page.goto(`${home}sources`);
  await page.fill("#url", "fleuve.example/flux");
  await page.click("form.inline button");
  await page.waitForURL("**/essai");
  await kit.look(page, `probe-${name}`);
  await context.close();
}

for (const lang of ["fr", "ar", "en"]) {
  const { page, context } = await kit.open({ lang, cookies: given.cookies });
  await page.goto(`${given.base}/${lang}/bureau/tri/${given.story}`);
  await page.click("[data-reader] summary:has(+ form)");
  await page.evaluate(() => scrollTo(0, 0)); // nothing lies under the bar of buttons
  await kit.look(page, `story-${lang}`);
  await context.close();
}

const { page, context } = await kit.open({ cookies: given.cookies });
await page.goto(`${given.base}/fr/bureau/tri`);
const session = await context.newCDPSession(page);

// press sends a key as a keyboard does: the letter and the place.
async function press(key, code) {
  for (const type of ["keyDown", "keyUp"]) await session.send("Input.dispatchKeyEvent", { type, key, code, text: type === "keyDown" ? key : undefined });
}
const done = () => page.locator("[data-feed] .done").count();
const at = () => page.evaluate(() => document.activeElement.closest("[data-feed] > [data-id]")?.dataset.id ?? "");
const opened = (id) => page.locator(`[data-reader][data-id="${id}"]`).waitFor();
const settled = () => page.waitForFunction(() => (sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.startsWith("vigie-decisions-"))) ?? "[]") === "[]");

await press("j", "KeyJ");
kit.expect((await at()) === given.ids[0], "j does not move the focus to the first row");
await opened(given.ids[0]);
await press("x", "KeyX");
await opened(given.ids[1]);
kit.expect((await done()) === 1 && (await at()) === given.ids[1], "x does not decide and go on");
await press("ء", "KeyX");
await opened(given.ids[2]);
kit.expect((await done()) === 2, "an Arabic keyboard does not decide");
await press("z", "KeyW"); // AZERTY: the letter z where others have w
await page.waitForFunction(() => document.querySelectorAll("[data-feed] .done").length === 1);
kit.expect((await at()) === given.ids[1], "undoing does not come back to the row");
await settled();
await press("k", "KeyK");
kit.expect((await at()) === given.ids[0], "k does not reach a row that is decided");
await press("t", "KeyT");
kit.expect(await page.evaluate(() => document.activeElement.matches("[data-tag]")), "t does not lead to the tag");
await press("r", "KeyR");
kit.expect((await page.inputValue("[data-tag]")) === "r" && (await done()) === 1, "a key decides while somebody types");
await page.locator(`#d-${given.ids[1]}`).focus();
await page.evaluate(() => document.querySelector("[data-help]").click());
await page.selectOption("[data-keys]", "off");
await page.keyboard.press("Escape");
await page.locator(`#d-${given.ids[1]}`).focus();
await press("x", "KeyX");
kit.expect((await done()) === 1, "keys that are off decide");
await page.evaluate(() => localStorage.setItem("vigie-keys", "on"));

// The session ends: what is decided is kept, and sent once somebody is back.
await page.reload();
await context.clearCookies();
await page.locator(`#d-${given.ids[1]}`).focus();
await press("r", "KeyR");
await page.locator("[data-trouble]:not([hidden])").waitFor();
kit.expect((await page.evaluate(() => JSON.parse(sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.startsWith("vigie-decisions-")))).length)) === 1, "the decision is lost with the session");
await context.addCookies(given.cookies);
await page.reload();
await settled();
await page.reload();
kit.expect((await page.locator(`#d-${given.ids[1]}`).count()) === 0, "the decision was not sent after signing in again");
// A likely copy goes along where it is ticked.
await page.goto(`${given.base}/fr/bureau/tri?lire=${given.story}`);
await page.check(`[name=avec][value="${given.likely}"]`);
const sent = page.waitForRequest((r) => r.method() === "POST" && r.url().endsWith("/bureau/tri"));
await page.locator(`#d-${given.story}`).focus();
await press("r", "KeyR");
kit.expect(new URLSearchParams((await sent).postData()).getAll("id").join() === `${given.story},${given.likely}`, "what was ticked is not decided");
await settled();
await context.close();
kit.findings = kit.findings.filter((f) => !f.includes("403"));
await kit.finish();
