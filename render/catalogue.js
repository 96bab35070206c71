// Shows the firms that fit what is written and chosen; all of it stands in the page already.
const form = document.querySelector("form");
const [text, process, material, certificate, place, also] = ["text", "process", "material", "certificate", "place", "also"]
  .map((name) => form.elements.namedItem(name));
const count = form.querySelector("output");
const folded = (said) => said.toLocaleLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const firms = [...document.querySelectorAll("article")].map((box) => ({
  box,
  text: folded(box.textContent),
  offers: [...box.querySelectorAll(".makes li")],
  held: [...box.querySelectorAll(".holds li")],
}));

function show() {
  const words = folded(text.value).split(/\s+/).filter(Boolean);
  const has = (each, name, value) => !value || (each.dataset[name] ?? "").split("|").includes(value);
  let shown = 0;
  for (const { box, text: said, offers, held } of firms) {
    const asksOffer = process.value || material.value;
    const made = offers.filter((each) => has(each, "process", process.value) && has(each, "material", material.value));
    const holds = held.filter((each) => each.textContent === certificate.value);
    for (const each of offers) each.classList.toggle("hit", Boolean(asksOffer) && made.includes(each));
    for (const each of held) each.classList.toggle("hit", holds.includes(each));
    const fits = (offers.length || also.checked)
      && (!asksOffer || made.length)
      && (!certificate.value || holds.length)
      && has(box, "place", place.value)
      && words.every((word) => said.includes(word));
    box.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  count.textContent = count.dataset[shown === 1 ? "one" : "many"].replace("#", shown.toLocaleString(document.documentElement.lang));
}

form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(show));
show();
