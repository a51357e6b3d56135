// Elements without a library, and changes of the page gathered into one a picture.

/** An element; `on…` are listeners, null and false are left out, true is an attribute by itself. */
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** Only what differs is written: a text that stays is not read out again. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function set(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

const due = new Set();

/** Do it before the next picture, once, however often it is asked for. */
export function soon(work) {
  if (due.size === 0) requestAnimationFrame(doAll);
  due.add(work);
}

function doAll() {
  const works = [...due];
  due.clear();
  for (const work of works) work();
}
