// The event stream: connects again by itself, with longer and longer pauses.
import { forgetArriving, take } from "./tasks.js";

const LONGEST_MS = 15_000;
const QUIET_MS = 500;
let socket = null;
let tries = 0;
let timer = 0;
let isWanted = false;
let tell = () => {};

/** `onState` hears "open", or "lost" with the time of the next try. */
export function connect(onState) {
  tell = onState;
  isWanted = true;
  open();
}

export function disconnect() {
  isWanted = false;
  clearTimeout(timer);
  socket?.close();
}

export function tryNow() {
  clearTimeout(timer);
  open();
}

function open() {
  if (socket) return;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = new WebSocket(`${scheme}://${location.host}/api/events`);
  socket = mine;
  mine.onopen = () => {
    tries = 0;
    tell("open");
  };
  mine.onmessage = (event) => take(JSON.parse(event.data));
  mine.onclose = () => {
    socket = null;
    forgetArriving();
    if (isWanted) tryLater();
  };
}

function tryLater() {
  const pause = Math.min(LONGEST_MS, QUIET_MS * 2 ** tries) * (0.75 + Math.random() / 2);
  tries += 1;
  tell("lost", Date.now() + pause);
  timer = setTimeout(open, pause);
}

addEventListener("online", () => isWanted && tryNow());
addEventListener("visibilitychange", () => {
  if (isWanted && !document.hidden && !socket) tryNow();
});
