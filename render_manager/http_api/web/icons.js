// The signs of the desktop window: lines on a square of 16.
const LINES = {
  pending: ["c", "M8 5v3.2l2 1.3"],
  running: ["c", "M6.7 5.6v4.8L10.4 8z"],
  rendering: ["c", "M6.7 5.6v4.8L10.4 8z"],
  paused: ["c", "M6.5 6v4M9.5 6v4"],
  completed: ["c", "M5.5 8.2l1.8 1.8 3.3-3.7"],
  failed: ["M8 2l6 6-6 6-6-6z", "M8 5.2v3.2M8 10.7v.01"],
  cancelled: ["c", "M4.2 4.2l7.6 7.6"],
  add: ["M8 3v10M3 8h10"],
  back: ["M9.5 3.5L5 8l4.5 4.5"],
  next: ["M6.5 3.5L11 8l-4.5 4.5"],
  close: ["M4.5 4.5l7 7M11.5 4.5l-7 7"],
  cancel: ["M4 4l8 8M12 4l-8 8"],
  download: ["M8 3v7M5 7.3l3 3 3-3M3 13h10"],
  drop: ["M8 2.5v7M5 6.8l3 3 3-3M2.5 10.5v3h11v-3"],
  duplicate: ["M5.5 5.5h8v8h-8z", "M10.5 5.5v-3h-8v8h3"],
  key: ["M5.5 8a2.5 2.5 0 1 1 0-.01M8 8h5.5M11.5 8v2.2"],
  movie: ["M2.5 4h11v8h-11z", "M5 4v8M11 4v8M2.5 8H5M11 8h2.5"],
  pause: ["M5.5 3.5v9M10.5 3.5v9"],
  remove: ["M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4"],
  resume: ["M5 3.3v9.4l7.5-4.7z"],
  retry: ["M13 8a5 5 0 1 1-1.6-3.7", "M13 2.5v2.7h-2.7"],
  search: ["M11 7a4 4 0 1 1 0-.01M10 10l3.5 3.5"],
  theme: ["c", "M8 2.5v11M8 4.5l3.5 1.8M8 7.5l5 .8M8 10.8l4-.4"],
  warning: ["M8 2.5l6 11H2z", "M8 6.7v3M8 11.6v.01"],
};

const SVG = "http://www.w3.org/2000/svg";
const drawn = new Map();

/** A sign; decoration, so that what it means is said in words beside it. */
export function icon(name) {
  if (!drawn.has(name)) drawn.set(name, draw(name));
  return drawn.get(name).cloneNode(true);
}

function draw(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const line of LINES[name]) svg.append(line === "c" ? circle() : path(line));
  return svg;
}

function circle() {
  const made = document.createElementNS(SVG, "circle");
  for (const [name, value] of [["cx", 8], ["cy", 8], ["r", 5.5]]) made.setAttribute(name, value);
  return made;
}

function path(line) {
  const made = document.createElementNS(SVG, "path");
  made.setAttribute("d", line);
  return made;
}

/** Change the sign in `element`, if it is another one. */
export function show(element, name) {
  if (element.dataset.icon === name) return;
  element.dataset.icon = name;
  element.replaceChildren(icon(name));
}
