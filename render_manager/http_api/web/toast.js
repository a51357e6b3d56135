// Short messages at the foot of the page, and what a screen reader is told.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const SECONDS = 8;
const place = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
const told = h("div", { class: "unseen", role: "status", "aria-live": "polite" });

export const toasts = [place, told];

/** A sentence; `action` is a button's word and what it does. A fault stays longer. */
export function toast(text, { action, isFault } = {}) {
  const mine = h("div", { class: isFault ? "toast fault" : "toast" }, isFault ? icon("warning") : null, h("span", {}, text));
  const go = () => mine.remove();
  if (action) mine.append(h("button", { class: "link", onclick: () => (go(), action[1]()) }, action[0]));
  mine.append(h("button", { class: "bare", "aria-label": t("Close"), onclick: go }, icon("close")));
  // what lies outside of an open dialog is dimmed and cannot be pressed
  (document.querySelector("dialog[open]") ?? document.body).append(place);
  place.append(mine);
  while (place.children.length > 3) place.firstChild.remove();
  setTimeout(go, SECONDS * (isFault ? 2000 : 1000));
}

/** Say why something did not work. */
export function complain(error) {
  if (error?.name === "AbortError" || error?.status === 401) return;
  const isAway = error instanceof TypeError || error?.status === 0;
  toast(isAway ? t("Render Manager cannot be reached. Try again.") : error.message, { isFault: true });
}

/** For a screen reader alone. */
export function announce(text) {
  told.textContent = text;
}
