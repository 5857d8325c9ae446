// The steps of the journey that are about indicators.

import { door } from "./journey_triage.mjs";
import { say } from "./journey_words.mjs";

// what the observatory measures: id, and for each language name and unit.
const indicators = [
  { id: "haut-debit", names: { fr: "Logements au très haut débit", ar: "المساكن ذات الصبيب العالي", en: "Homes with very fast broadband" }, units: { fr: "% des logements", ar: "% من المساكن", en: "% of homes" } },
  { id: "prix-mobile", names: { fr: "Prix du gigaoctet mobile", ar: "سعر الجيغابايت في المحمول", en: "Price of a mobile gigabyte" }, units: { fr: "couronnes", ar: "كورونة", en: "crowns" } },
];

export const figureSteps = {
  // indicators says what two indicators are.
  async indicators(journey) {
    const who = await journey.as("admin");
    await door(who, "figures");
    await who.look("indicators, empty");
    for (const { id, names, units } of indicators) {
      await who.follow(who.main(".head a[href$='/nouvel-indicateur']"));
      await who.look("indicator, new");
      await who.fill(who.main("#id"), id);
      for (const lang of ["fr", "ar", "en"]) {
        await who.fill(who.main(`[name='name.${lang}']`), names[lang]);
        await who.fill(who.main(`[name='unit.${lang}']`), units[lang]);
      }
      await who.fill(who.main("#publisher"), "Agence des réseaux de Valmer");
      await who.fill(who.main("#licence"), "CC BY 4.0");
      if (await who.main("#topic-reseaux").count() > 0) await who.tick(who.main("#topic-reseaux"));
      await who.follow("button", say("indicator.save"));
      await who.look("indicator form");
      await door(who, "figures");
    }
    await who.look("indicators");
  },

  // import takes the first edition of a table in.
  async import(journey) {
    const who = await journey.as("admin");
    await preview(journey, who, 0);
    await counts(journey, who, 4, 0, 0);
    await who.fill(who.main("#edition"), "Édition 2025");
    await who.follow("button", say("import.act"));
    await who.look("import, done");
    await door(who, "figures");
    await who.look("indicators");
    await who.follow(who.main("tbody td:nth-of-type(4) a").first());
    await who.look("editions of an indicator");
  },

  // revise takes the next edition in: the text that shows a figure live is marked,
  // and its figure moves; the one that is frozen stays.
  async revise(journey) {
    const who = await journey.as("admin");
    await preview(journey, who, 1);
    await counts(journey, who, 1, 2, 0);
    await who.follow("button", say("import.act"));
    await who.look("import, done with marks");
    const marks = who.main("section[aria-labelledby=marks] li");
    journey.expect((await marks.count()) === 1, "marked are", await marks.allInnerTexts());
    await who.follow(marks.first().locator("a"));
    await who.look("editor, moved");
    const moved = who.main("section[aria-labelledby=marks]");
    journey.expect((await moved.locator("form").count()) === 1, "the text says that these moved:", await moved.innerText());
    await who.follow(moved.locator("form button"));
    journey.expect((await who.main("section[aria-labelledby=marks]").count()) === 0, "the mark stays after somebody said that the text holds");
    const reader = await journey.as("reader");
    await reader.open(journey.notes.article);
    await reader.look("article");
    const text = (await reader.main("article.synthesis").innerText()).replaceAll(/\s+/g, " ");
    journey.expect(text.includes("52,1"), "the live figure did not move:", text);
    journey.expect(text.includes("7,8") && !text.includes("8,1"), "the frozen figure moved:", text);
  },
};

// preview sends a file and goes on to what it would change.
async function preview(journey, who, edition) {
  await door(who, "figures");
  await who.follow(who.main(".head a[href$='/importations']"));
  await who.look("import, file");
  await who.upload(who.main("#fichier"), journey.given.figures[edition]);
  await who.follow("button", say("import.go"));
  await who.look("import, columns");
  await who.follow("button", say("import.look"));
  await who.look("import, preview");
}

// counts compares what an import would add, revise and round.
async function counts(journey, who, ...want) {
  const got = await who.main("dl.figures dd").allInnerTexts();
  journey.expect(want.every((n, i) => Number(got[i]) === n), "the import would add, revise, round", got.join(" "), "not", want.join(" "));
}
