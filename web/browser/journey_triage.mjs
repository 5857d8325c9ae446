// The steps of the journey that are about sources, and about sorting what they bring.

import { say } from "./journey_words.mjs";

// door goes through a door of the desk.
export const door = (who, key) => who.follow(who.page.locator("header nav.menu").getByRole("link", { name: say(`door.${key}`) }));

// title is the link of an item in a list of the desk, by its place from 0.
const title = (who, n) => who.main("[data-feed] a.title").nth(n);

// opened is the title of what is being read.
const opened = (who) => who.main("#reader-title");

// queued is how many items a tab of the list counts.
async function queued(who, status) {
  const tab = who.page.locator("nav.tabs a").filter({ hasText: say(`triage.queue.${status}`) }).locator("small");
  return Number((await tab.textContent()).replaceAll(/\D/g, ""));
}

export const triageSteps = {
  // source adds a site by its address, after a look at what it gives, and sees it
  // read.
  async source(journey) {
    const who = await journey.as("admin");
    await door(who, "sources");
    await who.look("sources, empty");
    await who.fill(who.main("#url"), journey.given.source);
    await who.follow("button", say("source.try"));
    // The address is that of a site; the feed that it announces comes first.
    await who.look("source preview", { alone: true });
    const feed = who.main("section.way").first();
    journey.expect((await feed.locator("ol.entries li").count()) === 4, "the preview does not show the four items of the feed");
    await who.follow(feed.locator("button[name=voie]"));
    await who.look("sources");
    // The page renews itself where there are scripts; elsewhere a link does it.
    const read = who.main("tbody tr td").nth(1).locator("time");
    for (let tries = 0; !(await read.isVisible()) && tries < 30; tries++) {
      if (journey.script) await read.waitFor({ timeout: 1000 }).catch(() => {});
      else await who.follow(who.main(".head .controls a").last());
    }
    journey.expect(await read.isVisible(), "the source is not read:", await who.main("tbody tr").innerText());
    await who.follow(who.main("tbody th a"));
    await who.look("source");
  },

  // triage keeps two items, drops one and takes that back.
  async triage(journey) {
    const who = await journey.as("admin");
    await door(who, "triage");
    await who.look("triage");
    journey.expect((await queued(who, "new")) === 4, "there are", await queued(who, "new"), "items to sort");
    const titles = await who.main("[data-feed] a.title").allTextContents();
    await openFirst(journey, who);
    await reads(journey, who, titles[0]);
    await who.look("triage, reading");
    await verdict(journey, who, "keep", "r");
    await reads(journey, who, titles[1]);
    await verdict(journey, who, "keep", "r");
    await reads(journey, who, titles[2]);
    await verdict(journey, who, "drop", "x");
    await reads(journey, who, titles[3]);
    if (journey.keyboard) await who.key("z");
    else await press(journey, who, who.main("[data-undo-form] button"));
    await reads(journey, who, titles[2]);
    await who.look("triage, undone");
    await door(who, "triage");
    for (const [status, want] of Object.entries({ new: 2, kept: 2, dropped: 0 })) {
      journey.expect((await queued(who, status)) === want, `${await queued(who, status)} items are ${status}, not ${want}`);
    }
    journey.notes.kept = titles.slice(0, 2);
  },
};

// openFirst begins to read: with a key where there is one for it.
async function openFirst(journey, who) {
  if (journey.keyboard) await who.key("j");
  else await press(journey, who, title(who, 0));
}

// press presses what a script answers to, or the server where there are none.
const press = (journey, who, ...control) => (journey.script ? who.press(...control) : who.follow(...control));

// verdict decides about what is being read: with its key, or its button.
async function verdict(journey, who, act, key) {
  if (journey.keyboard) await who.key(key);
  else await press(journey, who, who.main(`[data-reader] button[name=acte][value=${act}]`));
}

// reads waits until an item is open.
async function reads(journey, who, name) {
  await opened(who).filter({ hasText: name.trim() }).waitFor({ timeout: 5000 })
    .catch(async () => journey.expect(false, "not open:", name, "but", await opened(who).textContent().catch(() => "nothing")));
}
