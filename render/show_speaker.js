// The speaker's own window, for the screen that the audience does not see: this slide, the next one, the notes and the
// time. It is made of what stands on the page already; nothing is fetched for it.
const showSpeaker = (() => {
  "use strict";

  const SIZE = "popup,width=1100,height=760", TICK_MS = 1000;
  let [own, clock] = [null, 0];

  function element(name, className, ...parts) {
    const made = own.document.createElement(name);
    made.className = className;
    made.append(...parts);
    return made;
  }

  // Opens the window; whether there is one.
  function open(title, keyed) {
    if (isOpen()) return true;
    own = window.open("", "", SIZE);
    if (!own) return false;
    const { document: page } = own;
    page.title = title;
    page.documentElement.lang = document.documentElement.lang;
    page.documentElement.className = "on";
    const sheet = new own.CSSStyleSheet();
    sheet.replaceSync(document.querySelector("style").textContent);
    page.adoptedStyleSheets = [sheet];
    page.addEventListener("keydown", keyed);
    window.addEventListener("pagehide", close);
    clock = setInterval(tick, TICK_MS);
    return true;
  }

  const isOpen = () => Boolean(own && !own.closed);

  function close() {
    clearInterval(clock);
    if (isOpen()) own.close();
    own = null;
  }

  function tick() {
    if (!isOpen()) return close();
    const shown = own.document.querySelector(".clock");
    const now = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    if (shown && shown.textContent !== now) shown.textContent = now;
    return undefined;
  }

  // What is shown now, by elements of its own: pictures of this slide and of the next (null after the last), notes,
  // what comes then, and where in the show this is.
  function write({ picture, next, notes, after, count }) {
    if (!isOpen()) return;
    const defs = document.querySelector(".defs").cloneNode(true);
    const place = element("p", "place", element("span", "", count), element("span", "clock"));
    const now = element("div", "side", picture, place);
    const then = element("div", "side", ...(next ? [next] : []), element("p", "after", after));
    own.document.body.className = "speaker";
    own.document.body.replaceChildren(defs, now, then, element("div", "told-notes", ...notes));
    tick();
  }

  return { open, isOpen, write };
})();
