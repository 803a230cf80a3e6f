// What this browser remembers of how somebody likes the page. Nothing breaks where it may not.

export function recall(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`koshelf-${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`koshelf-${name}`, JSON.stringify(value));
  } catch { /* a private window, or no room */ }
}
