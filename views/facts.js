// A company's records. Every word from data is set as textContent; nothing here is ever read as HTML.
function make(tag, style, text) {
  const made = document.createElement(tag);
  if (style) made.className = style;
  if (text) made.textContent = text;
  return made;
}

const DAY = /(\d{4}-\d\d-\d\d)/;

function write(element, text) {
  for (const piece of text.split(DAY)) element.append(DAY.test(piece) ? make("span", "day", piece) : piece);
}

function button(style, text, label, act) {
  const made = make("button", style, text);
  made.type = "button";
  if (label) {
    made.title = label;
    made.setAttribute("aria-label", label);
  }
  made.onclick = act;
  return made;
}

function wordsOf(told, words) {
  const list = make("dl", "told");
  for (const field of told) {
    list.append(make("dt", field.disputed ? "disputed" : "", field.disputed ? `${field.name} – ${words.disputed}` : field.name));
    field.words.forEach(([value, source], index) => {
      const line = make("dd", index ? "loses" : "counts");
      line.append(make("span", "value", value), make("span", "quiet", source));
      list.append(line);
    });
  }
  return list;
}

function actions(row, words, act) {
  const cell = make("td", "acts");
  if (row.replace) cell.append(button("link", row.replace, "", () => act("replace", row.key)));
  if (row.may_edit) cell.append(button("icon", "✎", `${words.edit}: ${row.title}`, () => act("edit", row.key)));
  return cell;
}

function rowOf(row, columns, words, act) {
  const line = make("tr");
  columns.forEach((column, index) => {
    const cell = make("td", column.style);
    cell.dataset.label = column.title;
    const text = row.cells[index];
    if (row.firms[index]) cell.append(button("link", text, "", () => act("firm", row.firms[index])));
    else write(cell, text);
    if (row.warned[index]) cell.append(make("span", "mark", row.warned[index]));
    if (!text) cell.classList.add("empty");
    line.append(cell);
  });
  const last = actions(row, words, act);
  line.append(last);
  if (!row.told.length) return [line];
  const below = make("tr", "below");
  below.hidden = true;
  const wide = make("td");
  wide.colSpan = columns.length + 1;
  wide.append(wordsOf(row.told, words));
  below.append(wide);
  const isDisputed = row.told.some((each) => each.disputed);
  const more = button(isDisputed ? "link warm" : "link", isDisputed ? words.differ : words.source, "", () => {
    below.hidden = !below.hidden;
    more.setAttribute("aria-expanded", String(!below.hidden));
  });
  more.setAttribute("aria-expanded", "false");
  last.prepend(more);
  return [line, below];
}

function tableOf(part, words, act) {
  const table = make("table");
  table.append(make("caption", "", part.title));
  const head = make("tr");
  for (const column of part.columns) {
    const cell = make("th", column.style === "number" ? "number" : "", column.title);
    cell.scope = "col";
    head.append(cell);
  }
  head.append(make("td"));
  const top = make("thead");
  top.append(head);
  const body = make("tbody");
  for (const row of part.rows) body.append(...rowOf(row, part.columns, words, act));
  table.append(top, body);
  const scroll = make("div", "scroll");
  scroll.append(table);
  return scroll;
}

function partOf(part, words, act) {
  const made = make("section", part.wide ? "part wide" : "part");
  const head = make("div", "head");
  const title = make("h2", "", part.title);
  if (part.told) {
    const term = make("span", "term", "?");
    term.tabIndex = 0;
    term.setAttribute("role", "note");
    term.setAttribute("aria-label", part.told);
    term.dataset.told = part.told;
    title.append(term);
  }
  head.append(title);
  if (part.act) head.append(button("link add", part.act, `${part.act}: ${part.title}`, () => act("add", part.name)));
  made.append(head);
  if (part.note) made.append(make("p", "note", part.note));
  if (part.rows.length) made.append(tableOf(part, words, act));
  if (part.more) made.append(make("p", "note", part.more));
  if (!part.closed.length) return made;
  const closed = make("details");
  closed.append(make("summary", "", words.closed));
  for (const line of part.closed) closed.append(make("p", "note", line));
  made.append(closed);
  return made;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".facts");
  const shown = JSON.stringify(data);
  if (root.shown === shown) return;
  root.shown = shown;
  root.classList.toggle("dark", data.dark);
  const act = (what, key) => setTriggerValue("act", { do: what, key });
  const groups = [];
  for (const part of data.parts) {
    if (part.wide) groups.push(partOf(part, data.words, act));
    else {
      if (!groups.length || !groups.at(-1).matches(".beside")) groups.push(make("div", "beside"));
      groups.at(-1).append(partOf(part, data.words, act));
    }
  }
  const stops = () => [...root.querySelectorAll("button, summary, [tabindex]")];
  const held = stops().indexOf(root.getRootNode().activeElement);
  root.replaceChildren(...groups);
  stops()[held]?.focus({ preventScroll: true });
}
