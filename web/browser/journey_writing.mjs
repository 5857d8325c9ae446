// The steps of the journey that are about writing, publishing and reading.

import { door } from "./journey_triage.mjs";
import { say } from "./journey_words.mjs";

// passages of the two documents that were kept.
const passages = [
  "Le très haut débit atteint désormais 52 logements sur 100, contre 41 un an plus tôt.",
  "Le prix moyen du gigaoctet mobile est passé de 10,4 à 7,8 couronnes en douze mois.",
];

const texts = {
  fr: {
    title: "Valmer : plus de débit, pour moins cher",
    summary: "La moitié des logements ont le très haut débit, et le mobile coûte un quart de moins.",
    body: "La couverture progresse d’abord sur la côte [@1].\n\n## Les prix\n\nUn quatrième réseau fait baisser les prix [@2].",
  },
  ar: {
    title: "فالمير: صبيب أعلى بسعر أقل",
    summary: "نصف المساكن لها صبيب عال، وكلفة المحمول أقل بالربع.",
    body: "تتقدم التغطية على الساحل أولا [@1].\n\nشبكة رابعة تخفض الأسعار [@2].\n\n{{figure haut-debit XVL}}\n\n{{figure prix-mobile XVL}}",
  },
  en: {
    title: "Valmer: more bandwidth for less money",
    summary: "Half of the homes have very fast broadband, and mobile data costs a quarter less.",
    body: "Coverage grows on the coast first [@1].\n\nA fourth network brings prices down [@2].\n\n{{figure haut-debit XVL}}\n\n{{figure prix-mobile XVL}}",
  },
};

export const writingSteps = {
  // cite quotes a passage of each document that was kept, in a new synthesis.
  async cite(journey) {
    const who = await journey.as("admin");
    for (const [n, words] of passages.entries()) {
      await door(who, "triage");
      await who.follow(who.page.locator("nav.tabs a").filter({ hasText: say("triage.queue.kept") }));
      await who.look("triage, kept");
      await openItem(journey, who, journey.notes.kept[n]);
      if (journey.script && !journey.keyboard) {
        await who.select(who.main("[data-document]"), words);
        await who.look("triage, words chosen", { alone: true });
        await who.follow(who.main("[data-cite-bar] button"));
      } else { // the words are copied by hand
        await who.fill(who.main("#citer-mots"), words);
        await who.follow(who.main("#citer form button.action").first());
      }
      await who.main("#citer .notice").waitFor();
      await who.look("triage, cited");
    }
    await who.follow(who.main("#citer .notice a"));
    await who.look("editor");
    journey.notes.synthesis = new URL(who.page.url()).pathname;
    const quoted = await who.main("ul.shelf blockquote").allInnerTexts();
    journey.expect(quoted.join("|") === passages.join("|"), "cited are", quoted.join(" | "));
  },

  // write writes the text with a figure of each kind, and submits it.
  async write(journey) {
    const who = await journey.as("admin");
    await fillIn(who, texts.fr);
    if (await who.main("#theme-reseaux").count() > 0) {
      await who.press(who.main("details summary").filter({ hasText: say("writing.more") }));
      await who.tick(who.main("#theme-reseaux"));
    }
    for (const token of ["{{figure haut-debit XVL}}", "{{figure prix-mobile XVL}}"]) await insert(journey, who, token);
    await who.follow("button", say("writing.save"));
    await who.look("editor");
    const mobile = who.main("section[aria-labelledby=figures] form").filter({ hasText: "prix-mobile" });
    await who.follow(mobile.locator("button"));
    await who.look("editor");
    journey.expect((await mobile.innerText()).includes(say("writing.figure.frozen")), "not frozen:", await mobile.innerText());
    const preview = (await who.main("#apercu").innerText()).replaceAll(/\s+/g, " ");
    for (const part of [texts.fr.title, "41,3", "7,8", passages[0], passages[1]]) {
      journey.expect(preview.includes(part), "the preview does not show", part, "but", preview);
    }
    await submit(journey, who);
  },

  // translate writes the text in two more languages, and submits them.
  async translate(journey) {
    const who = await journey.as("admin");
    for (const lang of ["ar", "en"]) {
      await who.fill(who.main("#autre"), lang);
      await who.follow("button", say("writing.translate.act"));
      await fillIn(who, texts[lang]);
      await submit(journey, who);
    }
  },

  // publish makes the three texts public, as somebody else.
  async publish(journey) {
    const who = await journey.as("publisher");
    await door(who, "write");
    await who.look("syntheses of the desk");
    await who.follow(who.page.locator("nav.tabs a").filter({ hasText: say("writing.tab.relire") }));
    await who.look("syntheses of the desk");
    await who.follow(who.main("tbody th a").first());
    for (const lang of ["fr", "ar", "en"]) {
      await who.follow(who.page.locator(`nav.tabs a:has([lang=${lang}])`));
      await who.look("editor, in review");
      await who.follow(who.main(`a[href*='/publier?langue=${lang}']`));
      await who.look("before publishing");
      await who.follow("button", say("writing.publish.act"));
      await who.look("editor, published");
      await who.main(".notice.good").waitFor();
    }
    await who.follow(who.main(".head a[href$='/editions']"));
    await who.look("editions of a synthesis");
  },

  // portal reads the synthesis in three languages, its figures and its topic.
  async portal(journey) {
    const who = await journey.as("reader");
    await who.open(`${journey.given.base}/fr/`);
    await who.look("portal");
    await who.follow(who.page.getByRole("link", { name: texts.fr.title }).first());
    await who.look("article");
    journey.notes.article = who.page.url();
    for (const lang of ["fr", "ar", "en"]) {
      if (lang !== "fr") await who.follow(who.page.locator(`header nav a[hreflang=${lang}]`).first());
      if (lang !== "fr") await who.look(`article, ${lang}`, { alone: true });
      const html = who.page.locator("html");
      journey.expect((await html.getAttribute("lang")) === lang, "the article is not in", lang);
      journey.expect((await who.main("h1").innerText()) === texts[lang].title, "another title in", lang, "than", texts[lang].title);
      journey.expect((await who.main("ol.citations li").count()) === 2, "there are not two sources in", lang);
      const quotes = await who.main("ol.citations blockquote").allInnerTexts();
      journey.expect(quotes.map((q) => q.trim()).join("|") === passages.join("|"), "quoted in", lang, "is", quotes.join(" | "));
      journey.expect((await who.main(".prose figure").count()) === 2, "there are not two figures in", lang);
    }
    await who.follow(who.page.locator("header nav a[hreflang=fr]").first());
    for (const [key, name] of [["door.syntheses", "syntheses"], ["door.indicators", "indicators of the portal"]]) {
      await who.follow(who.page.locator("header nav.menu").getByRole("link", { name: say(key) }));
      await who.look(name);
    }
    await who.follow(who.main("a[href*='/indicateurs/']").first());
    await who.look("indicator of the portal");
    await who.open(`${journey.given.base}/fr/themes/reseaux`);
    await who.look("topic");
    journey.expect((await who.page.getByRole("link", { name: texts.fr.title }).count()) > 0, "the topic does not show the synthesis");
  },

  // search finds the synthesis by a word of its text.
  async search(journey) {
    const who = await journey.as("reader");
    await who.fill(who.page.locator("header #find"), "réseau quatrième");
    await who.follow(who.page.locator("header form.find button"));
    await who.look("search");
    const hit = who.main("ol.results a").filter({ hasText: texts.fr.title });
    journey.expect((await hit.count()) === 1, "the search found", await who.main("ol.results").allInnerTexts());
    await who.follow(hit.first());
    await who.look("article");
  },
};

// openItem opens an item of a list beside it.
async function openItem(journey, who, name) {
  const link = who.main("[data-feed] a.title").filter({ hasText: name.trim() });
  await (journey.script ? who.press(link) : who.follow(link));
  await who.main("#reader-title").filter({ hasText: name.trim() }).waitFor();
}

async function fillIn(who, { title, summary, body }) {
  await who.fill(who.main("#titre"), title);
  await who.fill(who.main("#resume"), summary);
  await who.fill(who.main("#texte"), body);
}

// insert puts a figure behind the text.
async function insert(journey, who, token) {
  await who.choose(who.main("[data-figures]"), { value: token });
  const button = who.main("[data-insert-figure]");
  await (journey.script ? who.press(button) : who.follow(button));
  const body = await who.main("#texte").inputValue();
  journey.expect(body.includes(token), "there is no", token, "in", body);
}

async function submit(journey, who) {
  await who.follow("button", say("writing.submit"));
  await who.main(".notice.good").waitFor();
  await who.look("editor, in review");
}
