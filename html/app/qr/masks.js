// The eight masks of a QR code, and how hard a code is to read.

export const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

// Four light modules beside what looks like a finder pattern.
const FINDERS = [[1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1]];

function runs(line) {
  let score = 0;
  let length = 0;
  line.forEach((dark, i) => {
    length = i > 0 && dark === line[i - 1] ? length + 1 : 1;
    if (length === 5) score += 3;
    else if (length > 5) score += 1;
  });
  return score;
}

const lookalikes = (line) => line.reduce((score, _, at) => score
  + 40 * FINDERS.filter((pattern) => pattern.every((dark, i) => line[at + i] === Boolean(dark))).length, 0);

function blocks(modules) {
  let score = 0;
  for (let y = 1; y < modules.length; y += 1) {
    for (let x = 1; x < modules.length; x += 1) {
      const dark = modules[y][x];
      if (dark === modules[y - 1][x] && dark === modules[y][x - 1] && dark === modules[y - 1][x - 1]) score += 3;
    }
  }
  return score;
}

function imbalance(modules) {
  const dark = modules.flat().filter(Boolean).length;
  return 10 * Math.floor(Math.abs((dark * 20) / modules.length ** 2 - 10));
}

// The standard's penalty: the lower, the better.
export function penalty(modules) {
  const columns = modules.map((_, x) => modules.map((row) => row[x]));
  const lines = [...modules, ...columns].reduce((sum, line) => sum + runs(line) + lookalikes(line), 0);
  return lines + blocks(modules) + imbalance(modules);
}
