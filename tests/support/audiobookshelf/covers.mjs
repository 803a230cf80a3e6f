// Covers of one pixel, in the format that the server would choose; or the PNG that an item has of its own.

const base64 = (text) => Buffer.from(text, "base64");
const hex = (text) => Buffer.from(text.replaceAll(" ", ""), "hex");

// A baseline JPEG, segment by segment: quantization, frame, two Huffman tables of one code each, scan.
const HUFFMAN = `01${"00".repeat(15)} 00`;
const JPEG = `ffd8 ffdb0043 00${"01".repeat(64)} ffc0000b 08 0001 0001 01 011100 ffc40014 00${HUFFMAN}`
  + ` ffc40014 10${HUFFMAN} ffda0008 01 0100 003f00 3f ffd9`;

const PIXELS = {
  png: base64("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    + "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  webp: base64("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"),
  jpeg: hex(JPEG),
};

// {type, bytes}: the original (a PNG) with `raw=1`, else as `format` or Accept want it.
export function cover(query, accept = "*/*", own = null) {
  if (typeof own === "string") return { type: "image/png", bytes: base64(own) };
  const acceptsWebp = accept.includes("*/*") || accept.includes("image/webp");
  const format = query.get("raw") === "1" ? "png" : query.get("format") ?? (acceptsWebp ? "webp" : "jpeg");
  const known = PIXELS[format] ? format : "jpeg";
  return { type: `image/${known}`, bytes: PIXELS[known] };
}
