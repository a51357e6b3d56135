// How states and figures are written.
import { language } from "./choices.js";
import { t } from "./texts.js";

/** Orders other than by number. */
export const FRAME_ORDERS = {
  ends_first: "First, middle and last, then the others",
  every_4th: "Every 4th, then finer",
  every_8th: "Every 8th, then finer",
  every_16th: "Every 16th, then finer",
  every_32nd: "Every 32nd, then finer",
};

export const STATES = ["running", "pending", "paused", "completed", "failed", "cancelled"];
const LOCALE = language === "zh" ? "zh-CN" : "en";

const STATE_WORDS = {
  pending: "Pending",
  running: "Running",
  rendering: "Rendering",
  paused: "Paused",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};
const PHASE_WORDS = { loading: "Loading", compiling: "Compiling", finalizing: "Finishing" };
const SUSPICION_WORDS = {
  black: "all black",
  flat: "all one colour",
  transparent: "fully transparent",
  nan: "values that are no numbers (NaN)",
  inf: "infinite values",
  missing_buckets: "missing tiles",
  same_as_neighbour: "the same picture as the frame before",
  brightness: "brightness unlike the frames around it",
  file_size: "file size unlike the frames around it",
  watermark: "a watermark, for want of a licence",
};

export const stateWord = (state) => t(STATE_WORDS[state] ?? state);
export const suspicionWord = (name) => t(SUSPICION_WORDS[name] ?? name);

/** What a task is at, with what is about to become of it. */
export function taskWord(task) {
  if (task.held) return t("Held");
  if (task.runs && task.status === "paused") return t("Pausing");
  if (task.runs && task.status === "cancelled") return t("Cancelling");
  if (task.status === "running" && PHASE_WORDS[task.phase]) return t(PHASE_WORDS[task.phase]);
  return stateWord(task.status);
}

export function framesDone(task) {
  return task.total_frames ? `${task.completed_frames}/${task.total_frames}` : "–";
}

export function percent(task) {
  return `${Math.floor(task.progress_percentage)} %`;
}

/** “4:05” or “1:04:05”. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.floor(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** “3.2 s” below a minute. */
export function precise(seconds) {
  return seconds < 60 ? t("{n} s", { n: seconds.toFixed(1) }) : duration(seconds);
}

/** “12–18 min”, in the unit that gives short figures. */
export function timeLeft(task) {
  if (!task.seconds_left || !["running", "pending"].includes(task.status)) return "–";
  const [low, high] = task.seconds_left;
  const [unit, text] =
    high < 120 ? [1, "{low}–{high} s"] : high < 7200 ? [60, "{low}–{high} min"] : [3600, "{low}–{high} h"];
  const ends = [low, high].map((end) => Math.round(end / unit));
  return ends[0] === ends[1] ? duration((low + high) / 2) : t(text, { low: ends[0], high: ends[1] });
}

const CLOCK = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });

export function moment(seconds) {
  return seconds === null ? "–" : CLOCK.format(seconds * 1000);
}

export function priorityBand(priority) {
  return t(priority <= 3 ? "Low" : priority <= 7 ? "Normal" : "High");
}

export function size(bytes) {
  const unit = ["B", "kB", "MB", "GB", "TB"][Math.min(4, Math.floor(Math.log10(bytes || 1) / 3))];
  const power = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }[unit];
  return `${(bytes / power).toFixed(unit === "B" ? 0 : 1)} ${unit}`;
}
