// MD5 (RFC 1321) of a text's UTF-8 bytes, as 32 lower-case hex digits: what a KOReader makes of a password.

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) >>> 0);

const rotate = (value, by) => (value << by) | (value >>> (32 - by));

// The message with a one bit, zeros, and its length in bits, as 32-bit words.
function padded(bytes) {
  const words = new Uint32Array((((bytes.length + 8) >>> 6) + 1) * 16);
  bytes.forEach((byte, i) => { words[i >> 2] |= byte << ((i % 4) * 8); });
  words[bytes.length >> 2] |= 0x80 << ((bytes.length % 4) * 8);
  words[words.length - 2] = bytes.length * 8;
  words[words.length - 1] = Math.floor(bytes.length / 2 ** 29);
  return words;
}

// The mixing function and the word that a step takes.
function step(i, b, c, d) {
  if (i < 16) return [(b & c) | (~b & d), i];
  if (i < 32) return [(d & b) | (~d & c), (5 * i + 1) % 16];
  if (i < 48) return [b ^ c ^ d, (3 * i + 5) % 16];
  return [c ^ (b | ~d), (7 * i) % 16];
}

export function md5(text) {
  const words = padded(new TextEncoder().encode(text));
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d] = state;
    for (let i = 0; i < 64; i += 1) {
      const [mixed, word] = step(i, b, c, d);
      const sum = (a + mixed + SINES[i] + words[block + word]) | 0;
      [a, d, c, b] = [d, c, b, (b + rotate(sum, SHIFTS[(i >> 4) * 4 + (i % 4)])) | 0];
    }
    [a, b, c, d].forEach((value, i) => { state[i] += value; });
  }
  return Array.from(new Uint8Array(state.buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
