// Covers of one pixel, in the format that the server would choose.

const PIXELS = {
  png: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  webp: "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
  jpeg: "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP///////////////////////////////////////////////////////////////////////"
    + "///////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=",
};

// {type, bytes}: the original (a PNG) with `raw=1`, else as `format` or Accept want it.
export function cover(query, accept = "*/*") {
  const acceptsWebp = accept.includes("*/*") || accept.includes("image/webp");
  const format = query.get("raw") === "1" ? "png" : query.get("format") ?? (acceptsWebp ? "webp" : "jpeg");
  const known = PIXELS[format] ? format : "jpeg";
  return { type: `image/${known}`, bytes: Buffer.from(PIXELS[known], "base64") };
}
