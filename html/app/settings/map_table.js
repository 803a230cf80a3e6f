// A map of the settings as a table whose rows can be added, edited and removed.
import { button, el, fill, tick } from "../dom.js";
import { RARE_COLUMNS, USER_COLUMNS } from "./words.js";

// How a kind of map is read into rows {name, cells} and written again. What a row does not show of its entry stays.
export const USERS = {
  nameWords: "Account",
  columns: USER_COLUMNS,
  nothing: "Nobody is named yet.",
  read: (entry) => (typeof entry === "string" ? { api_key: entry } : { ...entry }),
  write: (cells) => Object.fromEntries(Object.entries(cells).filter(([, value]) => value !== "")),
};
export const DOCUMENTS = {
  nameWords: "Document",
  columns: [["item", "Library item", false]],
  nothing: "No book is fixed by hand.",
  read: (entry) => ({ item: entry }),
  write: (cells) => cells.item ?? "",
};

export const rowsOf = (kind, map) => Object.entries(map).map(([name, entry]) => ({ name, cells: kind.read(entry) }));

export function mapOf(kind, rows) {
  return Object.fromEntries(rows.filter((row) => row.name).map((row) => [row.name, kind.write(row.cells)]));
}

const cell = (label, input) => el("td", { "data-label": label }, input);

function rowElement(kind, columns, row, { changed, remove, suggestions }) {
  const input = (label, value, set, more = {}) => el("input",
    { value: value ?? "", "aria-label": label, autocomplete: "off", spellcheck: "false",
    autocapitalize: "none", ...more, oninput: (event) => { set(event.target.value.trim()); changed(); } });
  const called = () => row.name || "the new row";
  const name = input(kind.nameWords, row.name, (value) => { row.name = value; }, { list: suggestions });
  row.input = name;
  return el("tr", {}, cell(kind.nameWords, name), columns.map(([key, words, secret]) => cell(words,
    input(`${words} of ${called()}`, row.cells[key], (value) => { row.cells[key] = value; }, { class: secret ? "mono" : null }))),
  el("td", { class: "row-end" }, button("Remove", () => remove(row), { class: "plain", "aria-label": `Remove ${called()}` })));
}

// `rows` is edited in place, `changed()` called after. {element, draw()}
export function mapTable(kind, rows, changed, suggestions = null) {
  const element = el("div", { class: "map-table" });
  let rare = false;
  let removed = null; // {row, at}: the last one, for whoever wants it back
  const used = (key) => rows.some((row) => row.cells[key]);
  const draw = () => {
    const columns = kind.columns.filter(([key]) => rare || !RARE_COLUMNS.includes(key) || used(key));
    const remove = (row) => {
      removed = { row, at: rows.indexOf(row) };
      rows.splice(removed.at, 1);
      changed();
      draw();
    };
    const restore = () => {
      rows.splice(removed.at, 0, removed.row);
      removed = null;
      changed();
      draw();
    };
    const add = () => {
      rows.push({ name: "", cells: {} });
      draw();
      rows.at(-1).input.focus();
    };
    const more = tick("Show user id and token", { checked: rare, onchange: () => { rare = more.input.checked; draw(); } });
    fill(element, rows.length ? el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, kind.nameWords),
      columns.map(([, words]) => el("th", { scope: "col" }, words)),
        el("th", { scope: "col" }, el("span", { class: "unseen" }, "Remove")))),
    el("tbody", {}, rows.map((row) => rowElement(kind, columns, row, { changed, remove, suggestions }))))
      : el("p", { class: "quiet" }, kind.nothing),
    el("div", { class: "actions" }, button("Add a row", add, { class: "second small" }),
      removed ? button(`Put ${removed.row.name || "the row"} back`, restore, { class: "plain" }) : null,
      kind.columns.length > 2 ? more.element : null));
  };
  draw();
  return { element, draw };
}
