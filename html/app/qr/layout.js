// Where what stands in a QR code: the fixed patterns, and the way of the data.

const ALIGNMENT = [[], [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];
const VERSION_GENERATOR = 0x1f25;
const FORMAT_GENERATOR = 0x537;
const FORMAT_MASK = 0x5412;
const LEVEL_M = 0b00;

export const sizeOf = (version) => 17 + 4 * version;

// `value` with the remainder of its polynomial division, which protects it.
function guarded(value, generator, bits) {
  let rest = value << bits;
  for (let i = 31 - Math.clz32(rest); i >= bits; i = 31 - Math.clz32(rest)) rest ^= generator << (i - bits);
  return (value << bits) | rest;
}

// A square of modules: null where the data goes, else true (dark) or false.
function frame(version) {
  const size = sizeOf(version);
  const modules = Array.from({ length: size }, () => new Array(size).fill(null));
  const put = (x, y, dark) => { if (modules[y]?.[x] !== undefined) modules[y][x] = dark; };
  const rings = (x, y, reach, isDark) => {
    for (let dy = -reach; dy <= reach; dy += 1) {
      for (let dx = -reach; dx <= reach; dx += 1) put(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  };
  for (let i = 0; i < size; i += 1) {
    put(6, i, i % 2 === 0);
    put(i, 6, i % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) rings(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  const places = ALIGNMENT[version];
  const last = places.at(-1);
  for (const x of places) {
    for (const y of places) {
      const corner = (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6);
      if (!corner) rings(x, y, 2, (ring) => ring !== 1);
    }
  }
  return modules;
}

function putVersion(modules, version) {
  if (version < 7) return;
  const bits = guarded(version, VERSION_GENERATOR, 12);
  for (let i = 0; i < 18; i += 1) {
    const [far, near] = [modules.length - 11 + (i % 3), Math.floor(i / 3)];
    const dark = Boolean((bits >> i) & 1);
    modules[near][far] = dark;
    modules[far][near] = dark;
  }
}

// Twice, around the three large squares. Also the one module that is always dark.
export function putFormat(modules, mask) {
  const size = modules.length;
  const bits = guarded((LEVEL_M << 3) | mask, FORMAT_GENERATOR, 10) ^ FORMAT_MASK;
  const bit = (i) => Boolean((bits >> i) & 1);
  for (let i = 0; i < 15; i += 1) {
    const down = i < 6 ? i : i < 8 ? i + 1 : size - 15 + i;
    modules[down][8] = bit(i);
    const across = i < 8 ? size - 1 - i : i === 8 ? 7 : 14 - i;
    modules[8][across] = bit(i);
  }
  modules[size - 8][8] = true;
}

// The modules that are the data's, in its order: two columns wide, from the lower right, up and down.
function way(modules) {
  const size = modules.length;
  const places = [];
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right -= 1; // the column of the timing pattern
    for (let step = 0; step < size; step += 1) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) if (modules[y][x] === null) places.push([x, y]);
    }
  }
  return places;
}

// {modules, places}: everything but mask and format. `places` are those of the data.
export function laidOut(codewords, version) {
  const modules = frame(version);
  putVersion(modules, version);
  putFormat(modules, 0);
  const places = way(modules);
  places.forEach(([x, y], i) => { modules[y][x] = Boolean((codewords[i >> 3] >> (7 - (i % 8))) & 1); });
  return { modules, places };
}
