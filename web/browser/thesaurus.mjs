// Looks a concept up, changes it, hides it and brings it back, adds one, and takes a
// file in, by keys, as web/thesaurus_browser_test.go asks it to:
//
//   node thesaurus.mjs '{"base": "http://127.0.0.1:1234", "cookies": [...]}'

import { Kit } from "./kit.mjs";

const given = JSON.parse(process.argv[2]);
const kit = await Kit.launch([given.base]);

for (const [name, how] of Object.entries({ fr: {}, ar: { lang: "ar", width: 320, height: 640, script: false, scheme: "dark" }, en: { lang: "en", scheme: "dark" } })) {
  const lang = how.lang ?? "fr";
  const list = `${given.base}/${lang}/bureau/thesaurus`;
  const { page, context } = await kit.open({ ...how, cookies: given.cookies });
  await page.goto(list);
  await page.fill("#q", "number portability");
  await page.press("#q", "Enter");
  await page.waitForURL(/q=number/);
  await kit.look(page, `thesaurus-list-${name}`, { quick: name !== "fr" });
  await page.click("tbody th a");

  // What is wrong is said at its field; what is right is the next search's.
  await page.fill("#autres-en", `zaptel ${name}\nzaptel ${name}`);
  await page.press("#prefere-en", "Enter");
  await page.waitForSelector("#autres-en-error");
  await kit.look(page, `concept-fault-${name}`, { status: 422, quick: name !== "ar" });
  await page.fill("#autres-en", `zaptel ${name}\n=ZPT`);
  await page.press("#prefere-en", "Enter");
  await page.waitForURL(/fait=thesaurus\.changed/);
  await kit.look(page, `concept-${name}`, { quick: name !== "en" });
  const found = await page.request.get(`${given.base}/${lang}/bureau/recherche?q=${encodeURIComponent(`zaptel ${name}`)}`);
  kit.expect((await found.text()).includes("One day"), name, "the next search does not know the new name");
  await page.click("form[action$='/retirer'] button");
  await page.waitForURL(/fait=thesaurus\.hidden/);
  await kit.look(page, `concept-hidden-${name}`, { quick: true });
  await page.click("form[action$='/retablir'] button");
  await page.waitForURL(/fait=thesaurus\.restored/);

  await page.goto(`${given.base}/${lang}/bureau/nouveau-concept`);
  await kit.look(page, `concept-new-${name}`, { quick: name !== "fr" });
  await page.fill("#prefere-en", `tall mast ${name}`);
  await page.fill("#larges", "number portability");
  await page.press("#prefere-en", "Enter");
  await page.waitForURL(/fait=thesaurus\.added/);

  await page.goto(`${given.base}/${lang}/bureau/importer-thesaurus`);
  await kit.look(page, `thesaurus-file-${name}`, { quick: name !== "ar" });
  const file = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#"><skos:Concept rdf:about="urn:x:brought-${name}"><skos:prefLabel xml:lang="ar">سارية ${name}</skos:prefLabel></skos:Concept></rdf:RDF>`;
  await page.setInputFiles("#fichier", { name: "termes.rdf", mimeType: "application/rdf+xml", buffer: Buffer.from(file) });
  await page.click("form[enctype] button");
  await page.waitForSelector("input[name='vu']", { state: "attached" });
  await kit.look(page, `thesaurus-plan-${name}`, { quick: name !== "fr" });
  await page.click("form:has(input[name='vu']) button");
  await page.waitForURL(/fait=thesaurus\.imported/);
  await kit.visit(page, `concept-brought-${name}`, `${list}/brought-${name}`, { quick: true });
  await context.close();
}

await kit.finish();
