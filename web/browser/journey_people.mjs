// The steps of the journey that are about accounts and settings.

import { tab } from "./journey_letter.mjs";
import { door } from "./journey_triage.mjs";
import { say } from "./journey_words.mjs";

export const peopleSteps = {
  // first makes the first account behind the link that was printed.
  async first(journey) {
    const { name, email, password } = journey.given.users.admin;
    const who = await journey.as("admin");
    await who.open(journey.given.firstLink[journey.way]);
    await who.look("first account");
    await who.fill(who.main("[autocomplete=username]"), email);
    await who.fill(who.main("[autocomplete=name]"), name);
    await who.fill(who.main("[autocomplete=new-password]"), password);
    await who.follow(who.main("form.form button").last());
    await who.look("packs of sources");
    await isSignedIn(journey, who, true);
  },

  // settings says who the observatory is, and that nobody publishes alone.
  async settings(journey) {
    const who = await journey.as("admin");
    await door(who, "settings");
    await who.look("settings, identity");
    await who.fill(who.main("#name-fr"), "Observatoire de Valmer");
    await save(who, "settings, identity");
    await tab(who, "locality");
    await who.look("settings, locality");
    await who.fill(who.main("#country"), "XVL");
    await who.fill(who.main("#zone"), "Africa/Casablanca");
    await save(who, "settings, locality");
    await tab(who, "topics");
    await who.look("settings, topics");
    await who.fill(who.main("#id"), "reseaux");
    for (const [lang, label] of Object.entries({ fr: "Réseaux", ar: "الشبكات", en: "Networks" })) await who.fill(who.main(`#label-${lang}`), label);
    await who.follow("button", say("settings.topic.add.act"));
    await who.main(".notice.good").waitFor();
    await who.look("settings, topics");
    await tab(who, "publishing");
    await who.look("settings, publishing");
    await who.tick(who.main("#two"));
    await save(who, "settings, publishing");
    await tab(who, "pages");
    await who.look("settings, pages");
    await who.follow(who.main("a[href*='/bureau/pages/a-propos/fr']"));
    await who.look("settings, page");
  },

  // invite gives somebody an account who may publish.
  async invite(journey) {
    const { name, email } = journey.given.users.publisher;
    const who = await journey.as("admin");
    await who.open(`${journey.given.base}/fr/bureau/utilisateurs`);
    await confirmed(journey, who);
    await who.look("people");
    await who.fill(who.main("#name"), name);
    await who.fill(who.main("#email"), email);
    await who.choose(who.main("#role"), "Publication");
    await who.follow(who.main("form.form button").last());
    await who.look("invitation to hand over", { alone: true });
    journey.notes.invitation = await who.main("#url").inputValue();
    await who.follow(who.main("a.action"));
  },

  // accept takes the invitation.
  async accept(journey) {
    const { password } = journey.given.users.publisher;
    const who = await journey.as("publisher");
    await who.open(journey.notes.invitation);
    await who.look("invitation");
    await who.fill(who.main("[autocomplete=new-password]"), password);
    await who.follow(who.main("form.form button").last());
    await who.look("triage, empty");
    await isSignedIn(journey, who, true);
  },

  // out ends both sessions.
  async out(journey) {
    for (const name of ["publisher", "admin"]) {
      const who = await journey.as(name);
      await who.follow(who.page.locator("form[action$='/deconnexion'] button"));
      await who.look("signed out");
      await isSignedIn(journey, who, false);
    }
    const who = await journey.as("admin");
    await who.open(`${journey.given.base}/fr/bureau/tri`);
    await who.look("sign-in");
    journey.expect(new URL(who.page.url()).pathname === "/fr/connexion", "the desk is open to whoever signed out:", who.page.url());
  },

  // in signs the administrator in again.
  async in(journey) {
    const { email, password } = journey.given.users.admin;
    const who = await journey.as("admin");
    await who.fill(who.main("[autocomplete=username]"), email);
    await who.fill(who.main("[autocomplete=current-password]"), password);
    await who.follow(who.main("form.form button").last());
    await isSignedIn(journey, who, true);
  },
};

async function save(who, name) {
  await who.follow("button", say("account.save"));
  await who.main(".notice.good").waitFor();
  await who.look(name);
}

// confirmed gives the password once more where a page asks for it.
export async function confirmed(journey, who) {
  if (!new URL(who.page.url()).pathname.endsWith("/confirmer")) return;
  await who.look("confirm");
  await who.fill(who.main("[autocomplete=current-password]"), journey.given.users.admin.password);
  await who.follow(who.main("form.form button").last());
}

async function isSignedIn(journey, who, want) {
  const cookies = await who.page.context().cookies();
  journey.expect(cookies.some((c) => c.httpOnly) === want, want ? "there is no session at" : "the session goes on at", who.page.url());
}
