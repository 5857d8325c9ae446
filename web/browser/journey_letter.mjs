// The steps of the journey that are about the letter.

import { door } from "./journey_triage.mjs";
import { links, messages, say } from "./journey_words.mjs";

// sentTo gives the mails of the reader, once there are so many.
const sentTo = async (journey, n, seconds) =>
  (await messages(journey.given.mail, (all) => all.filter((m) => m.to === journey.given.reader).length >= n, seconds))
    .filter((m) => m.to === journey.given.reader);

export const letterSteps = {
  // subscribe asks for the daily letter, and gets a mail.
  async subscribe(journey) {
    const who = await journey.as("reader");
    await who.follow(who.page.locator("header nav.menu").getByRole("link", { name: say("door.letter") }));
    await who.look("letter");
    await who.fill(who.main("#email"), journey.given.reader);
    await who.tick(who.main("#cadence-daily"));
    await who.tick(who.main("#accord"));
    await who.follow("button", say("letterpage.act"));
    await who.look("letter, asked");
    const [mail] = await sentTo(journey, 1);
    journey.notes.confirmation = links(mail.text).find((l) => l.includes("/lettre/confirmation/"));
    journey.expect(journey.notes.confirmation, "the mail has no link to confirm:", mail.text);
  },

  // confirm confirms by the link of the mail.
  async confirm(journey) {
    const who = await journey.as("reader");
    await who.open(journey.notes.confirmation);
    await who.look("letter, confirm");
    await who.follow("button", say("letterpage.confirm.act"));
    await who.look("letter, confirmed");
    const admin = await journey.as("admin");
    await door(admin, "send");
    await admin.look("desk of the letter");
  },

  // timetable lets the letter go out soon: at an hour of a time zone that begins
  // then, and without time to cancel it.
  async timetable(journey) {
    const who = await journey.as("admin");
    const at = new Date(Math.ceil((Date.now() + 5_000) / 5000) * 5000);
    const two = (n) => String(n).padStart(2, "0");
    await door(who, "settings");
    await tab(who, "letter");
    await who.fill(who.main("#hour"), String(at.getUTCHours()));
    await who.fill(who.main("#hold"), "0");
    await who.follow("button", say("account.save"));
    await who.look("settings, letter");
    await tab(who, "locality");
    await who.fill(who.main("#zone"), `${journey.given.zones}/${two(at.getUTCMinutes())}${two(at.getUTCSeconds())}`);
    await who.follow("button", say("account.save"));
    await who.look("settings, locality");
    await who.main(".notice.good").waitFor();
    journey.notes.due = at;
  },

  // digest receives the letter when its hour has come, and opens it on the web.
  async digest(journey) {
    const who = await journey.as("reader");
    const mail = (await sentTo(journey, 2, 30)).at(-1);
    journey.expect(Date.now() >= journey.notes.due, "the letter came before its hour");
    const header = (name) => mail.header[name]?.[0] ?? "";
    journey.expect(/^<https?:\/\/.*>/.test(header("List-Unsubscribe")) && header("List-Unsubscribe-Post") === "List-Unsubscribe=One-Click",
      "no one click to unsubscribe:", JSON.stringify(mail.header));
    for (const part of ["Valmer : plus de débit, pour moins cher", "52,1"]) {
      journey.expect(mail.text.includes(part) && mail.html.includes(part), "the letter does not say", part, ":", mail.text);
    }
    const all = links(mail.text);
    journey.notes.stop = all.find((l) => l.includes("/lettre/desinscription/"));
    await who.open(all.find((l) => l.includes("/lettre/archives/")));
    await who.look("issue");
    journey.expect((await who.main("section[aria-labelledby=items] li").count()) > 0, "the archive shows no synthesis");
    await who.open(all.find((l) => l.includes("/lettre/preferences/")));
    await who.look("preferences");
    await who.open(`${journey.given.base}/fr/lettre/archives`);
    await who.look("issues");
    const admin = await journey.as("admin");
    await door(admin, "send");
    await admin.look("desk of the letter");
    await admin.follow(admin.main("section[aria-labelledby=sent] tbody a").first());
    await admin.look("issue at the desk");
  },

  // unsubscribe ends the subscription by the link of the mail.
  async unsubscribe(journey) {
    const who = await journey.as("reader");
    await who.open(journey.notes.stop);
    await who.look("letter, stop");
    await who.follow("button", say("letterpage.stop.act"));
    await who.look("letter, stopped");
    journey.expect((await who.main("h1").innerText()) === say("letterpage.stop.done"), "not unsubscribed:", await who.main("h1").innerText());
    const admin = await journey.as("admin");
    await door(admin, "send");
    await admin.follow(admin.main("a[href$='/bureau/abonnes']"));
    await admin.look("subscribers");
  },
};

// tab goes to a part of the settings.
export const tab = (who, key) =>
  who.follow(who.page.locator("nav.tabs").getByRole("link", { name: say(`settings.tab.${key}`), exact: true }));
