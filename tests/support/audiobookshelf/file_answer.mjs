// A file as an answer: whole, or one range of it.

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

// `ranges` false: as behind a proxy that does not know them.
export function sendBytes(exchange, bytes, type, modifiedMillis, { ranges = true } = {}) {
  if (!ranges) return exchange.send(200, type, bytes, {});
  const tag = `W/"${bytes.length.toString(16)}-${Math.round(modifiedMillis).toString(16)}"`;
  const headers = {
    "Accept-Ranges": "bytes", "Cache-Control": "public, max-age=0", ETag: tag,
    "Last-Modified": new Date(modifiedMillis).toUTCString(),
  };
  const condition = exchange.header("if-range");
  const valid = !condition || condition === tag || condition === headers["Last-Modified"];
  const range = valid ? rangeOf(exchange.header("range"), bytes.length) : "none";
  if (range === "none") return exchange.send(200, type, bytes, headers);
  if (range === "unsatisfiable") {
    return exchange.send(416, "text/plain; charset=utf-8", "Range Not Satisfiable",
      { "Content-Range": `bytes */${bytes.length}` });
  }
  const { first, last } = range;
  const part = bytes.subarray(first, last + 1);
  const where = `bytes ${first}-${last}/${bytes.length}`;
  return exchange.send(206, type, part, { ...headers, "Content-Range": where });
}
