// The few pictures of the page, as lines on a grid of 24.
import { svg } from "./svg.js";

const LINES = {
  library: "M5 4h4v16H5zM9 4h4v16H9zM14.5 5l3.6-1 3 15.4-3.6 1z",
  devices: "M7 3h10a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM9 7h6M9 10h6M9 13h3M11 18h2",
  activity: "M3 12h4l3-8 4 16 3-8h4",
  server: "M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01",
  you: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.6-6.5 8-6.5s8 2.5 8 6.5",
  cards: "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
  list: "M4 6h16M4 12h16M4 18h16",
};

export const icon = (name) => svg("svg", { class: "icon", viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true" },
  svg("path", { d: LINES[name] }));
