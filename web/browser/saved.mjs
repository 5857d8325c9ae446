// Saves a search with a feed, looks at what shows it, changes it and deletes it, and
// makes a token for a program, as web/saved_browser_test.go asks it to:
//
//   node saved.mjs '{"base": "http://127.0.0.1:1234", "cookies": [...], "query": "...", "doubtful": "...", "stop": "..."}'

import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base]);
const search = (lang) => `${given.base}/${lang}/bureau/recherche?q=${encodeURIComponent(given.query)}`;

for (const [name, how] of Object.entries({ fr: {}, ar: { lang: "ar", width: 320, height: 640, script: false }, en: { lang: "en", scheme: "dark" } })) {
  const lang = how.lang ?? "fr";
  const { page, context } = await kit.open({ ...how, cookies: given.cookies });
  await page.goto(search(lang));
  await page.click("details:has(form[action$='/bureau/recherches']) > summary");
  await kit.look(page, `form-${name}`, { quick: name !== "fr" });

  // By keys: a name, an alert, a feed, and the form goes.
  await page.focus("#nom");
  await page.press("#nom", "ControlOrMeta+a");
  await page.keyboard.type(`Suivi ${name} <b> الألياف`);
  await page.selectOption("#alerte", "daily");
  await page.focus("#flux");
  await page.keyboard.press("Space");
  await page.press("#nom", "Enter");
  await page.waitForSelector("#atom");
  const atom = await page.inputValue("#atom");
  kit.expect(atom.startsWith(`${given.base}/${lang}/flux/recherche/`) && atom.endsWith(".atom"), name, "the address of the feed is", atom);
  await kit.look(page, `address-${name}`, { quick: name !== "ar" });
  const feed = await page.request.get(atom, { headers: { cookie: "" } });
  kit.expect(feed.status() === 200 && (await feed.text()).includes("<entry"), name, "the feed answers", feed.status());

  await page.goto(`${given.base}/${lang}/bureau/recherches`);
  kit.expect((await page.textContent("main")).includes(`Suivi ${name} <b> الألياف`), name, "the list does not name it");
  await kit.look(page, `list-${name}`, { quick: name !== "ar" });
  await page.click(`a:has-text("Suivi ${name}")`);
  await kit.look(page, `search-${name}`, { quick: name !== "en" });

  // It is deleted with the box ticked, and not without.
  await page.check("#sur");
  await page.click("form[action$='/suppression'] button");
  await page.waitForURL(/fait=searches\.deleted/);
  kit.expect(!(await page.textContent("main")).includes(`Suivi ${name} `), name, "it is still in the list");
  const gone = await page.request.get(atom);
  kit.expect(gone.status() === 404, name, "its feed answers", gone.status());

  // A token for a program is made, shown once, and revoked.
  await page.goto(`${given.base}/${lang}/compte`);
  await page.click("section[aria-labelledby=tokens] details > summary");
  await page.fill("#nom", `Carnet ${name} <b>`);
  await page.check("#droit-0");
  await kit.look(page, `account-${name}`, { quick: name === "en" });
  await page.press("#nom", "Enter");
  await page.waitForSelector("#jeton");
  kit.expect((await page.inputValue("#jeton")).startsWith("vigie_"), name, "no token is shown");
  await kit.look(page, `token-${name}`, { quick: name === "ar" });
  await page.click("main .action.plain");
  await page.waitForSelector("section[aria-labelledby=tokens] tbody button");
  await kit.look(page, `tokens-${name}`, { quick: name !== "ar" });
  await page.click("section[aria-labelledby=tokens] tbody button");
  await page.waitForURL(/fait=token\.revoked/);
  await context.close();
}

// The mail whose fate nobody knows, and the link that ends the mails, for who is not
// signed in.
const { page, context } = await kit.open({ cookies: given.cookies });
await kit.visit(page, "doubtful", given.doubtful);
await page.click("button[value='arrived']");
await page.waitForURL(/fait=searches\.settled/);
await context.close();
const stranger = await kit.open({ lang: "ar", script: false });
await kit.visit(stranger.page, "stop", given.stop);
await stranger.page.click("main form button");
await kit.look(stranger.page, "stopped", { quick: true });
await stranger.context.close();

await kit.finish();
