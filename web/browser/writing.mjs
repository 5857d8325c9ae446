// Writes, loses and cites, as web/synthesis_browser_test.go asks it to:
//
//   node writing.mjs '{"base": "http://127.0.0.1:1234", "path": "/fr/bureau/syntheses/…", "cookies": [...]}'
//
// A crash is a page that is left open and another one in the same browser: what the
// one kept, the other offers.

import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base]);
const address = `${given.base}${given.path}?langue=${given.lang}`;
const { page, context } = await kit.open({ cookies: given.cookies });

const drafts = (p) => p.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("vigie-draft-")).length);
const keeps = (p, words) => p.waitForFunction((w) => Object.values(localStorage).some((v) => v.includes(w)), words);
const offered = (p) => p.locator("[data-kept]").isVisible();

// The desk begins at what the page is about, not at the bar.
await kit.visit(page, "editor", address);
const [focus, scrolled] = await page.evaluate(() => [document.activeElement.id, scrollY]);
kit.expect(focus === "content" && scrolled === 0, "the page begins at", focus || "its top", "scrolled by", scrolled);
kit.expect(!(await offered(page)) && (await drafts(page)) === 0, "a text that nobody wrote is offered");

// A crash: the text is offered, taken up and saved; then nothing is kept.
await page.fill("#texte", "Un texte qui n’est pas enregistré.");
await keeps(page, "pas enregistré");
const second = await kit.beside(page, "editor, after a crash");
await kit.visit(second, "editor, after a crash", address);
kit.expect(await offered(second), "the text is not offered after a crash");
kit.expect((await second.inputValue("#texte")).trim() === "Un texte.", "the text of the page was replaced without asking");
await second.click("[data-kept-take]");
kit.expect((await second.inputValue("#texte")) === "Un texte qui n’est pas enregistré.", "taken up is", await second.inputValue("#texte"));
await Promise.all([second.waitForEvent("load"), second.keyboard.press("Control+s")]);
await second.waitForFunction(() => document.querySelector(".notice.good"));
kit.expect(!(await offered(second)) && (await drafts(second)) === 0, "a text that was saved is still kept");

// The page that crashed knows nothing of that: what it writes goes on from the older
// text, and saving it shows both.
await page.fill("#texte", "Un autre texte encore.");
await keeps(page, "autre texte");
await kit.visit(second, "editor, with an older draft", address);
kit.expect(await offered(second), "an older draft is not offered");
await second.click("[data-kept-take]");
await Promise.all([second.waitForEvent("load"), second.keyboard.press("Control+s")]);
await kit.look(second, "both texts", { status: 409 });
const both = await second.locator("main").innerHTML();
kit.expect(both.includes("Un autre texte encore.") && both.includes("pas enregistré"), "one of the texts is lost");
await second.goto(address);
await second.click("[data-kept-drop]");
kit.expect(!(await offered(second)) && (await drafts(second)) === 0, "a draft is not forgotten");

// While an older text is offered, a new one takes a place of its own; each is answered.
await page.fill("#texte", "Un texte ancien.");
await keeps(page, "texte ancien");
await page.goto("about:blank"); // it is gone, with what it would keep
await kit.visit(second, "editor, with a new text", address);
await second.fill("#texte", "Un texte nouveau.");
await keeps(second, "texte nouveau");
kit.expect((await drafts(second)) === 2, "a new text takes the place of the one that is offered");
const third = await kit.beside(second, "editor, after another crash");
await kit.visit(third, "editor, after another crash", address);
await third.click("[data-kept-take]");
kit.expect((await third.inputValue("#texte")) === "Un texte ancien.", "taken up is", await third.inputValue("#texte"));
kit.expect(await offered(third), "the new text is not offered next");
await third.click("[data-kept-take]");
kit.expect((await third.inputValue("#texte")) === "Un texte nouveau.", "taken up next is", await third.inputValue("#texte"));
await third.close();

// What a week has passed over is not offered. Nobody leaves a text behind who signs out.
await second.evaluate(() => {
  for (const key of Object.keys(localStorage)) localStorage.removeItem(key);
  localStorage.setItem("vigie-draft-old", JSON.stringify({ at: Date.now() - 8 * 24 * 3600_000, text: {} }));
  localStorage.setItem("vigie-draft-new", JSON.stringify({ at: Date.now() - 6 * 24 * 3600_000, text: {} }));
  localStorage.setItem("vigie-keys", "on");
});
await second.close({ runBeforeUnload: false });
const leaving = await kit.beside(page, "editor, before signing out");
await kit.visit(leaving, "editor, before signing out", address);
kit.expect((await leaving.evaluate(() => Object.keys(localStorage).join())).includes("draft-new"), "a text of six days is forgotten");
kit.expect(!(await leaving.evaluate(() => Object.keys(localStorage).join())).includes("draft-old"), "a text of eight days is kept");

// Citing beside the list stays there.
const reading = await kit.beside(page, "triage");
await reading.goto(`${given.base}/fr/bureau/tri`);
await reading.keyboard.press("j");
await reading.locator(`[data-reader][data-id="${given.document}"]`).waitFor();
await reading.fill("#citer-mots", "Les prix ont baissé de 4 %.");
await Promise.all([reading.waitForEvent("load"), reading.click("#citer-form .controls button")]);
await reading.locator("#citer .notice.good").waitFor();
kit.expect(new URL(reading.url()).pathname === "/fr/bureau/tri", "citing leads to", reading.url());
kit.expect(await reading.locator("[data-feed]").isVisible(), "the list is gone after citing");
kit.expect(await reading.locator(`[data-reader][data-id="${given.document}"]`).isVisible(), "the document is gone after citing");
await reading.close();

await kit.visit(leaving, "the list of texts", `${given.base}/fr/bureau/syntheses`);
await Promise.all([leaving.waitForEvent("load"), leaving.click('form[action$="/deconnexion"] button')]);
await kit.look(leaving, "signed out");
kit.expect((await drafts(leaving)) === 0, "a text is left behind on signing out");
kit.expect((await leaving.evaluate(() => localStorage.getItem("vigie-keys"))) === "on", "signing out takes more than the texts");
await context.close();
await kit.finish();
