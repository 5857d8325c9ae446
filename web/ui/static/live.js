// Keeps the status page fresh: asks for the page again every few seconds and
// takes over the parts that changed. Without this script the page has a link that
// does the same by hand.

const period = 5000; // milliseconds

const toggle = document.querySelector("[data-live-toggle]");
const lost = document.querySelector("[data-live-lost]");
let paused = false;
let timer = 0;

// load fetches the page as a document. XMLHttpRequest can do that where strings
// may not become markup (Trusted Types).
function load() {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.pathname + location.search);
    request.responseType = "document";
    request.timeout = 2 * period;
    request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject());
    request.onerror = request.ontimeout = reject;
    request.send();
  });
}

// take replaces what differs, except where somebody is: with the keyboard, or
// with a selection.
function take(fresh) {
  if (!getSelection().isCollapsed) return;
  const parts = [...document.querySelectorAll("[data-part]")];
  const names = (page) => [...page.querySelectorAll("[data-part]")].map((e) => e.dataset.part).join();
  if (names(document) !== names(fresh)) {
    location.reload(); // the first source or job appeared, or the last one went
    return;
  }
  for (const part of parts) {
    const now = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (part.isEqualNode(now) || part.contains(document.activeElement)) continue;
    part.replaceChildren(...now.childNodes);
  }
}

function say(text) {
  if (lost.textContent === text) return;
  lost.textContent = text;
  lost.hidden = text === "";
}

async function turn() {
  if (!document.hidden) {
    try {
      take(await load());
      say("");
    } catch {
      say(lost.dataset.text);
    }
  }
  plan();
}

function plan() {
  clearTimeout(timer);
  if (!paused) timer = setTimeout(turn, period);
}

toggle.hidden = false;
toggle.addEventListener("click", () => {
  paused = !paused;
  toggle.textContent = paused ? toggle.dataset.resume : toggle.dataset.pause;
  if (paused) plan();
  else turn();
});
plan();
