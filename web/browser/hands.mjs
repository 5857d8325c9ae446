// The hands of somebody who uses a page, counted. There are two kinds with the
// same methods, so that a journey is written once:
//
//   const who = way === "keyboard" ? new Keys(page, expect) : new Hands(page);
//   await who.fill("textbox", "Titre", "Rapport annuel");
//   await who.follow("button", "Enregistrer");
//   console.log(who.tally.line()); // clicks 1, keys 4, typed 14 characters
//
// A control is named by its role and its accessible name, as a screen reader says
// it, or given as a locator in place of both. Hands click and type. Keys only
// press: Tab or Shift+Tab until the control has the focus, which must be plain to
// see at every stop on the way, then Enter, Space, arrows or letters.
//
// press leaves it open what happens. follow waits for the new document that must
// come of it; where a script may answer in its place, use press and wait for what
// is to be seen: playwright's locators wait across pages.

// Tally counts what hands do: clicks, keys that do something, characters typed.
export class Tally {
  clicks = 0;
  keys = 0;
  characters = 0;

  add(other) {
    this.clicks += other.clicks;
    this.keys += other.keys;
    this.characters += other.characters;
  }

  line() { return `clicks ${this.clicks}, keys ${this.keys}, typed ${this.characters} characters`; }
}

// control finds a control by role and name, or takes a locator as it is.
function control(page, role, name) {
  return typeof role === "string" ? page.getByRole(role, { name, exact: true }) : role;
}

// split takes the arguments of a method: a role and a name, or a locator, and more.
function split(args) { return typeof args[0] === "string" ? args : [args[0], null, ...args.slice(1)]; }

// What both kinds share.
class Someone {
  constructor(page, expect = () => {}) {
    this.page = page;
    this.expect = expect;
    this.tally = new Tally();
  }

  // open goes to an address that came from elsewhere: a mail, a terminal, a
  // bookmark. It counts as one click.
  async open(url) {
    this.tally.clicks++;
    await this.page.goto(url);
  }

  // follow presses and waits for the document that comes of it.
  async follow(...args) {
    const loaded = this.page.waitForEvent("load");
    loaded.catch(() => {}); // press may fail first, and says more
    await this.press(...args);
    await loaded;
  }

  // key presses a key, for example a shortcut of the page.
  async key(key) {
    this.tally.keys++;
    await this.page.keyboard.press(key);
  }

  async write(text) {
    this.tally.characters += [...text].length;
    await this.page.keyboard.insertText(text);
  }
}

// Hands use a mouse, and the keyboard for words.
export class Hands extends Someone {
  // press(role, name) clicks.
  async press(...args) {
    const [role, name] = split(args);
    this.tally.clicks++;
    await control(this.page, role, name).click();
  }

  // fill(role, name, text) puts text in the place of what a field has.
  async fill(...args) {
    const [role, name, text] = split(args);
    const field = control(this.page, role, name);
    this.tally.clicks++;
    await field.click();
    if ((await field.inputValue()) !== "") await this.key("ControlOrMeta+a");
    await this.write(text);
  }

  // choose(role, name, option) takes an option of a <select> by its words, or as
  // { value } where others say the same: one click opens the list, one takes it.
  async choose(...args) {
    const [role, name, option] = split(args);
    this.tally.clicks += 2;
    await control(this.page, role, name).selectOption(typeof option === "string" ? { label: option } : option);
  }

  // tick(role, name) clicks on a checkbox or radio button that is not on.
  async tick(...args) {
    const [role, name] = split(args);
    const box = control(this.page, role, name);
    if (!(await box.isChecked())) await this.press(role, name);
  }

  // upload(role, name, files) hands files to the dialog that a click opens.
  async upload(...args) {
    const [role, name, files] = split(args);
    const dialog = this.page.waitForEvent("filechooser");
    dialog.catch(() => {});
    await this.press(role, name);
    await (await dialog).setFiles(files);
  }

  // select draws the mouse over the first place in a text where words stand.
  async select(text, words) {
    await text.scrollIntoViewIfNeeded();
    const ends = await text.evaluate(rangeEnds, words);
    if (!ends) throw new Error(`there is no ${JSON.stringify(words)} to select`);
    this.tally.clicks++;
    const { mouse } = this.page;
    await mouse.move(...ends[0]);
    await mouse.down();
    await mouse.move(...ends[1], { steps: 5 });
    await mouse.up();
  }
}

// rangeEnds runs in the page: the points where words begin and end.
function rangeEnds(root, words) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const places = [];
  let text = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let i = 0; i < node.length; i++) places.push([node, i]);
    text += node.data;
  }
  const at = text.indexOf(words);
  if (at < 0) return null;
  const rect = ([node, i]) => {
    const range = document.createRange();
    range.setStart(node, i);
    range.setEnd(node, i + 1);
    return range.getBoundingClientRect();
  };
  places[at][0].parentElement.scrollIntoView({ block: "center" });
  const [first, last] = [rect(places[at]), rect(places[at + words.length - 1])];
  const rtl = getComputedStyle(places[at][0].parentElement).direction === "rtl";
  return [
    [rtl ? first.right - 0.5 : first.left + 0.5, first.top + first.height / 2],
    [rtl ? last.left + 0.5 : last.right - 0.5, last.top + last.height / 2],
  ];
}

// Keys use the keyboard alone.
export class Keys extends Someone {
  // reach(role, name) gives the control the focus.
  async reach(...args) {
    const [role, name] = split(args);
    const target = control(this.page, role, name);
    await target.waitFor({ state: "attached" });
    const limit = 20 + await this.page.evaluate(() =>
      document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]").length);
    for (let stops = 0; ; stops++) {
      const where = await target.evaluate(whereIs);
      if (where === "here") return;
      if (stops > limit) throw new Error(`the keyboard does not reach ${name ?? target}`);
      await this.key(where === "before" ? "Shift+Tab" : "Tab");
      await this.#seen();
    }
  }

  async #seen() {
    const { what, faults } = await ring(this.page);
    this.expect(faults.length === 0, "keyboard:", this.page.url(), what, faults.join(", "));
  }

  // press(role, name) presses Enter on a link and Space on everything else.
  async press(...args) {
    const [role, name] = split(args);
    await this.reach(role, name);
    const link = await this.page.evaluate(() => document.activeElement.matches("a[href]"));
    await this.key(link ? "Enter" : "Space");
  }

  // fill(role, name, text) puts text in the place of what a field has.
  async fill(...args) {
    const [role, name, text] = split(args);
    const field = control(this.page, role, name);
    await this.reach(role, name);
    if ((await field.inputValue()) !== "") await this.key("ControlOrMeta+a");
    await this.write(text);
  }

  // choose(role, name, option) moves through a <select> with arrows, to an option's
  // words or { value }.
  async choose(...args) {
    const [role, name, option] = split(args);
    const list = control(this.page, role, name);
    await this.reach(role, name);
    const way = () => list.evaluate((select, wanted) =>
      [...select.options].findIndex((o) => (typeof wanted === "string" ? o.label === wanted : o.value === wanted.value)) - select.selectedIndex, option);
    for (let left = await way(), before = NaN; left !== 0; before = left, left = await way()) {
      if (left === before) throw new Error(`arrows do not lead to ${option.value ?? option}`);
      await this.key(left > 0 ? "ArrowDown" : "ArrowUp");
    }
  }

  // tick(role, name) presses Space on a checkbox, and moves to a radio button with
  // arrows: Tab stops once in each group.
  async tick(...args) {
    const [role, name] = split(args);
    const box = control(this.page, role, name);
    if (await box.isChecked()) return;
    if ((await box.getAttribute("type")) !== "radio") return this.press(role, name);
    const group = await box.evaluate((b) => b.name);
    const of = this.page.locator(`input[type=radio][name=${JSON.stringify(group)}]`);
    const on = of.and(this.page.locator(":checked"));
    await this.reach((await on.count()) > 0 ? on : of.first());
    await this.key("Space");
    for (let i = await of.count(); i > 0 && !(await box.isChecked()); i--) await this.key("ArrowDown");
  }

  // upload(role, name, files) hands files to the dialog that a key opens.
  async upload(...args) {
    const [role, name, files] = split(args);
    const dialog = this.page.waitForEvent("filechooser");
    dialog.catch(() => {});
    await this.press(role, name);
    await (await dialog).setFiles(files);
  }
}

// keyboardOnly gives the hands that only press keys.
export function keyboardOnly(page, expect) { return new Keys(page, expect); }

// hands gives the hands that click and type.
export function hands(page) { return new Hands(page); }

// whereIs runs in the page: where an element is, seen from the focus.
function whereIs(target) {
  const focus = document.activeElement;
  if (focus === target) return "here";
  const preceding = focus.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING;
  return focus !== document.body && preceding ? "before" : "after";
}

// ring tells what has the focus, and what is wrong with how that is seen: it needs
// a solid outline of 3 px or more around itself, what it spreads over or its label, must be on the screen, and
// not all of it behind something else (WCAG 2.2, 2.4.7 and 2.4.11).
export function ring(page) {
  return page.evaluate(() => {
    const el = document.activeElement;
    if (el === document.body || el === document.documentElement) return { what: "the page itself", faults: [] };
    const faults = [];
    const outlined = [el, ...(el.labels ?? [])].some((e) => [null, "::after"].some((part) => {
      const s = getComputedStyle(e, part); // a link may spread over its row with ::after
      return s.outlineStyle === "solid" && parseFloat(s.outlineWidth) >= 3;
    }));
    if (!outlined) faults.push("has no ring around it");
    const boxes = [el, ...(el.labels ?? [])].flatMap((e) => [...e.getClientRects()]);
    const points = boxes.flatMap((b) => [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [b.left + b.width * x, b.top + b.height * y])));
    const seen = points.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (el.contains(top) || top.contains(el) || [...(el.labels ?? [])].some((l) => l.contains(top)));
    });
    if (!seen) faults.push("has the focus out of sight");
    return { what: el.outerHTML.slice(0, 80).replaceAll(/\s+/g, " "), faults };
  });
}
