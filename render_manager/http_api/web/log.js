// The log of a run: its end first, then what is added, as long as it is looked at.
import { get } from "./api.js";
import { h } from "./dom.js";
import { tasks } from "./tasks.js";
import { t } from "./texts.js";
import { moment } from "./words.js";

const TAIL = 64 * 1024;
const KEPT = 400;
const LOOK_MS = 1200;

export class LogView {
  constructor(taskId) {
    this.id = taskId;
    this.run = 0;
    this.offset = null;
    this.runs = h("select", { "aria-label": t("Run"), onchange: () => this.#choose(Number(this.runs.value)) });
    this.follow = h("input", { type: "checkbox", checked: true, onchange: () => this.#scroll() });
    this.text = h("pre", { tabindex: "0", "aria-label": t("Log"), onscroll: () => this.#heedScroll() });
    this.link = h("a", { class: "button", download: `task-${taskId}.log` }, t("Download"));
    this.bar = h("div", { class: "logbar" }, this.runs, h("label", { class: "check" }, this.follow, h("span", {}, t("Follow"))), this.link);
    this.none = h("p", { class: "dim nothing" }, t("There is no log yet."));
    this.element = h("div", { class: "log" }, this.bar, this.none, this.text);
    this.bar.hidden = this.text.hidden = true;
  }

  open() {
    this.isOpen = true;
    this.#look();
  }

  close() {
    this.isOpen = false;
    clearTimeout(this.timer);
  }

  /** A run may have begun. */
  heed(task) {
    if (this.runCount !== undefined && task.runs > this.runCount) this.runsAreOld = true;
    this.runCount = task.runs;
  }

  async #look() {
    clearTimeout(this.timer);
    if (!this.isOpen || this.isLooking) return;
    this.isLooking = true;
    try {
      if (!this.run || this.runsAreOld) await this.#findRuns();
      if (this.run) await this.#read();
    } catch {
      // what cannot be reached now is asked for again
    }
    this.isLooking = false;
    if (this.isOpen) this.timer = setTimeout(() => this.#look(), LOOK_MS);
  }

  async #findRuns() {
    const found = await get(`/api/tasks/${this.id}/runs`);
    this.runsAreOld = false;
    if (!found.length) return;
    const isNewest = !this.run || this.run === Number(this.runs.options[0]?.value);
    this.runs.replaceChildren(...found.map((run) => h("option", { value: run.id }, `${moment(run.started_at)} · ${t("frames")} ${run.frames}`)));
    if (isNewest) this.#choose(found[0].id);
    this.runs.value = String(this.run);
    this.bar.hidden = this.text.hidden = false;
    this.none.hidden = true;
  }

  #choose(run) {
    if (run === this.run) return;
    this.run = run;
    this.offset = null;
    this.decoder = new TextDecoder();
    this.text.replaceChildren();
    this.link.href = `/api/tasks/${this.id}/log?run=${run}`;
    this.#look();
  }

  async #read() {
    const run = this.run;
    const path = `/api/tasks/${this.id}/log?run=${run}`;
    const bytes = await (this.offset === null ? this.#readEnd(path) : this.#readFrom(path));
    if (run !== this.run || !bytes.length) return;
    const words = this.decoder.decode(bytes, { stream: true }).replaceAll("\r\n", "\n");
    this.text.append(words);
    while (this.text.childNodes.length > KEPT) this.text.firstChild.remove();
    this.#scroll();
  }

  async #readEnd(path) {
    const reply = await fetch(`${path}&tail=${TAIL}`, { cache: "no-store" });
    if (!reply.ok) return new Uint8Array();
    let bytes = new Uint8Array(await reply.arrayBuffer());
    if (bytes.length < TAIL) {
      this.offset = bytes.length;
      return bytes;
    }
    // only of a range does the server say how long the whole is
    const part = await fetch(path, { cache: "no-store", headers: { Range: `bytes=-${TAIL}` } });
    bytes = new Uint8Array(await part.arrayBuffer());
    this.offset = Number(part.headers.get("content-range").split("/")[1]);
    return bytes;
  }

  async #readFrom(path) {
    const isRunning = (tasks.get(this.id)?.runs ?? 0) > 0;
    if (!isRunning && this.isRead) return new Uint8Array();
    const reply = await fetch(`${path}&offset=${this.offset}`, { cache: "no-store" });
    if (!reply.ok) return new Uint8Array();
    const bytes = new Uint8Array(await reply.arrayBuffer());
    this.offset += bytes.length;
    this.isRead = !isRunning;
    return bytes;
  }

  #scroll() {
    if (this.follow.checked) this.text.scrollTop = this.text.scrollHeight;
  }

  #heedScroll() {
    const isAtEnd = this.text.scrollTop + this.text.clientHeight >= this.text.scrollHeight - 24;
    this.follow.checked = isAtEnd;
  }
}
