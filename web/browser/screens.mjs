// Takes pictures of pages, as TestScreens of web/browser_test.go asks it to:
//
//   node screens.mjs '{"folder": "/tmp/screens", "pages":
//     [{"name": "home", "url": "http://127.0.0.1:1234/{language}/", "cookie": "name=value"}]}'
//
// Every page in French, Arabic and English, and in 320 px, dark, and printed; a
// page whose address has no {language} in its own one only. A page with "post" is
// what the address answers to a form with these fields, "files" are fields with the
// text of a file. index.html shows them all
// side by side.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";

import { Kit } from "./kit.mjs";

const { folder, pages } = JSON.parse(process.argv[2]);

const views = [
  { view: "fr" }, { view: "ar", lang: "ar" }, { view: "en", lang: "en" },
  { view: "fr-320", width: 320 }, { view: "ar-320", lang: "ar", width: 320 },
  { view: "fr-dark", scheme: "dark" }, { view: "ar-dark", lang: "ar", scheme: "dark" },
  // A4 at 96 pixels an inch, less the margins of 16 mm at each side.
  { view: "fr-print", width: 673, height: 986, print: true }, { view: "ar-print", lang: "ar", width: 673, height: 986, print: true },
];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const kit = await Kit.launch(pages.map((p) => p.url.replace("{language}", "fr")), { seconds: 1200 });
const taken = new Map(pages.map((p) => [p.name, []]));

for (const { view, lang = "fr", print = false, ...options } of views) {
  for (const { name, url, cookie, post, files } of pages) {
    if (!url.includes("{language}") && lang !== "fr") continue;
    const address = url.replace("{language}", lang);
    const { page, context } = await kit.open({ name: `${name}-${view}`, lang, ...options, cookies: cookies(cookie, address) });
    if (print) await page.emulateMedia({ media: "print" });
    if (post || files) await send(page, address, post ?? {}, files ?? {});
    else await page.goto(address);
    const file = `${name}-${view}`;
    await page.screenshot({ path: `${folder}/${file}.png`, fullPage: true });
    if (print) await page.pdf({ path: `${folder}/${file}.pdf`, preferCSSPageSize: true });
    taken.get(name).push({ view, file, print });
    await context.close();
  }
}

// send posts a form from a page of the same server.
async function send(page, address, fields, files) {
  await page.goto(new URL("/", address).href);
  await Promise.all([page.waitForEvent("load"), page.evaluate(([action, fields, files]) => {
    const form = document.body.appendChild(document.createElement("form"));
    Object.assign(form, { method: "post", action });
    for (const [name, value] of Object.entries(fields)) {
      const field = form.appendChild(document.createElement("textarea"));
      Object.assign(field, { name, value });
    }
    for (const [name, text] of Object.entries(files)) {
      form.enctype = "multipart/form-data";
      const chosen = new DataTransfer();
      chosen.items.add(new File([text], "liste.opml"));
      Object.assign(form.appendChild(document.createElement("input")), { type: "file", name, files: chosen.files });
    }
    form.submit();
  }, [address, fields, files])]);
}

// cookies takes "name=value" as playwright wants it. A name that begins with
// __Host- asks for https everywhere but on loopback.
function cookies(text, url) {
  if (!text) return [];
  const at = text.indexOf("=");
  return [{ name: text.slice(0, at), value: text.slice(at + 1), url, secure: text.startsWith("__"), httpOnly: true, sameSite: "Lax" }];
}

const text = (s) => s.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const row = ([name, shots]) => `<h2>${text(name)}</h2><div>${shots.map(({ view, file, print }) => `<figure>
<a href="${text(file)}.png"><img loading="lazy" src="${text(file)}.png" alt="${text(file)}"></a>
<figcaption>${text(view)}${print ? ` <a href="${text(file)}.pdf">PDF</a>` : ""}</figcaption></figure>`).join("")}</div>`;
writeFileSync(`${folder}/index.html`, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Screens</title>
<style>body{font:16px/1.5 system-ui;margin:1rem;background:#eee}div{display:flex;gap:1rem;overflow-x:auto;align-items:start}
figure{margin:0;flex:none}img{max-block-size:22rem;max-inline-size:24rem;border:1px solid #999;background:#fff}</style>
<h1>Screens</h1>${[...taken].map(row).join("\n")}`);
console.log(`${[...taken.values()].flat().length} pictures of ${pages.length} pages in ${folder}`);
await kit.finish();
