// The grid of a task's frames: only those in sight are asked for, and only those have elements.
import { get } from "./api.js";
import { h, say, set, soon } from "./dom.js";
import { show } from "./icons.js";
import { on } from "./tasks.js";
import { t } from "./texts.js";
import { complain } from "./toast.js";
import { stateWord } from "./words.js";

const PIECE = 200;
const SPARE_ROWS = 2;
const GAP = 8;

/** `scroller` is what the grid scrolls in; `onOpen` gets the index of a frame that is picked. */
export class FrameGrid {
  constructor(task, scroller, onOpen) {
    this.id = task.id;
    this.total = task.total_frames;
    this.scroller = scroller;
    this.onOpen = onOpen;
    this.frames = new Map();
    this.versions = new Map();
    this.newsAt = new Map();
    this.clock = 0;
    this.asked = new Set();
    this.cells = new Map();
    this.focused = 0;
    this.first = null;
    this.listeners = new Set();
    this.element = h("div", {
      class: "grid", role: "group", "aria-label": t("Frames"),
      onclick: (event) => this.#click(event), onkeydown: (event) => this.#key(event),
    });
    this.draw = () => this.#draw();
    // after a lost connection nobody told what became of them meanwhile
    this.ends = [on("frames", (id, frames) => id === this.id && this.#take(frames)), on("whole", () => this.reload())];
    scroller.addEventListener("scroll", this.draw, { passive: true });
    this.sizes = new ResizeObserver(() => soon(this.draw));
    this.sizes.observe(this.element);
    this.#load(0);
    soon(this.draw);
  }

  close() {
    this.isClosed = true;
    this.ends.forEach((end) => end());
    this.scroller.removeEventListener("scroll", this.draw);
    this.sizes.disconnect();
  }

  /** The task has another number of frames. */
  resize(total) {
    if (total === this.total) return;
    this.total = total;
    this.reload();
  }

  /** Be told when the frame at an index is another one. */
  watch(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  frame(index) {
    this.#load(Math.floor(index / PIECE));
    return this.frames.get(index);
  }

  thumbnail(index) {
    const frame = this.frames.get(index);
    if (!frame?.thumbnail_path) return null;
    return `/api/files/thumbnail/${frame.id}?v=${this.versions.get(index) ?? 0}-${frame.render_time ?? 0}`;
  }

  version(index) {
    return this.versions.get(index) ?? 0;
  }

  focus(index) {
    this.focused = Math.max(0, Math.min(this.total - 1, index));
    this.#reveal();
    this.#draw();
    this.cells.get(this.focused)?.focus({ preventScroll: true });
  }

  /** Ask again for all; what is shown stays until then. */
  reload() {
    this.asked.clear();
    this.first = null;
    this.#load(0);
    soon(this.draw);
  }

  async #load(piece) {
    if (this.asked.has(piece) || this.total === 0) return;
    this.asked.add(piece);
    const began = this.clock;
    try {
      const path = `/api/tasks/${this.id}/frames?offset=${piece * PIECE}&limit=${PIECE}`;
      const found = await get(path);
      if (this.isClosed) return;
      found.forEach((frame, at) => this.#put(piece * PIECE + at, frame, began));
      if (found.length) this.first = found[0].id - piece * PIECE;
      if (this.isBehind) {
        this.isBehind = false;
        return this.reload();
      }
      this.#changed();
    } catch (error) {
      this.asked.delete(piece);
      // of a lost connection the page tells already
      if (!this.isClosed && error.status && error.status !== 404) complain(error);
    }
  }

  #take(frames) {
    if (frames === null) return this.reload();
    if (this.first === null) return void (this.isBehind = true);
    this.clock += 1;
    for (const frame of frames) {
      const index = frame.id - this.first;
      if (index < 0 || index >= this.total) continue;
      this.newsAt.set(index, this.clock);
      this.versions.set(index, this.version(index) + 1);
      this.frames.set(index, frame);
    }
    this.#changed();
  }

  /** An answer may be older than the news that came while it was on its way. */
  #put(index, frame, began) {
    if ((this.newsAt.get(index) ?? 0) <= began) this.frames.set(index, frame);
  }

  #changed() {
    soon(this.draw);
    for (const listener of this.listeners) soon(listener);
  }

  #measure() {
    const width = this.element.clientWidth;
    const style = getComputedStyle(this.element);
    const least = parseFloat(style.getPropertyValue("--cell")) || 104;
    const columns = Math.max(1, Math.floor((width + GAP) / (least + GAP)));
    const side = (width - GAP * (columns - 1)) / columns;
    return { columns, side, height: Math.round((side * 9) / 16) + 24 };
  }

  #draw() {
    if (this.isClosed || !this.element.isConnected || this.element.clientWidth === 0) return;
    const { columns, side, height } = this.#measure();
    Object.assign(this, { columns, step: height + GAP });
    const rows = Math.ceil(this.total / columns);
    this.element.style.height = `${Math.max(0, rows * this.step - GAP)}px`;
    const top = this.scroller.getBoundingClientRect().top - this.element.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / this.step) - SPARE_ROWS) * columns;
    const end = Math.min(this.total, (Math.ceil((top + this.scroller.clientHeight) / this.step) + SPARE_ROWS) * columns);
    for (const [index, cell] of this.cells) {
      if (index >= first && index < end) continue;
      cell.remove();
      this.cells.delete(index);
    }
    for (let index = first; index < end; index += 1) {
      const cell = this.#cell(index);
      cell.style.width = `${side}px`;
      cell.style.height = `${height}px`;
      cell.style.transform = `translate(${(index % columns) * (side + GAP)}px, ${Math.floor(index / columns) * this.step}px)`;
      this.#fill(cell, index);
    }
  }

  #cell(index) {
    if (!this.cells.has(index)) {
      const parts = { picture: h("span", { class: "picture" }), sign: h("span", { class: "sign" }), number: h("span", { class: "figure" }), flag: h("span", { class: "flag" }) };
      const cell = h("button", { class: "frame", "data-index": index }, parts.picture, h("span", { class: "caption" }, parts.sign, parts.number, parts.flag));
      cell.parts = parts;
      this.cells.set(index, cell);
      this.element.append(cell);
    }
    return this.cells.get(index);
  }

  #fill(cell, index) {
    set(cell, "tabindex", index === this.focused ? "0" : "-1");
    const frame = this.frame(index);
    if (!frame) return;
    set(cell, "data-state", frame.status);
    say(cell.parts.number, String(frame.frame_number));
    show(cell.parts.sign, frame.status);
    const isOdd = frame.suspicions.length > 0;
    set(cell, "data-odd", isOdd ? "" : null);
    if (isOdd) show(cell.parts.flag, "warning");
    else if (cell.parts.flag.firstChild) cell.parts.flag.replaceChildren(), delete cell.parts.flag.dataset.icon;
    set(cell, "aria-label", t("Frame {n}, {state}", { n: frame.frame_number, state: stateWord(frame.status) }));
    this.#picture(cell, index, frame.status === "pending" ? null : this.thumbnail(index));
  }

  #picture(cell, index, source) {
    if (cell.source === source) return;
    cell.source = source;
    if (!source) return void cell.parts.picture.replaceChildren();
    const picture = h("img", { alt: "", decoding: "async", draggable: "false" });
    // the old one stays until the new one is there, so that nothing blinks
    picture.onload = () => cell.source === source && cell.parts.picture.replaceChildren(picture);
    picture.src = source;
  }

  #click(event) {
    const cell = event.target.closest(".frame");
    if (!cell) return;
    this.focused = Number(cell.dataset.index);
    this.onOpen(this.focused);
  }

  #key(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.focus(this.focused + steps[event.key]);
  }

  #reveal() {
    const top = Math.floor(this.focused / this.columns) * this.step;
    const box = this.element.getBoundingClientRect();
    const view = this.scroller.getBoundingClientRect();
    if (box.top + top < view.top) this.scroller.scrollTop -= view.top - box.top - top + GAP;
    else if (box.top + top + this.step > view.bottom) this.scroller.scrollTop += box.top + top + this.step - view.bottom + GAP;
  }
}
