// Answers a question from the room over the map: who can do this, where, how far away? Its firms are those of
// offline_search.py; what it shows of them lights up on the stage.
const showFind = (() => {
  "use strict";

  const ON_A_PAGE = 8, MOST_UNDERSTOOD = 4, MOST_WHY = 3, LATER_MS = 150;
  const HIT_SIZE = 1.5, PAGE_SIZE = 2.4; // of a dot, for a hit and for one that is listed now
  const CORNERS = 96; // of a ring
  const NEAR = /^(nära|kring|runt|från|near|around|from)$/;
  const WITHIN = /\b(?:inom|within)\s+(\d+)\s*(km|mil)\b/i;
  const KM = { km: 1, mil: 10 };

  const put = (sentence, value) => sentence.replace("#", () => value);

  function words(name, text, className = "") {
    const element = document.createElement(name);
    element.textContent = text;
    element.className = className;
    return element;
  }

  // A question as it is asked: "nära Nora" and "inom 4 mil" are taken out of it.
  function readQuestion(text, places) {
    const within = WITHIN.exec(text);
    const withinKm = within ? Number(within[1]) * KM[within[2].toLowerCase()] : undefined;
    const said = text.replace(WITHIN, " ").split(/\s+/).filter(Boolean);
    const at = said.findIndex((each, index) => NEAR.test(each.toLowerCase()) && placeFrom(said, index + 1, places));
    if (at < 0) return { text: said.join(" "), withinKm };
    const { place, count } = placeFrom(said, at + 1, places);
    said.splice(at, 1 + count);
    return { text: said.join(" "), withinKm, near: place.code };
  }

  // A place whose name stands at a word, and of how many words; the longest name first.
  function placeFrom(said, at, places) {
    for (let count = Math.min(3, said.length - at); count > 0; count -= 1) {
      const place = places.get(offlineSearch.fold(said.slice(at, at + count).join(" ")));
      if (place) return { place, count };
    }
    return null;
  }

  // `light(dots, marks)` shows the map with some dots lit (how many times their size) and marks on top.
  function findIn(dialog, { data, said, aboutKm, dots, towns, ground, light }) {
    const form = dialog.querySelector("form");
    const field = Object.fromEntries(["text", "near", "within"].map((name) => [name, form.elements.namedItem(name)]));
    const [list, count, read] = ["ol", "output", ".read"].map((each) => dialog.querySelector(each));
    const turns = dialog.querySelectorAll("[data-turn]");
    const language = document.documentElement.lang;
    const number = (value) => value.toLocaleString(language);
    const places = new Map(data.places.map((each) => [offlineSearch.fold(each.name), each]));
    const byCode = new Map(data.places.map((each) => [each.code, each]));
    dialog.querySelector("datalist").append(...data.places.map((each) => new Option("", each.name)));
    let [found, first, asked] = [[], 0, { text: "" }];

    function question() {
      const own = readQuestion(field.text.value, places);
      const near = places.get(offlineSearch.fold(field.near.value))?.code ?? own.near;
      return { text: own.text, near, withinKm: Number(field.within.value) || own.withinKm, order: near ? "km" : "fit" };
    }

    function ask() {
      asked = question();
      found = asked.text.trim() ? offlineSearch.search(data, asked) : [];
      first = 0;
      show();
    }

    function show() {
      const listed = found.slice(first, first + ON_A_PAGE);
      list.replaceChildren(...listed.map(row));
      list.start = first + 1;
      const isAsked = asked.text.trim();
      const some = found.length ? put(said.found, number(found.length)) : said.none;
      count.textContent = !isAsked ? "" : found.length === 1 ? said.found_one : some;
      sayRead();
      for (const each of turns) {
        const isBack = each.dataset.turn < 0;
        each.hidden = found.length <= ON_A_PAGE;
        each.disabled = isBack ? first === 0 : first + ON_A_PAGE >= found.length;
      }
      const sizes = new Map(found.map(({ firm }) => [dots[firm], HIT_SIZE]));
      listed.forEach(({ firm }) => sizes.set(dots[firm], PAGE_SIZE));
      sizes.delete(-1);
      light(isAsked ? sizes : null, isAsked && asked.near ? around(byCode.get(asked.near), asked.withinKm) : []);
    }

    // From where it is asked, and how far.
    function around({ longitude, latitude }, km) {
      const [x, y] = [longitude * ground.x[0] + ground.x[1], latitude * ground.y[0] + ground.y[1]];
      const turned = Array.from({ length: CORNERS + 1 }, (_, at) => (2 * Math.PI * at) / CORNERS);
      const radius = km * ground.km;
      const points = turned.flatMap((angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]);
      const ring = { kind: "stroke", key: "within", tone: "quiet", width: 2, dashed: true, points };
      const middle = { kind: "circle", key: "asked-from", tone: "ink", x, y, radius: 9 };
      return km ? [ring, middle] : [middle];
    }

    function row(hit) {
      const firm = data.firms[hit.firm];
      const box = document.createElement("li");
      box.append(words("b", firm.name ?? said.unnamed), words("span", asked.near ? distance(hit, firm) : "", "km"));
      const why = hit.why.slice(0, MOST_WHY).map((code) => data.processes[code].name).join(", ");
      box.append(words("span", [towns[hit.firm], why].filter(Boolean).join(" · "), "why"));
      return box;
    }

    function distance({ km, unsureKm }, firm) {
      if (km === null) return firm.place ? said.km_unknown : said.place_unknown;
      if (km < 1) return unsureKm >= 1 ? said.km_same : said.km_less;
      return put(unsureKm > aboutKm ? said.km_about : said.km, number(Math.round(km)));
    }

    // Where first, for that is soon said; then what, as far as there is room.
    function sayRead() {
      const parts = offlineSearch.understood(data, asked.text);
      const either = (names) => names.join(` ${said.or} `);
      const named = parts.map(({ processes, materials }) => [
        either(processes.slice(0, MOST_UNDERSTOOD).map(({ code }) => data.processes[code].name)),
        either(materials.map((each) => data.materials[each])),
      ].filter(Boolean).join(", ")).filter(Boolean).join(` ${said.and} `);
      const missing = parts.flatMap((part) => (part.processes.length + part.materials.length ? part.missing : []));
      const told = [
        asked.near && put(said.near_place, byCode.get(asked.near).name),
        asked.near && asked.withinKm && put(said.within_km, number(asked.withinKm)),
        named,
        missing.length && put(said.missing, missing.join(", ")),
      ];
      read.textContent = told.filter(Boolean).join(" · ");
    }

    function turn(by) {
      const next = first + by * ON_A_PAGE;
      if (next < 0 || next >= found.length) return;
      first = next;
      show();
    }

    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, LATER_MS);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(waiting);
      ask();
    });
    for (const each of turns) each.addEventListener("click", () => turn(Number(each.dataset.turn)));
    dialog.addEventListener("keydown", (event) => {
      const by = { PageDown: 1, PageUp: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      const isFields = event.key.startsWith("Arrow") && [field.near, field.within].includes(event.target);
      if (!by || isFields) return;
      event.preventDefault();
      turn(by);
    });
    return { opened: () => {
      field.text.select();
      ask();
    } };
  }

  return { findIn, readQuestion };
})();
