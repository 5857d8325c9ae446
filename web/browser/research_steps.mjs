// The steps of the journey of a researcher, in their order. research.mjs says what a
// step is given.

import { writeFileSync } from "node:fs";

import { links, messages, say } from "./journey_words.mjs";

export const researchSteps = {
  // signin ends at the desk.
  async signin({ given, who, page, expect, url, look }) {
    await who.open(url("bureau/recherche"));
    expect(new URL(page.url()).pathname === `/${given.lang}/connexion`, "the desk is open to everybody:", page.url());
    await look("sign-in");
    await who.fill(who.main("#email"), given.user.email);
    await who.fill(who.main("#password"), given.user.password);
    await who.follow(who.main("form.form button.action").last());
    expect(new URL(page.url()).pathname === `/${given.lang}/bureau/recherche`, "who signed in is at", page.url());
    await look("search, empty");
  },

  // helped opens the form and the table that explain the line.
  async helped({ given, who, expect, look }) {
    await who.press(who.main(".aids > details:first-of-type > summary"));
    await look("search, advanced form");
    await who.press(who.main("#aide > summary"));
    await look("search, help");
    const examples = await who.main("#aide tbody tr").count();
    expect(examples > 10, "the help has", examples, "examples in", given.lang);
  },

  // ask finds the Arabic report by another name of what was asked for.
  async ask({ given, who, page, expect, look }) {
    await who.fill(who.main("#q"), given.query);
    await asked(page, () => who.key("Enter"));
    expect(asking(page).get("q") === given.query, "the address asks for", page.url());
    const report = reportOf(who, given);
    await report.waitFor();
    expect((await report.locator(".snippet").getAttribute("dir")) === "rtl" && (await report.locator(".snippet").getAttribute("lang")) === "ar",
      "the extract is not set as Arabic");
    expect((await report.locator(".meta").innerText()).includes(String(given.page)), "the page of the report is not said:", await report.locator(".meta").innerText());
    await who.press(who.main("#also > summary"));
    expect((await who.main("#also").innerText()).includes(given.other), "what else was looked for is not shown:", await who.main("#also").innerText());
    await look("results");
  },

  // read opens the report at the page that says it.
  async read({ given, who, page, expect, look }) {
    await who.follow(reportOf(who, given).locator("h2 a"));
    const at = new URL(page.url());
    expect(at.hash === `#p${given.page}` && at.searchParams.get("mots") === given.other, "the title leads to", page.url());
    const mark = page.locator(`.prose #p${given.page}`);
    const top = (await mark.boundingBox()).y;
    expect(top >= 0 && top < 500, "the page that says it is not in sight but at", top);
    expect((await page.locator(".prose mark").first().innerText()) === given.other, "what was found is not marked");
    const pdf = await mark.locator("a").getAttribute("href");
    expect(pdf.endsWith(`#page=${given.page}`), "the mark of the page leads to", pdf);
    const kept = await page.request.get(new URL(pdf, page.url()).href);
    expect(kept.status() === 200 && kept.headers()["content-type"] === "application/pdf" && (await kept.body()).subarray(0, 5).toString() === "%PDF-",
      "the PDF that was kept answers", kept.status(), kept.headers()["content-type"]);
    await look("document at a page");
    await page.goBack();
  },

  // narrow leaves what comes from one country, with a box beside the results.
  async narrow({ given, who, page, expect, look }) {
    const box = who.main(`.facets input[value='country:${given.country}']`);
    const before = await who.main(".result").count();
    if (!await box.isVisible()) await who.press(who.main(".facets details:has(input[value^='country:']) > summary"));
    await who.tick(box);
    await asked(page, () => who.press(who.main(".facets button")));
    expect(asking(page).get("q") === `${given.query} country:"${given.country}"`, "the box gives", page.url());
    const left = await who.main(".result").count();
    expect(left > 0 && left < before && (await reportOf(who, given).count()) === 1, "of", before, "results", left, "are left");
    expect((await who.main(".chips li").count()) === 1, "the filter is not said above the results");
    for (const summary of await who.main(".facets details:not([open]) > summary").all()) await who.press(summary);
    await look("results, narrowed");
  },

  // save keeps the search, with a mail as soon as there is something new.
  async save({ given, who, expect, look, notes }) {
    await who.press(who.main("details:has(form[action$='/bureau/recherches']) > summary"));
    await look("form of a saved search");
    notes.name = `Suivi ${given.lang} <b> التشغيل`;
    await who.fill(who.main("#nom"), notes.name);
    await who.choose(who.main("#alerte"), { value: "now" });
    await who.tick(who.main("#courriel"));
    await who.follow(who.main("form[action$='/bureau/recherches'] button"));
    const row = who.main("tbody tr").filter({ hasText: notes.name });
    expect((await row.count()) === 1 && (await row.innerText()).includes(say("searches.alert.now", {}, given.lang)), "the list does not show it");
    await look("saved searches");
    await who.follow(row.locator("th a"));
    expect((await who.main("#ligne").inputValue()).startsWith(given.query), "the search asks for", await who.main("#ligne").inputValue());
    await look("saved search");
    notes.saved = who.page.url();
  },

  // told gets the mail about what a publisher says now, and follows its link.
  async told({ given, who, page, expect, look, notes }) {
    expect((await messages(given.mail, () => true)).length === 0, "somebody was written to before anything was new");
    const gathered = await fetch(given.publish);
    expect(gathered.ok, "what is new was not gathered:", await gathered.text());
    const mails = await messages(given.mail, (all) => all.length > 0, 30);
    const [mail] = mails;
    expect(mails.length === 1 && mail.to === given.user.email, mails.length, "mails, the first to", mail.to);
    expect(mail.subject.replaceAll(/[\u2066-\u2069]/g, "").startsWith(notes.name), "the subject is", mail.subject);
    expect(mail.text.includes(given.news) && mail.html.includes(given.news), "the mail does not name what is new:", mail.text);
    expect(!mail.text.includes(given.other), "the mail tells of what was there before:", mail.text);
    const link = links(mail.text).find((l) => l.includes("/bureau/tri/"));
    expect(link.startsWith(`${given.base}/${given.lang}/`), "the link leads to", link);
    await who.open(link);
    expect((await who.main("#reader-title").innerText()) === given.news, "the link shows", await who.main("#reader-title").innerText());
    await look("document of an alert");
    await who.open(notes.saved);
    // The server had the mail before the ledger says so.
    for (let tries = 0; tries < 50 && (await who.main("dl.facts time").count()) === 0; tries++) {
      await new Promise((done) => setTimeout(done, 100));
      await page.reload();
    }
    expect((await who.main("dl.facts time").count()) === 1, "the page does not say when it told");
  },

  // export takes what the saved search finds to other programs, which a test reads.
  async export({ given, who, page, expect, look }) {
    await who.follow(who.main(".head .controls a"));
    const found = await who.main(".result").count();
    expect((await who.main(".result").allInnerTexts()).some((text) => text.includes(given.news)), "what is new is not found among", found);
    await who.press(who.main("details.records > summary"));
    await look("export");
    for (const format of ["ris", "bib"]) {
      const arrives = page.waitForEvent("download");
      await who.press(who.main(`details.records a[href*='format=${format}&']`));
      const file = await arrives;
      expect(file.suggestedFilename().endsWith(`.${format}`), format, "is saved as", file.suggestedFilename());
      await file.saveAs(`${given.files}/results.${format}`);
    }
    await printed(page, who, given, expect);
  },

  // account makes a token for programs.
  async account({ who, page, expect, look, url }) {
    await who.follow(page.locator("header .who a").first());
    await look("account");
    await who.press(who.main("section[aria-labelledby=tokens] details > summary"));
    await who.fill(who.main("#nom"), "Carnet de Leïla");
    await who.tick(who.main("#droit-0"));
    await look("account, form of a token");
    await who.follow(who.main("section[aria-labelledby=tokens] form.form button"));
    const token = await who.main("#jeton").inputValue();
    expect(/^vigie_/.test(token), "the page shows no token");
    await look("token made");
    await who.open(url("compte"));
    expect((await who.main("section[aria-labelledby=tokens] tbody tr").count()) === 1 && !(await page.content()).includes(token), "the account does not list the token, or shows it");
    await look("account with a token");
  },
};

// reportOf is the report among the results.
const reportOf = (who, given) => who.main(".result").filter({ has: who.page.locator(".snippet mark", { hasText: given.other }) })
  .filter({ hasText: "تقرير سنة" });

// asking is what the address of a search asks for.
const asking = (page) => new URL(page.url()).searchParams;

// asked waits for the page of another search.
async function asked(page, act) {
  const loaded = page.waitForEvent("load");
  loaded.catch(() => {}); // act may fail first, and says more
  await act();
  await loaded;
}

// printed is the page as it leaves on paper: the results, without what only a screen
// can do.
async function printed(page, who, given, expect) {
  await page.emulateMedia({ media: "print" });
  const left = await Promise.all([".asking", ".aids", ".facets", ".takings summary"].map(async (what) => [what, await who.main(what).first().isVisible()]));
  expect(left.every(([, visible]) => !visible), "on paper there are", left.filter(([, visible]) => visible).join(" "));
  expect(await who.main(".results").isVisible(), "there are no results on paper");
  const paper = await page.pdf({ preferCSSPageSize: true });
  expect(paper.subarray(0, 5).toString() === "%PDF-", "nothing is printed");
  if (process.env.SHOTS) writeFileSync(`${process.env.SHOTS}/print-${given.lang}.pdf`, paper);
  await page.emulateMedia({ media: null });
}
