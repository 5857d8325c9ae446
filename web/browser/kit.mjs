// What every browser test needs: Chromium, pages that report what goes wrong on
// them, and a close look at a page.
//
//   const kit = await Kit.launch(["http://127.0.0.1:1234"]);
//   const { page, context } = await kit.open({ lang: "ar", width: 320, scheme: "dark" });
//   await kit.visit(page, "home", "http://127.0.0.1:1234/ar/");
//   await context.close();
//   await kit.finish();
//
// A page that was opened reports by itself: errors and warnings of its console,
// errors of its scripts, and requests to anybody but the origins that were named.
// look (and visit, which goes to an address first) adds the status of the answer,
// scrolling sideways, axe, and keeps what was served for the HTML checker, which
// runs in finish. finish prints one finding a line, then the counts, and ends the
// process, with 1 if anything was found.
//
// CHROMIUM names another browser, SHOTS a folder for pictures.

import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { Validator } from "./html.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"];

export class Kit {
  findings = [];
  checks = 0;
  #browser;
  #origins;
  #html = new Validator();
  #pages = new WeakMap();

  // launch starts the browser; origins are those that pages may ask. A test that
  // takes more than some seconds has got stuck, and is ended.
  static async launch(origins, { seconds = 150 } = {}) {
    const kit = new Kit();
    setTimeout(() => {
      console.log([...kit.findings, `stuck: the browser test took more than ${seconds} s`].join("\n"));
      process.exit(1);
    }, seconds * 1000).unref();
    kit.#origins = origins.map((o) => new URL(o).origin);
    kit.#browser = await chromium.launch({
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
    });
    return kit;
  }

  // expect notes a finding, what in words, where good is not true.
  expect(good, ...what) {
    this.checks++;
    if (!good) this.findings.push(what.join(" "));
    return Boolean(good);
  }

  // open gives a new page in a context of its own. lang is what the reader
  // prefers, scheme "light" or "dark", script false for a browser without
  // JavaScript, cookies as playwright's addCookies takes them; everything else is
  // handed on to browser.newContext.
  async open({ name = "page", lang = "fr", scheme = "light", script = true, width = 1280, height = 900, cookies = [], ...more } = {}) {
    const context = await this.#browser.newContext({
      locale: lang, colorScheme: scheme, javaScriptEnabled: script, viewport: { width, height }, reducedMotion: "reduce", ...more,
    });
    if (cookies.length > 0) await context.addCookies(cookies);
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    this.#watch(page, { name, script, documents: [], addresses: new Set() });
    return { context, page };
  }

  // beside gives another page in the context of one.
  async beside(page, name) {
    const other = await page.context().newPage();
    this.#watch(other, { name, script: this.#pages.get(page).script, documents: [], addresses: new Set() });
    return other;
  }

  #watch(page, state) {
    this.#pages.set(page, state);
    page.on("console", (m) => {
      if (!["error", "warning"].includes(m.type())) return;
      // Chromium writes the status of an error page there too; look checks that.
      const own = m.text().startsWith("Failed to load resource") && state.addresses.has(m.location().url);
      this.expect(own, state.name, "console:", m.text());
    });
    page.on("pageerror", (e) => this.expect(false, state.name, "script:", e.message));
    page.on("request", (r) => {
      if (r.isNavigationRequest() && r.frame() === page.mainFrame()) state.addresses.add(r.url());
      const foreign = !r.url().startsWith("data:") && !this.#origins.includes(new URL(r.url()).origin);
      this.expect(!foreign, state.name, "asks another origin:", r.url());
    });
    page.on("response", (r) => {
      if (!r.request().isNavigationRequest() || r.frame() !== page.mainFrame()) return;
      if (r.status() >= 300 && r.status() < 400) return; // the answer comes with what it leads to
      const html = /^text\/html\b/.test(r.headers()["content-type"] ?? "");
      state.documents.push({ status: r.status(), url: r.url(), body: html ? r.body().catch(() => null) : null });
    });
  }

  // silence ends the reports of a page's console, for tests that break its network.
  silence(page) { page.removeAllListeners("console"); }

  // visit goes to an address and looks.
  async visit(page, name, url, options) {
    this.#pages.get(page).name = name;
    await page.goto(url);
    await this.look(page, name, options);
  }

  // look examines the page as it stands. status is what the server should have
  // answered; schemes are looked at one after the other, the first one whole and
  // the others for their colours; none means the context's own. quick leaves axe out.
  async look(page, name, { status = 200, schemes = [], quick = false } = {}) {
    const state = this.#pages.get(page);
    state.name = name;
    await page.waitForLoadState();
    const documents = state.documents.splice(0);
    if (documents.length > 0) {
      const got = documents.at(-1).status;
      this.expect(got === status, name, "status", got, "at", documents.at(-1).url);
    }
    for (const d of documents) {
      const body = await d.body;
      if (!body) continue;
      this.#html.add(name, body);
      state.served = body;
    }
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    this.expect(wide <= room, name, `scrolls sideways: ${wide} of ${room} px`);
    if (quick) return;
    const seen = state.script ? page : await this.#twin(page, state.served);
    for (const scheme of schemes.length > 0 ? schemes : [null]) {
      if (scheme) await seen.emulateMedia({ colorScheme: scheme });
      await this.#axe(seen, scheme ? `${name}-${scheme}` : name, scheme && scheme !== schemes[0]);
      await this.shot(seen, scheme ? `${name}-${scheme}` : name);
    }
    if (seen !== page) await seen.context().close();
    else if (schemes.length > 0) await page.emulateMedia({ colorScheme: null });
  }

  // twin shows what was served to a page without scripts where axe can look at it,
  // for axe is a script: with what stands in <noscript>, and without the page's own.
  async #twin(page, served) {
    const context = await this.#browser.newContext({
      ...await page.evaluate(() => ({
        viewport: { width: innerWidth, height: innerHeight },
        colorScheme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
      })),
      reducedMotion: "reduce", storageState: await page.context().storageState(),
    });
    const twin = await context.newPage();
    const body = served.toString().replaceAll(/<noscript>[^]*?<\/noscript>/g, (m) =>
      m.includes("http-equiv") ? "" : m.replaceAll(/<\/?noscript>/g, ""));
    await twin.route("**", (route) => {
      if (route.request().isNavigationRequest()) return route.fulfill({ contentType: "text/html; charset=utf-8", body });
      if (route.request().resourceType() === "script") return route.fulfill({ contentType: "text/javascript", body: "" });
      return route.continue();
    });
    await twin.goto(page.url());
    return twin;
  }

  async #axe(page, name, coloursOnly) {
    const only = coloursOnly ? { type: "rule", values: ["color-contrast"] } : { type: "tag", values: rules };
    if (!await page.evaluate(() => "axe" in window)) await page.evaluate(axe);
    const result = await page.evaluate((runOnly) => window.axe.run(document, { runOnly, preload: false }), only);
    this.expect(result.passes.length > (coloursOnly ? 0 : 15), name, "axe looked at next to nothing");
    for (const v of result.violations) {
      this.expect(false, name, `axe ${v.id} (${v.impact}):`, v.help, v.nodes.map((n) => n.target.join(" ")).join(", "));
    }
  }

  // shot takes a picture of the whole page where SHOTS says where to.
  async shot(page, name) {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name.replaceAll(/[^\w.-]+/g, "-")}.png`, fullPage: true });
  }

  // judge closes the browser, has the pages' HTML checked, and returns all findings.
  async judge() {
    await this.#browser.close();
    for (const { name, message } of await this.#html.check()) this.expect(false, name, "html:", message);
    this.checks += this.#html.size;
    return [...new Set(this.findings)];
  }

  // finish prints the findings and ends the process.
  async finish() {
    const findings = await this.judge();
    for (const f of findings) console.log(f);
    console.log(`${this.checks} checks, ${this.#html.size} different pages, ${findings.length} findings`);
    process.exit(findings.length ? 1 : 0);
  }
}
