// A file as an answer: whole, or one range of it.
import fs from "node:fs";

// {first, last} of the one range asked for, "none" (send all), or "unsatisfiable".
function rangeOf(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return "none";
  if (match[1] === "") {
    const length = Math.min(Number(match[2]), size);
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 };
  }
  const first = Number(match[1]);
  const last = match[2] === "" ? size - 1 : Math.min(Number(match[2]), size - 1);
  return first >= size || first > last ? "unsatisfiable" : { first, last };
}

// Only what is asked for is read: a file may be hundreds of megabytes long.
function partOf(place, first, last) {
  const part = Buffer.alloc(last - first + 1);
  const handle = fs.openSync(place, "r");
  try {
    fs.readSync(handle, part, 0, part.length, first);
  } finally {
    fs.closeSync(handle);
  }
  return part;
}

// `ranges` false: as behind a proxy that does not know them.
export function sendFile(exchange, place, type, modifiedMillis, { ranges = true } = {}) {
  if (!ranges) return exchange.send(200, type, fs.readFileSync(place), {});
  const { size } = fs.statSync(place);
  const tag = `W/"${size.toString(16)}-${Math.round(modifiedMillis).toString(16)}"`;
  const headers = {
    "Accept-Ranges": "bytes", "Cache-Control": "public, max-age=0", ETag: tag,
    "Last-Modified": new Date(modifiedMillis).toUTCString(),
  };
  const condition = exchange.header("if-range");
  const valid = !condition || condition === tag || condition === headers["Last-Modified"];
  const range = valid ? rangeOf(exchange.header("range"), size) : "none";
  if (range === "none") return exchange.send(200, type, fs.readFileSync(place), headers);
  if (range === "unsatisfiable") {
    return exchange.send(416, "text/plain; charset=utf-8", "Range Not Satisfiable",
      { "Content-Range": `bytes */${size}` });
  }
  const { first, last } = range;
  const where = `bytes ${first}-${last}/${size}`;
  return exchange.send(206, type, partOf(place, first, last), { ...headers, "Content-Range": where });
}
