// The console's QR codes, read by somebody else's decoder: every version, every mask, with damage. `node qr_code.mjs`
import assert from "node:assert/strict";
import jsQR from "jsqr";
import { correction } from "../../html/app/qr/codewords.js";
import { qrCode } from "../../html/app/qr/code.js";

const QUIET = 4; // modules
const SCALE = 4; // pixels
const LARGEST = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213]; // bytes that each version takes

function read(modules) {
  const size = (modules.length + 2 * QUIET) * SCALE;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const dark = modules[Math.floor(y / SCALE) - QUIET]?.[Math.floor(x / SCALE) - QUIET];
      if (dark) pixels.fill(0, 4 * (y * size + x), 4 * (y * size + x) + 3);
    }
  }
  return jsQR(pixels, size, size, { inversionAttempts: "dontInvert" });
}

function textOf(length) {
  const text = `https://bücher.example:7200/${"kosync/0123456789-abcdefghij".repeat(9)}`;
  return new TextDecoder().decode(new TextEncoder().encode(text).slice(0, length));
}

// The standard's own example: the codewords of "01234567" in version 1-M.
const EXAMPLE = [0x10, 0x20, 0x0c, 0x56, 0x61, 0x80, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11];
assert.deepEqual(correction(EXAMPLE, 10), [0xa5, 0x24, 0xd4, 0xc1, 0xed, 0x36, 0xc7, 0x87, 0x2c, 0x55]);

for (const [i, most] of LARGEST.entries()) {
  for (const length of [most, (LARGEST[i - 1] ?? 0) + 1]) {
    const text = textOf(length);
    for (let mask = 0; mask < 8; mask += 1) {
      const code = qrCode(text, mask);
      const found = read(code);
      assert.equal(found?.data, text, `version ${i + 1}, mask ${mask}`);
      assert.equal(found.version, i + 1);
      assert.equal(code.length, 17 + 4 * (i + 1));
    }
    assert.equal(read(qrCode(text))?.data, text);
  }
}

// Level M gets over a blot.
const blotted = qrCode("https://books.example:7200");
for (let y = 10; y < 14; y += 1) for (let x = 10; x < 14; x += 1) blotted[y][x] = true;
assert.equal(read(blotted)?.data, "https://books.example:7200");

assert.equal(qrCode("x".repeat(213)).length, 57);
assert.equal(qrCode("x".repeat(214)), null);
console.log("qr codes: passed");
