// Opens vigie's pages in a real browser, as web/browser_test.go asks it to:
//
//   node check.mjs '{"full": "http://127.0.0.1:1234", "empty": "...", "live": "..."}'
//
// Every language, wide and narrow, light and dark: axe finds nothing, the console
// stays empty, nothing is asked of another origin, nothing scrolls sideways. Then
// the page without JavaScript, with the keyboard, and as it renews itself. Prints
// what it found, one finding a line, and exits with 1 if there was any. With SHOTS
// set, pictures of the pages go to that folder.

import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const servers = JSON.parse(process.argv[2]);
const ours = Object.values(servers);
const shots = process.env.SHOTS;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"];

const findings = [];
let checks = 0;
function expect(good, ...what) {
  checks++;
  if (!good) findings.push(what.join(" "));
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

// open gives a new page that reports its errors and its requests to others.
async function open(name, options = {}) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.on("console", (m) => {
    // Chromium writes the status of an error page to the console.
    const own = m.location().url === page.url() && m.text().includes("404");
    expect(own || !["error", "warning"].includes(m.type()), name, "console:", m.text());
  });
  page.on("pageerror", (e) => expect(false, name, "script:", e.message));
  page.on("request", (r) => expect(ours.includes(new URL(r.url()).origin), name, "asks another origin:", r.url()));
  return { context, page };
}

async function look(name, page, url) {
  const answer = await page.goto(url);
  expect(answer.status() === (url.endsWith("/nowhere") ? 404 : 200), name, "status", answer.status());
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(wide <= room, name, `scrolls sideways: ${wide} of ${room} px`);
  await page.evaluate(axe);
  const result = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values } }), rules);
  expect(result.passes.length > 15, name, "axe looked at next to nothing");
  for (const v of result.violations) {
    expect(false, name, `axe ${v.id} (${v.impact}):`, v.help, v.nodes.map((n) => n.target.join(" ")).join(", "));
  }
}

const states = { full: ["full", "/L/"], empty: ["empty", "/L/"], missing: ["full", "/L/nowhere"] };
for (const lang of ["fr", "ar", "en"]) {
  for (const width of [1280, 320]) {
    for (const scheme of ["light", "dark"]) {
      const { context, page } = await open(`${lang}-${width}-${scheme}`, { viewport: { width, height: 900 }, colorScheme: scheme });
      for (const [state, [server, path]] of Object.entries(states)) {
        const name = `${state}-${lang}-${width}-${scheme}`;
        await look(name, page, servers[server] + path.replace("L", lang));
        if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
      }
      await context.close();
    }
  }
}

// Without JavaScript: everything is there, and what needs a script is not.
{
  const url = servers.full + "/fr/";
  const { context, page } = await open("no script", { javaScriptEnabled: false });
  await page.goto(url);
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
  const url = servers.full + "/ar/";
  const { context, page } = await open("keyboard");
  await page.goto(url);
  await page.keyboard.press("Tab");
  expect(await page.locator(".skip").isVisible(), "keyboard: the first stop is not the way to the content");
  for (let stop = 0; stop < 12; stop++) {
    const ring = await page.evaluate(() => {
      const s = getComputedStyle(document.activeElement);
      return [document.activeElement.outerHTML.slice(0, 80), s.outlineStyle, parseFloat(s.outlineWidth)];
    });
    expect(ring[1] === "solid" && ring[2] >= 3, "keyboard: no ring around", ring[0]);
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
  const url = servers.live + "/en/";
  const { context, page } = await open("live");
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
  page.removeAllListeners("console"); // the browser reports the request that is cut off here
  const lost = page.locator("[data-live-lost]");
  for (let i = 0; i < 100 && !(await lost.isVisible()); i++) {
    await page.clock.fastForward(5000); // the answer before may not have been taken in yet
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(await lost.isVisible(), "live: silent when the server is gone");
  await context.close();
}

await browser.close();
for (const f of new Set(findings)) console.log(f);
console.log(`${checks} checks, ${findings.length} findings`);
process.exit(findings.length ? 1 : 0);
