// Shows the slides one at a time, by keys, clicker, touch or buttons; how they are drawn stands in show_stage.js.
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("data").textContent);
  const IDLE_MS = 2600, SWIPE = 50, TAP = 12, THIRD = 1 / 3; // pixels that a finger moves, and of the stage's width

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const put = (sentence, value) => sentence.replace("#", () => value);
  const scenes = data.slides.map((each) => each.map((number) => data.marks[number]));
  const sections = all("main section");
  const titles = sections.map((each) => one("h2", each).textContent);
  const dialogs = Object.fromEntries(["overview", "help", "find"].map((name) => [name, one(`dialog.${name}`)]));
  const [hall, black, notes, spoken] = [".hall", ".black", ".notes", ".spoken"].map((each) => one(each));
  const stage = showStage.stageIn(one(".stage"));
  const page = document.documentElement;
  const last = scenes.length - 1;
  let at = 0;

  // -- slides -------------------------------------------------------------------------------------------------------

  const written = () => Math.min(last, Math.max(0, (Number.parseInt(location.hash.slice(1), 10) || 1) - 1));

  function go(to, isFirst = false) {
    const next = Math.min(last, Math.max(0, to));
    if (next === at && !isFirst) return;
    at = next;
    history.replaceState(null, "", `#${at + 1}`);
    sections.forEach((each, number) => each.classList.toggle("now", number === at));
    one(".count").textContent = `${at + 1} / ${last + 1}`;
    one(".progress div").style.transform = `scaleX(${(at + 1) / (last + 1)})`;
    one("[data-do=back]").disabled = at === 0;
    one("[data-do=next]").disabled = at === last;
    if (!isFirst) spoken.textContent = `${at + 1} / ${last + 1}: ${titles[at]}`;
    stage.show(scenes[at]);
    writeNotes();
  }

  function writeNotes() {
    const told = () => all("details p", sections[at]).map((each) => each.cloneNode(true));
    const after = at < last ? put(data.said.after, titles[at + 1]) : data.said.last;
    one(".told-notes", notes).replaceChildren(...told());
    one(".after", notes).textContent = after;
    if (!showSpeaker.isOpen()) return;
    const [picture, next] = [scenes[at], scenes[at + 1]].map((each) => each && showStage.drawing(each));
    showSpeaker.write({ picture, next, notes: told(), after, count: one(".count").textContent });
  }

  // Where no window can be opened, the notes are shown here.
  function speaker() {
    if (showSpeaker.open(one("h1").textContent, keyed)) writeNotes();
    else if (notes.hidden) ACTIONS.notes();
  }

  // -- what can be done ---------------------------------------------------------------------------------------------

  const open = () => Object.values(dialogs).find((each) => each.open);

  function toggle(name) {
    const dialog = dialogs[name];
    if (dialog.open) return dialog.close();
    open()?.close();
    if (name === "overview") fillOverview();
    dialog.showModal();
    if (name === "find") find.opened();
  }

  function press(name, isOn) {
    one(`[data-do=${name}]`).setAttribute("aria-pressed", String(isOn));
  }

  function fullScreen() {
    if (document.fullscreenElement) return document.exitFullscreen();
    // With the key held back, Esc closes what is open and leaves the full screen only when nothing is.
    return page.requestFullscreen().then(() => navigator.keyboard?.lock?.(["Escape"])).catch(() => {});
  }

  const ACTIONS = {
    next: () => go(at + 1),
    back: () => go(at - 1),
    first: () => go(0),
    last: () => go(last),
    full: fullScreen,
    find: () => toggle("find"),
    overview: () => toggle("overview"),
    help: () => toggle("help"),
    notes: () => {
      notes.hidden = !notes.hidden;
      press("notes", !notes.hidden);
    },
    speaker,
    contrast: () => {
      press("contrast", page.classList.toggle("contrast"));
      stage.resize();
    },
    black: () => {
      black.hidden = false;
      black.focus();
    },
  };

  function lighten() {
    black.hidden = true;
  }

  // -- the overview -------------------------------------------------------------------------------------------------

  function fillOverview() {
    const list = one("ol", dialogs.overview);
    if (!list.children.length) list.append(...scenes.map(thumbnail));
    all("button", list).forEach((each, number) => {
      if (number === at) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    });
    requestAnimationFrame(() => one("[aria-current]", list).focus());
  }

  function thumbnail(marks, number) {
    const [item, button, name] = ["li", "button", "span"].map((each) => document.createElement(each));
    const picture = showStage.drawing(marks);
    picture.setAttribute("aria-hidden", "true");
    name.textContent = `${number + 1}. ${titles[number]}`;
    button.type = "button";
    button.append(picture, name);
    button.addEventListener("click", () => {
      dialogs.overview.close();
      go(number);
    });
    item.append(button);
    return item;
  }

  // -- as a document: on a narrow telephone and on paper ------------------------------------------------------------

  const narrow = matchMedia("(max-width: 40rem) and (orientation: portrait)");
  const paper = matchMedia("print");
  const WORDS = new Set(["title", "line", "number", "foot"]);
  const ROOM = 24; // points around what a cropped picture shows

  const isCropped = (marks) => marks.some((each) => each.key.startsWith("land:"));

  // What of a map the region, its dots, names and lines take up.
  function extent(marks) {
    const points = marks.flatMap((each) => {
      if (each.kind === "dots" || each.kind === "stroke") return each.points;
      if (each.tone === "land") return each.rings.flat();
      return each.onMap ? [each.x - 3 * each.text.length, each.y, each.x + 3 * each.text.length, each.y] : [];
    });
    const [xs, ys] = [0, 1].map((axis) => points.filter((each, index) => each !== null && index % 2 === axis));
    const least = (values) => values.reduce((a, b) => Math.min(a, b), Infinity) - ROOM;
    const most = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity) + ROOM;
    return [least(xs), least(ys), most(xs) - least(xs), most(ys) - least(ys)];
  }

  let isDrawn = false;
  function drawDocument() {
    if (isDrawn) return;
    isDrawn = true;
    sections.forEach((section, number) => {
      const whole = showStage.drawing(scenes[number]);
      whole.classList.add("printed");
      whole.setAttribute("aria-hidden", "true");
      section.prepend(whole);
      const marks = scenes[number].filter((each) => !WORDS.has(each.role) && !each.key.startsWith("maker-"));
      if (isCropped(marks)) one(".drawn", section)?.append(showStage.drawing(marks, extent(marks)));
    });
    for (const row of all("tr[data-share]")) row.style.setProperty("--share", row.dataset.share);
  }
  narrow.addEventListener("change", ({ matches }) => matches && drawDocument());
  paper.addEventListener("change", ({ matches }) => matches && drawDocument());
  window.addEventListener("beforeprint", drawDocument);

  // -- keys, clicker, touch -----------------------------------------------------------------------------------------

  const KEYS = {
    ArrowRight: "next", ArrowDown: "next", PageDown: "next", Enter: "next",
    ArrowLeft: "back", ArrowUp: "back", PageUp: "back", Backspace: "back",
    Home: "first", End: "last", f: "full", b: "black", c: "contrast",
    g: "overview", o: "overview", n: "notes", s: "speaker",
    " ": "next", "/": "find", "?": "help", ".": "black",
  };

  function keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!black.hidden) {
      event.preventDefault();
      return lighten();
    }
    const isIn = event.target.closest?.("dialog[open]"); // a closed one has the focus until the next frame
    const name = event.key === " " && event.shiftKey ? "back" : KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
    if (event.key === "Escape") return escaped(event);
    if (isIn) {
      if (dialogs[name]?.open && name !== "find") ACTIONS[name]();
      return;
    }
    const isPressing = event.target instanceof HTMLButtonElement && [" ", "Enter"].includes(event.key);
    if (!name || isPressing || narrow.matches) return;
    event.preventDefault();
    awake("keys");
    ACTIONS[name]();
  }

  function escaped(event) {
    event.preventDefault();
    if (open()) open().close();
    else if (!notes.hidden) ACTIONS.notes();
    else if (document.fullscreenElement) document.exitFullscreen();
  }

  let down = null;
  const ground = one(".room");
  ground.addEventListener("pointerdown", (event) => {
    down = event.isPrimary && !event.target.closest("button") ? event : null;
  });
  ground.addEventListener("pointerup", (event) => {
    if (!down || event.button !== 0) return;
    const [right, below] = [event.clientX - down.clientX, event.clientY - down.clientY];
    down = null;
    const isSwipe = Math.abs(right) > SWIPE && Math.abs(right) > 2 * Math.abs(below);
    const share = (event.clientX - ground.getBoundingClientRect().left) / ground.clientWidth;
    if (isSwipe) ACTIONS[right < 0 ? "next" : "back"]();
    else if (Math.hypot(right, below) > TAP) return;
    else if (share < THIRD) ACTIONS.back();
    else if (share > 1 - THIRD) ACTIONS.next();
  });
  ground.addEventListener("pointercancel", () => { down = null; });

  // Who goes on by keys or a clicker sees how far the show has come; the buttons are for who moves the mouse.
  let idle = 0;
  function awake(by) {
    page.classList.toggle("keys", by === "keys");
    page.classList.remove("idle");
    clearTimeout(idle);
    idle = setTimeout(() => page.classList.add("idle"), IDLE_MS);
  }

  // -- the beginning ------------------------------------------------------------------------------------------------

  const behind = data.find.behind.map((number) => data.marks[number]);
  const light = (dots, marks) =>
    stage.show(behind.flatMap((each) => (each.kind === "dots" ? [each, ...marks] : [each])), dots);
  const find = showFind.findIn(dialogs.find, { ...data.find, said: data.said, light });
  dialogs.find.addEventListener("close", () => stage.show(scenes[at]));
  for (const each of all("[data-do]")) {
    each.addEventListener("click", (event) => {
      if (event.detail) each.blur(); // pressed by hand: the next space is the show's
      ACTIONS[each.dataset.do]();
    });
  }
  for (const each of all("[data-close]")) each.addEventListener("click", () => each.closest("dialog").close());
  for (const each of Object.values(dialogs)) {
    each.addEventListener("click", ({ target }) => target === each && each !== dialogs.find && each.close());
  }
  black.addEventListener("click", lighten);
  one("[data-do=full]").hidden = !document.fullscreenEnabled;
  document.addEventListener("fullscreenchange", () => press("full", Boolean(document.fullscreenElement)));
  document.addEventListener("keydown", keyed);
  for (const each of ["pointermove", "pointerdown", "focusin"]) document.addEventListener(each, awake);
  window.addEventListener("hashchange", () => go(written()));
  page.classList.add("on");
  hall.hidden = false;
  if (narrow.matches) drawDocument();
  go(written(), true);
  awake();
})();
