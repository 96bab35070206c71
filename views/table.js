// A table. Every word from data is set as textContent; nothing here is ever read as HTML.
const FILTER_FROM = 12;

function make(tag, style, text) {
  const made = document.createElement(tag);
  if (style) made.className = style;
  if (text) made.textContent = text;
  return made;
}

function heading(column, index, state, redraw, words) {
  const cell = make("th", column.kind);
  cell.scope = "col";
  const button = make("button", "sort", column.title);
  button.type = "button";
  button.title = words.sort;
  button.onclick = () => {
    state.down = state.by === index ? !state.down : false;
    state.by = index;
    redraw();
  };
  cell.append(button);
  if (column.told) {
    const term = make("span", "term", "?");
    term.tabIndex = 0;
    term.setAttribute("role", "note");
    term.setAttribute("aria-label", column.told);
    term.dataset.told = column.told;
    cell.append(term);
  }
  return cell;
}

function line(row, columns, open) {
  const made = make("tr");
  columns.forEach((column, index) => {
    const [text] = row.cells[index];
    const cell = make("td", column.kind);
    cell.dataset.label = column.title;
    if (column.kind === "firm" && row.firm) {
      const button = make("button", "firm", text);
      button.type = "button";
      button.onclick = () => open(row.firm);
      cell.append(button);
    } else {
      cell.textContent = text;
    }
    if (!text) cell.classList.add("empty");
    made.append(cell);
  });
  return made;
}

function ordered(rows, state, language) {
  if (state.by === null) return rows;
  const compare = new Intl.Collator(language).compare;
  const sign = state.down ? -1 : 1;
  return [...rows].sort((one, other) => {
    const a = one.cells[state.by][1];
    const b = other.cells[state.by][1];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return sign * (typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b)));
  });
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".table");
  const shown = JSON.stringify(data);
  if (root.shown === shown) return;
  root.shown = shown;
  const state = { by: null, down: false, words: "" };
  const body = make("tbody");
  const head = make("tr");
  const none = make("p", "none", data.words.none);
  const open = (firm) => setTriggerValue("firm", firm);

  const redraw = () => {
    const words = state.words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const kept = data.rows.filter((row) => {
      const said = row.cells.map(([text]) => text).join(" ").toLocaleLowerCase();
      return words.every((word) => said.includes(word));
    });
    body.replaceChildren(...ordered(kept, state, document.documentElement.lang).map((row) => line(row, data.columns, open)));
    [...head.children].forEach((cell, index) => {
      const sorted = state.by === index ? (state.down ? "descending" : "ascending") : "none";
      cell.setAttribute("aria-sort", sorted);
    });
    none.hidden = kept.length > 0;
  };

  const parts = [];
  if (data.more) parts.push(make("p", "more", data.more));
  if (data.rows.length > FILTER_FROM) {
    const input = make("input", "filter");
    input.type = "search";
    input.placeholder = data.words.filter;
    input.setAttribute("aria-label", data.words.filter);
    input.oninput = () => {
      state.words = input.value;
      redraw();
    };
    parts.push(input);
  }
  head.append(...data.columns.map((column, index) => heading(column, index, state, redraw, data.words)));
  const table = make("table");
  if (data.alt) table.append(make("caption", "", data.alt));
  const top = make("thead");
  top.append(head);
  table.append(top, body);
  const scroll = make("div", "scroll");
  scroll.append(table);
  parts.push(scroll, none);
  if (data.rest) {
    const rest = make("button", "rest", data.rest);
    rest.type = "button";
    rest.onclick = () => setTriggerValue("rest", true);
    parts.push(rest);
  }
  const stops = () => [...root.querySelectorAll("button, input, [tabindex]")];
  const held = stops().indexOf(root.getRootNode().activeElement);
  root.replaceChildren(...parts);
  redraw();
  stops()[held]?.focus({ preventScroll: true }); // of more rows the first new one, where the button for them stood
}
