// Where a text ends to be JSON. JSON.parse says that in other words in every browser, or not at all.

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const BROKEN_STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

class Wrong {
  constructor(at) { this.at = at; }
}

function reader(text) {
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return Boolean(found);
  };
  const space = () => take(SPACE);
  const next = (letter) => { space(); return text[at] === letter && Boolean(at += 1); };
  const wrong = () => { throw new Wrong(at); };
  const string = () => {
    space();
    if (take(STRING)) return;
    take(BROKEN_STRING);
    wrong();
  };
  const list = (end, entry) => {
    if (next(end)) return;
    do entry(); while (next(","));
    if (!next(end)) wrong();
  };
  const member = () => { string(); if (!next(":")) wrong(); value(); };
  const value = () => {
    space();
    if (text[at] === "\"") string();
    else if (next("{")) list("}", member);
    else if (next("[")) list("]", value);
    else if (!take(SCALAR)) wrong();
  };
  return () => {
    value();
    space();
    if (at < text.length) wrong();
  };
}

// The index of the character at which it goes wrong; -1 if it is JSON.
export function jsonPlace(text) {
  try {
    reader(text)();
    return -1;
  } catch (error) {
    if (error instanceof Wrong) return error.at;
    throw error;
  }
}

// "line 2, column 14" of an index.
export function placeInWords(text, index) {
  const before = text.slice(0, index).split("\n");
  return `line ${before.length}, column ${before.at(-1).length + 1}`;
}

// Bytes of UTF-8 to characters of the text.
export const characters = (text, bytes) => new TextDecoder().decode(new TextEncoder().encode(text).slice(0, bytes)).length;
