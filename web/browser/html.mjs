// Checks served pages with the W3C's own checker, the Nu HTML Checker (vnu).
//
// Pages are only kept while a browser test runs, each different one once; at the
// end one Java process reads them all. That takes two seconds and some 5 ms for
// each page. The checker's HTTP mode would answer while the test runs, but needs
// more than six seconds to start and a port.
//
// html-validate would do without Java (190 MB on a machine that has none), but
// checks against rules of its own making: it is no measure of whether a page is
// valid HTML, which RGAA 8.2 asks for. Its releases for the Node.js that Debian
// has are old ones besides.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

const jar = join(dirname(createRequire(import.meta.url).resolve("vnu-jar/package.json")), "build/dist/vnu.jar");

// planted is a page with one error: a checker that does not find it is of no use.
const planted = ["planted", '<!doctype html><html lang="en"><title>Planted</title><p id="a"><b id="a">twice</b></p></html>'];

// Validator keeps pages and checks them.
export class Validator {
  #pages = new Map(); // by the hash of their bytes

  // add keeps a page, given as bytes, under the name that findings will have.
  add(name, body) {
    const hash = createHash("sha256").update(body).digest("hex");
    if (!this.#pages.has(hash)) this.#pages.set(hash, { name, body });
  }

  get size() { return this.#pages.size; }

  // check returns the errors of all pages as [{ name, message }].
  async check() {
    if (this.size === 0) return [];
    const folder = mkdtempSync(join(tmpdir(), "vigie-html-"));
    try {
      const names = new Map([["planted.html", planted[0]]]);
      writeFileSync(join(folder, "planted.html"), planted[1]);
      for (const [hash, { name, body }] of this.#pages) {
        names.set(`${hash}.html`, name);
        writeFileSync(join(folder, `${hash}.html`), body);
      }
      const found = (await run(folder)).map((m) => ({
        name: names.get(basename(m.url ?? "")) ?? "html",
        message: `${m.message} (line ${m.lastLine}: ${(m.extract ?? "").replaceAll(/\s+/g, " ")})`,
      }));
      const good = found.filter((f) => f.name !== planted[0]);
      if (good.length === found.length) good.push({ name: "html", message: "the checker did not find the planted error" });
      return good;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

// run gives the checker's messages about the pages in a folder. Java ends before its
// second compiler has paid for itself: 33 pages take 2.0 s of work without it, 4.7 s
// with it; 231 pages 3.1 and 7.3 s.
async function run(folder) {
  const { stderr } = await promisify(execFile)("java",
    ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss2m", "-jar", jar, "--errors-only", "--exit-zero-always", "--format", "json", folder],
    { maxBuffer: 64 << 20 });
  return JSON.parse(stderr).messages.filter((m) => m.type !== "info");
}
