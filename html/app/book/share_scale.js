// The scale of a history: how far, in shares of the book.
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25];

// Ends and lines of the scale: all of the book, or the part of it that was read, if that is small.
export function shareScale(shares) {
  let low = Math.min(...shares);
  let high = Math.max(...shares);
  if (high - low > 0.6 || low === high) [low, high] = [0, 1];
  const step = STEPS.find((each) => (high - low) / each <= 4.5) ?? 0.25;
  low = Math.max(0, Math.floor(low / step + 1e-9) * step);
  high = Math.min(1, Math.ceil(high / step - 1e-9) * step);
  const lines = [];
  for (let share = low; share < high + step / 2; share += step) lines.push(Math.min(1, share));
  return { low, high, lines };
}
