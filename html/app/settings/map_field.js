// A map of the settings: as a table and as the JSON that it is, in step with each other.
import { chips, el, fill } from "../dom.js";
import { characters, jsonPlace, placeInWords } from "./json_place.js";
import { mapOf, mapTable, rowsOf } from "./map_table.js";

const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// The map; null with `fail(message, index)` called if the text is none. No text is an empty map.
function parsed(text, fail) {
  const place = text.trim() ? jsonPlace(text) : -1;
  if (place >= 0) return fail(`This is no JSON from ${placeInWords(text, place)} on.`, place);
  const value = text.trim() ? JSON.parse(text) : {};
  return isMap(value) ? value : fail("This has to be an object: {\"name\": …}.", 0);
}

export const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

function doubled(rows) {
  const seen = new Set();
  return rows.find((row) => row.name && (seen.has(row.name) || !seen.add(row.name)));
}

// The text of the map with room for what is wrong with it: {area, note, say(message), select(index)}.
function textOf(id, shown, hint) {
  const area = el("textarea", { id, class: "mono", rows: 8, spellcheck: "false", autocomplete: "off",
    "aria-describedby": `${id}-note`, value: shown });
  const note = el("span", { id: `${id}-note`, class: "hint" }, hint);
  const say = (message) => {
    note.textContent = message || hint;
    note.classList.toggle("wrong", Boolean(message));
    if (message) area.setAttribute("aria-invalid", "true");
    else area.removeAttribute("aria-invalid");
  };
  const select = (index) => {
    area.focus();
    area.setSelectionRange(index, index + 1);
  };
  area.addEventListener("input", () => say(""));
  return { area, note, say, select };
}

// What keeps the rows from being a map: {words, row}, or null.
function rowTrouble(kind, rows) {
  const nameless = rows.find((row) => !row.name && Object.values(row.cells).some(Boolean));
  if (nameless) return { row: nameless, words: `A row has no ${kind.nameWords.toLowerCase()}.` };
  const twice = doubled(rows);
  return twice ? { row: twice, words: `${twice.name} has two rows.` } : null;
}

// {element, input, text(), fail(message, byte offset), check()}: `check` says next to the place what is wrong, and false.
export function mapField(kind, label, shown, hint, suggestions) {
  const id = `map-${kind.nameWords.toLowerCase()}`;
  const { area, note, say, select } = textOf(id, shown, hint);
  const place = el("div");
  const rows = [];
  const failAt = (message, index) => {
    ways.press("json");
    fill(place, area);
    say(message);
    select(index);
    return null;
  };
  const write = () => {
    const map = mapOf(kind, rows);
    area.value = Object.keys(map).length || area.value.trim() ? JSON.stringify(map, null, 2) : "";
    say("");
  };
  const table = mapTable(kind, rows, write, suggestions);
  const show = (way) => {
    if (way === "json") return fill(place, area);
    const map = parsed(area.value, failAt);
    if (!map) return null;
    say("");
    // A row that is half filled has no name yet, and is in no JSON.
    rows.splice(0, rows.length, ...rowsOf(kind, map), ...rows.filter((row) => !row.name));
    table.draw();
    return fill(place, table.element);
  };
  const ways = chips(`${label}, shown as`, [["table", "Table"], ["json", "JSON"]], "table", show);
  if (jsonPlace(area.value || "{}") < 0) show("table");
  else { ways.press("json"); fill(place, area); }
  const check = () => {
    const trouble = table.element.isConnected ? rowTrouble(kind, rows) : null;
    if (!trouble) return area.value === shown || Boolean(parsed(area.value, failAt)); // what was wrong before hinders nobody
    say(trouble.words);
    trouble.row.input.focus();
    return false;
  };
  const fail = (message, offset) => {
    if (offset === undefined) say(message);
    else failAt(message, characters(area.value, offset));
    if (message) note.scrollIntoView({ block: "nearest" });
  };
  const element = el("div", { class: "field map-field" },
    el("div", { class: "map-top" }, el("label", { for: id }, label), ways), place, note);
  return { element, input: area, text: () => area.value, fail, check };
}
