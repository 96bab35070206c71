// What Streamlit's page leaves out: the language it is written in and the names of its own buttons in it, a word when the
// page has a new answer, and the keyboard's way to our own components. These stand in shadow trees, which a window of
// Streamlit's passes over when Tab goes round, and when it gives the focus back.
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
const GIVEN_BACK_MS = 60; // after the window itself has tried
const LOOK_MS = 50; // after something came: much comes at once

function focused() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

function* stops(element) {
  for (const each of (element.shadowRoot ?? element).children) {
    if (each.matches(STOPS) && each.tabIndex >= 0 && !each.disabled && each.checkVisibility()) yield each;
    yield* stops(each);
  }
}

function isOurs(element) {
  return element?.getRootNode() instanceof ShadowRoot;
}

// The browser itself goes to what stands next; from the last stop to the first, and back, it would leave the window.
function goOn(event) {
  const room = event.key === "Tab" && document.activeElement?.closest("[role=dialog]");
  if (!room) return;
  const all = [...stops(room)];
  const here = focused();
  const at = all.indexOf(here);
  const goal = at + (event.shiftKey ? -1 : 1);
  const next = all[(goal + all.length) % all.length];
  if (at < 0 || !(isOurs(here) || isOurs(next))) return;
  event.stopPropagation();
  if (all[goal]) return;
  event.preventDefault();
  next.focus();
}

// Streamlit's name for a button gives way to ours, and comes back when the page's language is its own.
function name(element, names) {
  const said = element.ariaLabel;
  const theirs = said === element.narverkOurs ? element.narverkTheirs : said;
  const found = Object.keys(names).find((each) => (each.endsWith(" ") ? theirs.startsWith(each) : theirs === each));
  if (!found) return;
  const ours = found.endsWith(" ") ? `${names[found]} ${theirs.slice(found.length)}` : names[found];
  if (ours === said) return;
  Object.assign(element, { narverkTheirs: theirs, narverkOurs: ours, ariaLabel: ours });
}

// Out of sight, and out of the page's own text: what a screen reader says when the page's one sentence is another.
function aloud() {
  const host = document.createElement("div");
  host.style.cssText = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";
  const region = document.createElement("div");
  region.setAttribute("role", "status");
  host.attachShadow({ mode: "closed" }).append(region);
  document.body.append(host);
  return region;
}

class Frame {
  constructor() {
    this.aloud = aloud();
    this.left = null; // what was pressed last outside a window
    document.documentElement.addEventListener("keydown", goOn);
    document.addEventListener("click", (event) => {
      if (!event.target.closest("[role=dialog]")) this.left = focused();
    }, { capture: true });
    new MutationObserver((changes) => this.changed(changes)).observe(document.body, {
      childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"],
    });
  }

  changed(changes) {
    this.waiting ??= setTimeout(() => this.look(), LOOK_MS);
    const isClosed = changes.some(({ target, removedNodes }) => target === document.body &&
      [...removedNodes].some((each) => each.querySelector?.("[role=dialog]")));
    if (isClosed) setTimeout(() => document.activeElement === document.body && this.left?.focus(), GIVEN_BACK_MS);
  }

  look() {
    this.waiting = undefined;
    const skip = document.querySelector("[data-testid=stSkipToContent]");
    if (skip) skip.ariaLabel ??= skip.textContent;
    for (const each of document.querySelectorAll("[aria-label]")) name(each, this.names);
    const sentence = document.querySelector("[data-testid=stMain] h1")?.textContent;
    if (!sentence || sentence === this.sentence) return;
    if (this.sentence) this.aloud.textContent = sentence;
    this.sentence = sentence;
  }
}

export default function ({ data }) {
  document.documentElement.lang = data.language;
  window.narverkFrame ??= new Frame();
  window.narverkFrame.names = data.names;
  window.narverkFrame.look();
}
