// Shows that the kit finds what is wrong, and that both kinds of hands do and count
// what they say, on pages that web/browser_test.go serves:
//
//   node planted.mjs '{"base": "http://127.0.0.1:1234"}'

import { Hands, Keys } from "./hands.mjs";
import { Kit } from "./kit.mjs";

const { base } = JSON.parse(process.argv[2]);
const kit = await Kit.launch([base], { seconds: 60 });
const faults = [];
const want = (good, ...what) => { if (!good) faults.push(what.join(" ")); };

for (const script of [true, false]) {
  const { page, context } = await kit.open({ script });
  await kit.visit(page, `good ${script}`, `${base}/good`, { schemes: ["light", "dark"] });
  for (const who of [new Hands(page), new Keys(page, (good, ...what) => want(good, "good page:", ...what))]) {
    await page.goto(`${base}/good`);
    await who.fill("textbox", "Name", "Ada");
    await who.fill("textbox", "Name", "عمر");
    await who.choose("combobox", "Month", "July");
    await who.tick("radio", "Large");
    want((await page.getByRole("textbox").inputValue()) === "عمر", who.constructor.name, "wrote something else");
    want((await page.getByRole("combobox").inputValue()) === "July", who.constructor.name, "chose something else");
    want(await page.getByRole("radio", { name: "Large" }).isChecked(), who.constructor.name, "ticked nothing");
    await who.follow("button", "Go on");
    want(page.url().startsWith(`${base}/good?`), who.constructor.name, "sent nothing");
    const line = who.tally.line();
    // Keys: Tab, Control+A, Tab, two arrows, Tab and Space, an arrow, Tab, Space.
    const due = who instanceof Keys ? "clicks 0, keys 10, typed 6 characters" : "clicks 6, keys 1, typed 6 characters";
    want(line === due, who.constructor.name, "counted", line, "and not", due);
  }
  if (script) {
    await new Hands(page).select(page.locator("#text"), "to be marked");
    const got = await page.evaluate(() => String(getSelection()));
    want(got === "to be marked", "selected", JSON.stringify(got));
  }
  await context.close();
}
want(kit.findings.length === 0, "found on a good page:", kit.findings.join("; "));

{
  const { page, context } = await kit.open({ width: 320 });
  await kit.visit(page, "bad", `${base}/bad`, { status: 404 });
  await new Keys(page, kit.expect.bind(kit)).reach("link", "ringless");
  await kit.visit(page, "foreign", `${base}/foreign`);
  await context.close();
}
{
  const { page, context } = await kit.open({ script: false });
  await kit.visit(page, "scriptless", `${base}/bad`);
  await context.close();
}
const findings = await kit.judge();
for (const due of ["bad status 200", "bad scrolls sideways", "bad axe color-contrast", "bad axe image-alt", "bad script: nothing is not defined",
  "bad console: Failed to load resource", "bad html: ", "has no ring around it", "foreign asks another origin: http://localhost:1/x.png",
  "scriptless axe color-contrast"]) {
  want(findings.some((f) => f.includes(due)), "did not find", due);
}
want(!findings.some((f) => f.startsWith("scriptless script:")), "a script ran where there are none");
if (faults.length > 0) console.log([...faults, "what was found:", ...findings].join("\n"));
process.exit(faults.length ? 1 : 0);
