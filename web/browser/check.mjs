// Opens vigie's pages in a real browser, as web/browser_test.go asks it to:
//
//   node check.mjs '{"full": "http://127.0.0.1:1234", "empty": "...", "live": "..."}'
//
// Every language, wide and narrow, light and dark, looked at as kit.mjs says. Then
// the page without JavaScript, with the keyboard, and as it renews itself.

import { ring } from "./hands.mjs";
import { Kit } from "./kit.mjs";

const servers = JSON.parse(process.argv[2]);
const kit = await Kit.launch(Object.values(servers));
const expect = kit.expect.bind(kit);

const states = { full: ["full", "/L/etat"], empty: ["empty", "/L/etat"], missing: ["full", "/L/nowhere"] };
for (const lang of ["fr", "ar", "en"]) {
  for (const width of [1280, 320]) {
    const { context, page } = await kit.open({ lang, width });
    for (const [state, [server, path]] of Object.entries(states)) {
      const options = { status: state === "missing" ? 404 : 200, schemes: ["light", "dark"] };
      await kit.visit(page, `${state}-${lang}-${width}`, servers[server] + path.replace("L", lang), options);
    }
    await context.close();
  }
}

// Without JavaScript: everything is there, and what needs a script is not.
{
  const url = servers.full + "/fr/etat";
  const { context, page } = await kit.open({ name: "no script", script: false });
  await kit.visit(page, "no script", url);
  expect(!(await page.locator("[data-live-toggle]").isVisible()), "no script: a button that does nothing");
  expect(await page.locator("[data-part=due] tbody tr").count() > 0, "no script: no table");
  await page.locator(".controls a").click();
  expect(page.url() === url, "no script: the link leads to", page.url());
  await page.locator("nav a[lang=ar]").click();
  expect((await page.locator("html").getAttribute("dir")) === "rtl", "no script: the page is not Arabic");
  await context.close();
}

// With the keyboard: the first stop leads to the content, every stop is seen.
{
  const url = servers.full + "/ar/etat";
  const { context, page } = await kit.open({ name: "keyboard" });
  await page.goto(url);
  await page.keyboard.press("Tab");
  expect(await page.locator(".skip").isVisible(), "keyboard: the first stop is not the way to the content");
  for (let stop = 0; stop < 12; stop++) {
    const { what, faults } = await ring(page);
    expect(faults.length === 0, "keyboard:", what, faults.join(", "));
    await page.keyboard.press("Tab");
  }
  await page.goto(url);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement.id === "content"), "keyboard: the way does not lead to the content");
  await context.close();
}

// The page renews itself, can be paused, and says when the server is gone. The
// live server counts the pages it gave in the new documents of its last round.
{
  const url = servers.live + "/en/etat";
  const { context, page } = await kit.open({ name: "live" });
  await page.clock.install();
  await page.goto(url);
  await page.evaluate(() => { window.untouched = true; });
  const figure = page.locator("[data-part=figures] dd small bdi").first();
  const before = await figure.textContent();
  const renew = async () => {
    const answer = page.waitForResponse(url);
    await page.clock.fastForward(5000);
    await (await answer).finished();
  };
  await renew();
  await page.waitForFunction((old) => document.querySelector("[data-part=figures] dd small bdi").textContent !== old, before, { polling: 50, timeout: 5000 })
    .catch(() => expect(false, "live: nothing was renewed"));
  expect(await page.evaluate(() => window.untouched), "live: the page was loaded again as a whole");

  const toggle = page.locator("[data-live-toggle]");
  const label = await toggle.textContent();
  await toggle.click();
  expect((await toggle.textContent()) !== label, "live: the button keeps its words");
  let asked = 0;
  page.on("request", () => asked++);
  await page.clock.fastForward(60000);
  expect(asked === 0, "live: asked", asked, "times while paused");
  await toggle.click();

  await page.route(url, (route) => route.abort());
  kit.silence(page); // the browser reports the request that is cut off here
  const lost = page.locator("[data-live-lost]");
  for (let i = 0; i < 100 && !(await lost.isVisible()); i++) {
    await page.clock.fastForward(5000); // the answer before may not have been taken in yet
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(await lost.isVisible(), "live: silent when the server is gone");
  await context.close();
}

await kit.finish();
