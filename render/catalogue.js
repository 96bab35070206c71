// Shows the firms that fit what is written and chosen; all of it stands in the page already.
const { search: data, said, aboutKm } = JSON.parse(document.getElementById("data").textContent);
const CHOSEN = ["process", "material", "certificate", "place", "within", "order"];
const MOST_UNDERSTOOD = 6;
const LATER_MS = 120;

const form = document.querySelector("form");
const NAMES = [...CHOSEN, "text", "near", "also"];
const field = Object.fromEntries(NAMES.map((name) => [name, form.elements.namedItem(name)]));
const count = form.querySelector("output");
const understood = form.querySelector(".understood");
const astray = document.getElementById("astray");
const main = document.querySelector("main");
const language = document.documentElement.lang;
const number = (value) => value.toLocaleString(language);
const put = (sentence, value) => sentence.replace("#", () => value);
const boxes = [...document.querySelectorAll("article")].map((box) => ({
  box,
  km: box.querySelector(".km"),
  offers: [...box.querySelectorAll(".makes li")],
  held: [...box.querySelectorAll(".holds li")],
}));

const placeOf = new Map(data.places.flatMap((each) => [[offlineSearch.fold(each.name), each], [each.code, each]]));
const without = new Set(); // what was understood and taken away

document.getElementById("places").append(...data.places.map((each) => new Option("", each.name)));

// -- what is asked --------------------------------------------------------------------------------------------------

// Who says where they are wants the nearest first.
const usualOrder = () => (near() ? "km" : "fit");
const near = () => placeOf.get(offlineSearch.fold(field.near.value))?.code;

function question() {
  return {
    text: field.text.value, without: [...without], near: near(), withinKm: Number(field.within.value) || undefined,
    process: field.process.value, material: field.material.value, certificate: field.certificate.value,
    place: field.place.value, order: field.order.value, also: field.also.checked,
  };
}

// -- what is shown --------------------------------------------------------------------------------------------------

let order = boxes.map((_, index) => index).join();

function show() {
  const asked = question();
  const found = offlineSearch.search(data, asked);
  const fits = new Map(found.map((each) => [each.firm, each]));
  boxes.forEach((each, index) => mark(each, data.firms[index], fits.get(index), asked));
  arrange(found.map((each) => each.firm));
  const far = asked.near ? found.filter((each) => each.km === null).length : 0;
  const told = found.length === 1 ? said.found_one : found.length ? put(said.found, number(found.length)) : said.none;
  count.textContent = far && found.length > far ? `${told}, ${put(said.far_last, number(far))}` : told;
  sayUnderstood();
  for (const each of form.querySelectorAll(".common button")) {
    each.setAttribute("aria-pressed", String(each.dataset.process === asked.process));
  }
  writeAddress();
}

function mark({ box, km, offers, held }, firm, hit, asked) {
  box.hidden = !hit;
  if (!hit) return;
  for (const each of offers) each.classList.toggle("hit", isMeant(each, hit, asked));
  for (const each of held) each.classList.toggle("hit", each.textContent === asked.certificate);
  km.hidden = !asked.near;
  km.textContent = asked.near ? distance(hit, firm) : "";
  km.classList.toggle("unknown", hit.km === null);
}

const isMeant = (offer, hit, asked) => hit.why.includes(offer.dataset.process)
  && (!asked.material || offer.dataset.material.split("|").includes(asked.material));

function distance({ km, unsureKm }, firm) {
  if (km === null) return firm.place ? said.km_unknown : said.place_unknown;
  if (km < 1) return unsureKm >= 1 ? said.km_same : said.km_less;
  return put(unsureKm > aboutKm ? said.km_about : said.km, number(Math.round(km)));
}

// Those that are shown are moved into their order; the others stay behind them.
function arrange(firms) {
  const wanted = firms.join();
  if (wanted === order) return;
  order = wanted;
  const shown = new Set(firms);
  const rest = boxes.map((_, index) => index).filter((index) => !shown.has(index));
  main.append(...[...firms, ...rest].map((index) => boxes[index].box));
}

// -- what was understood --------------------------------------------------------------------------------------------

function sayUnderstood() {
  const parts = offlineSearch.understood(data, field.text.value);
  const chips = parts.flatMap((part, at) => chipsOf(part, at));
  const missing = parts.flatMap((part) => (part.processes.length + part.materials.length ? part.missing : []));
  understood.replaceChildren(understood.firstElementChild, ...chips);
  if (missing.length) understood.append(words(put(said.missing, missing.join(", "))));
  understood.firstElementChild.hidden = !chips.length;
  understood.hidden = !chips.length && !missing.length;
}

function chipsOf(part, at) {
  const kept = part.processes.filter(({ code }) => !without.has(code));
  const named = kept.slice(0, MOST_UNDERSTOOD).map(({ code }) => chip(code, data.processes[code].name));
  const more = kept.length > MOST_UNDERSTOOD ? [words(put(said.more, number(kept.length - MOST_UNDERSTOOD)))] : [];
  const made = part.materials.filter((each) => !without.has(`=${each}`))
    .map((each) => chip(`=${each}`, data.materials[each]));
  const either = (chips) => chips.flatMap((each, index) => (index ? [words(said.or), each] : [each]));
  const found = [...either(named), ...more, ...either(made)];
  return at && found.length ? [words(said.and), ...found] : found;
}

function words(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}

function chip(code, name) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.setAttribute("aria-label", put(said.take_away, name));
  button.addEventListener("click", () => {
    without.add(code);
    field.text.focus();
    show();
  });
  return button;
}

// -- the address ----------------------------------------------------------------------------------------------------

// Codes that the program itself has, and nothing that anybody wrote: an address is kept and passed on.
function writeAddress() {
  const codes = new URLSearchParams();
  for (const name of CHOSEN) {
    const option = field[name].selectedOptions[0];
    const code = ["within", "order"].includes(name) ? field[name].value : option?.dataset.code;
    if (code && !(name === "order" && code === usualOrder())) codes.set(name, code);
  }
  if (near()) codes.set("near", near());
  const wanted = codes.size ? `#${codes}` : "";
  if (wanted !== location.hash) history.replaceState(null, "", wanted || location.pathname + location.search);
}

function readAddress() {
  const codes = new URLSearchParams(location.hash.slice(1));
  for (const name of CHOSEN) {
    const found = [...field[name].options].find((each) => each.value === codes.get(name));
    field[name].value = (found ?? field[name].options[0]).value;
  }
  const place = data.places.find((each) => each.code === codes.get("near"));
  field.near.value = place?.name ?? "";
  if (place && !codes.has("order")) field.order.value = usualOrder();
}

// -- what is done ---------------------------------------------------------------------------------------------------

let waiting;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(show, LATER_MS);
}

let wasNear;
function followNear() {
  if (near() !== wasNear) field.order.value = usualOrder();
  settleNear();
}

function settleNear() {
  wasNear = near();
  field.order.disabled = field.within.disabled = !wasNear;
}

form.addEventListener("input", (event) => {
  if (event.target === field.text) without.clear();
  if (event.target === field.near) followNear();
  astray.textContent = "";
  (event.target === field.text || event.target === field.near ? later : show)();
});
field.near.addEventListener("change", () => {
  astray.textContent = field.near.value.trim() && !near() ? said.near_unknown : "";
});
form.addEventListener("click", ({ target }) => {
  if (!target.dataset.process) return;
  field.process.value = field.process.value === target.dataset.process ? "" : target.dataset.process;
  show();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
form.addEventListener("reset", () => setTimeout(() => {
  without.clear();
  astray.textContent = "";
  followNear();
  show();
}));

// On a phone the firms come before the further choices, where none of these is made.
const isSmall = matchMedia("(max-width: 40rem)");
function foldChoices() {
  const isChosen = ["process", "material", "certificate", "place"].some((name) => field[name].value);
  form.querySelector("details").open = !isSmall.matches || isChosen;
}
isSmall.addEventListener("change", foldChoices);

window.addEventListener("hashchange", start);
function start() {
  readAddress();
  settleNear();
  foldChoices();
  show();
}
start();
