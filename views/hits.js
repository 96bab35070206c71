// The list of firms. Every word from data is set as textContent; nothing here is ever read as HTML.
function make(tag, style, text) {
  const made = document.createElement(tag);
  if (style) made.className = style;
  if (text) made.textContent = text;
  return made;
}

function demands(row, words) {
  const table = make("table", "demands");
  table.setAttribute("aria-label", words.demands);
  const head = make("tr");
  for (const name of ["demand", "asked", "has", "status", "source"]) {
    const cell = make("th", "", words[name]);
    cell.scope = "col";
    head.append(cell);
  }
  table.append(make("thead"));
  table.firstChild.append(head);
  const body = make("tbody");
  for (const each of row.demands) {
    const line = make("tr");
    const cells = [["demand", each.name], ["asked", each.asked], ["has", each.has],
      ["status", `${each.sign} ${each.word}`], ["source", each.source]];
    for (const [name, text] of cells) {
      const cell = make("td", name === "status" ? `status ${each.status}` : "", text);
      if (name !== "demand") cell.dataset.label = words[name];
      line.append(cell);
    }
    body.append(line);
  }
  table.append(body);
  const scroll = make("div", "scroll");
  scroll.append(table);
  return scroll;
}

function terms(row, words) {
  const table = make("table", "terms");
  table.setAttribute("aria-label", words.why);
  const body = make("tbody");
  for (const each of row.terms) {
    const line = make("tr");
    line.append(make("td", "", each.text), make("td", "", each.points));
    body.append(line);
  }
  table.append(body);
  return table;
}

function detail(row, group, words, act) {
  const box = make("div", "detail");
  const acts = make("div", "acts");
  for (const name of group.acts) {
    const button = make("button", name === group.acts[0] ? "act first" : "act", words[name]);
    button.type = "button";
    button.onclick = () => act(name, row.company_id);
    acts.append(button);
  }
  box.append(acts);
  if (row.about) box.append(make("p", "", row.about));
  for (const each of row.facts) box.append(make("p", "fact", each));
  const title = group.title ? "h3" : "h2";
  box.append(make(title, "", words.demands), demands(row, words), make(title, "", words.why), terms(row, words));
  return box;
}

function item(row, words, choose) {
  const line = make("li");
  line.dataset.firm = row.company_id;
  const button = make("button", "row");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  const main = make("span");
  main.append(make("span", "name", row.name), make("span", "where", `  ${row.place}`));
  main.append(make("span", "offers", row.offers));
  const standing = make("span", "standing");
  const said = row.missing ? [`${words.missing}: ${row.missing}`] : row.standing;
  for (const each of said) standing.append(make("span", "", each));
  main.append(standing);
  if (row.co2e) main.append(make("span", "offers", row.co2e));
  const right = make("span", "right");
  const bar = make("span", "bar");
  bar.append(make("i"));
  bar.firstChild.style.width = `${Math.round(row.share * 100)}%`;
  right.append(make("span", "distance", row.distance), make("span", "score", `${words.score} ${row.score}`), bar);
  button.append(make("span", "rank", row.rank), main, right);
  button.onclick = () => choose(line.classList.contains("open") ? null : row.company_id);
  line.append(button);
  return line;
}

function open(root, firm, data, act) {
  for (const line of root.querySelectorAll("li")) {
    const wanted = line.dataset.firm === firm;
    if (wanted === line.classList.contains("open")) continue;
    line.classList.toggle("open", wanted);
    line.querySelector("button").setAttribute("aria-expanded", String(wanted));
    line.querySelector(".detail")?.remove();
    if (wanted) {
      const group = data.groups.find((each) => each.rows.some((row) => row.company_id === firm));
      line.append(detail(group.rows.find((row) => row.company_id === firm), group, data.words, act));
      if (root.scrollHeight > root.clientHeight) root.scrollTop = line.offsetTop - root.offsetTop;
    }
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".hits");
  root.classList.toggle("dark", data.dark);
  const act = (name, firm) => setTriggerValue("act", { name, firm });
  const shown = JSON.stringify([data.groups, data.words]);
  if (root.shown !== shown) {
    root.shown = shown;
    const choose = (firm) => {
      open(root, firm, data, act);
      setTriggerValue("firm", firm ?? "");
    };
    const groups = data.groups.filter((group) => group.rows.length).map((group) => {
      const section = make("section", group.kind);
      if (group.title) section.append(make("h2", "", group.title));
      if (group.note) section.append(make("p", "", group.note));
      const list = make("ol");
      for (const row of group.rows) list.append(item(row, data.words, choose));
      section.append(list);
      return section;
    });
    root.replaceChildren(...groups);
  }
  open(root, data.chosen, data, act);
}
