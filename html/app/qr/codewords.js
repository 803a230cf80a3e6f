// From bytes to the codewords of a QR code (ISO/IEC 18004), byte mode, level M, versions 1 to 10.

// For each version: codewords in all, error correction codewords of a block, blocks.
const SHAPES = [null, [26, 10, 1], [44, 16, 1], [70, 26, 1], [100, 18, 2], [134, 24, 2], [172, 16, 4], [196, 18, 4], [242, 22, 4],
  [292, 22, 5], [346, 26, 5]];
export const LARGEST = SHAPES.length - 1;
const BYTE_MODE = 0b0100;
const PADDING = [0xec, 0x11];

const dataCodewords = ([all, correction, blocks]) => all - correction * blocks;
const lengthBits = (version) => (version < 10 ? 8 : 16);

// The smallest version that has room for that many bytes; null if none has.
export function versionFor(length) {
  for (let version = 1; version <= LARGEST; version += 1) {
    if (4 + lengthBits(version) + 8 * length <= 8 * dataCodewords(SHAPES[version])) return version;
  }
  return null;
}

// Mode, length, the bytes, and what fills the rest.
function data(bytes, version) {
  const bits = [];
  const put = (value, count) => { for (let i = count - 1; i >= 0; i -= 1) bits.push((value >> i) & 1); };
  const room = 8 * dataCodewords(SHAPES[version]);
  put(BYTE_MODE, 4);
  put(bytes.length, lengthBits(version));
  bytes.forEach((byte) => put(byte, 8));
  put(0, Math.min(4, room - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let i = 0; bits.length < room; i += 1) put(PADDING[i % 2], 8);
  return Array.from({ length: room / 8 }, (_, i) => bits.slice(8 * i, 8 * i + 8).reduce((sum, bit) => 2 * sum + bit, 0));
}

// The field of 256 elements over x^8 + x^4 + x^3 + x^2 + 1, by its powers of two.
const POWERS = [];
for (let i = 0, value = 1; i < 255; i += 1) {
  POWERS.push(value);
  value = value << 1 ^ (value & 0x80 ? 0x11d : 0);
}
const LOGARITHMS = [];
POWERS.forEach((value, i) => { LOGARITHMS[value] = i; });
const multiply = (a, b) => (a && b ? POWERS[(LOGARITHMS[a] + LOGARITHMS[b]) % 255] : 0);

// The product of (x - 2^i), without its leading 1.
function generator(degree) {
  let coefficients = [1];
  for (let i = 0; i < degree; i += 1) {
    const shifted = [...coefficients, 0];
    coefficients.forEach((value, j) => { shifted[j + 1] ^= multiply(value, POWERS[i]); });
    coefficients = shifted;
  }
  return coefficients.slice(1);
}

// What is left of the block's polynomial after division by the generator (Reed and Solomon).
export function correction(block, degree) {
  const divisor = generator(degree);
  const rest = new Array(degree).fill(0);
  for (const value of block) {
    const factor = value ^ rest.shift();
    rest.push(0);
    divisor.forEach((coefficient, i) => { rest[i] ^= multiply(coefficient, factor); });
  }
  return rest;
}

// The blocks' first codewords, then their second ones …; a shorter block has none at the end.
function interleaved(blocks) {
  const longest = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: longest }, (_, i) => blocks.filter((block) => i < block.length).map((block) => block[i])).flat();
}

export function codewords(bytes, version) {
  const [, degree, count] = SHAPES[version];
  const all = data(bytes, version);
  const short = Math.floor(all.length / count);
  const longer = all.length % count; // that many blocks at the end have one more
  let at = 0;
  const blocks = Array.from({ length: count }, (_, i) => {
    const size = short + (i >= count - longer ? 1 : 0);
    at += size;
    return all.slice(at - size, at);
  });
  return [...interleaved(blocks), ...interleaved(blocks.map((block) => correction(block, degree)))];
}
