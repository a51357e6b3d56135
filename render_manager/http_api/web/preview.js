// One frame, large: the picture itself where a browser can show it, else its thumbnail.
import { post } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";
import { complain } from "./toast.js";
import { precise, stateWord, suspicionWord } from "./words.js";

const SHOWN = /\.(png|jpe?g|webp|gif|avif|bmp)$/i;

/** Open it at the frame of `grid` with this index. */
export function preview(grid, index) {
  new Preview(grid, index);
}

class Preview {
  constructor(grid, index) {
    this.grid = grid;
    this.index = index;
    this.title = h("h2");
    this.stage = h("div", { class: "stage", tabindex: "-1", autofocus: true });
    this.about = h("div", { class: "about" });
    this.actions = h("div", { class: "buttons" });
    this.previous = h("button", { class: "bare step", "aria-label": t("Previous frame"), onclick: () => this.#go(-1) }, icon("back"));
    this.next = h("button", { class: "bare step", "aria-label": t("Next frame"), onclick: () => this.#go(1) }, icon("next"));
    this.dialog = h("dialog", { class: "preview", "aria-label": t("Frame"), onclose: () => this.#end(), onkeydown: (event) => this.#key(event) },
      h("header", {}, this.title, h("button", { class: "bare", "aria-label": t("Close"), onclick: () => this.dialog.close() }, icon("close"))),
      h("div", { class: "theatre" }, this.previous, this.stage, this.next),
      h("footer", {}, this.about, this.actions));
    this.unwatch = grid.watch((this.draw = () => this.#draw()));
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.#draw();
  }

  #go(step) {
    const to = this.index + step;
    if (to < 0 || to >= this.grid.total) return;
    this.index = to;
    this.#draw();
  }

  #key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.#go(step);
  }

  #end() {
    this.unwatch();
    this.dialog.remove();
    this.grid.focus(this.index);
  }

  #draw() {
    const frame = this.grid.frame(this.index);
    this.previous.disabled = this.index === 0;
    this.next.disabled = this.index === this.grid.total - 1;
    if (!frame || this.drawn === frame) return;
    this.drawn = frame;
    this.title.replaceChildren(h("span", { class: "sign", "data-state": frame.status }, icon(frame.status)),
      h("span", {}, t("Frame {n}", { n: frame.frame_number })), h("small", {}, stateWord(frame.status)));
    this.#show(frame);
    this.#describe(frame);
    this.actions.replaceChildren(...this.#buttons(frame));
  }

  #show(frame) {
    const isDone = frame.status === "completed" || frame.status === "failed";
    const file = frame.files[0];
    const sources = [this.grid.thumbnail(this.index)];
    if (isDone && file && SHOWN.test(file)) sources.push(`/api/files/download/${frame.id}?v=${this.grid.version(this.index)}`);
    const [small, large] = sources;
    if (!isDone || !(small || large)) {
      const words = frame.status === "failed" ? t("There is no picture of this frame.") : t("This frame is not rendered yet.");
      this.stage.replaceChildren(h("p", { class: "dim" }, words));
      return;
    }
    const alt = t("Frame {n}", { n: frame.frame_number });
    if (small) this.stage.replaceChildren(h("img", { src: small, alt, class: "small" }));
    else this.stage.replaceChildren();
    if (large) {
      const picture = h("img", { alt });
      picture.onload = () => this.drawn === frame && this.stage.replaceChildren(picture);
      picture.src = large;
    }
  }

  #describe(frame) {
    const lines = [];
    if (frame.error_message) lines.push(h("p", { class: "bad" }, icon("warning"), frame.error_message));
    if (frame.suspicions.length) lines.push(h("p", { class: "odd" }, icon("warning"), t("Suspicious: {why}", { why: frame.suspicions.map(suspicionWord).join(", ") })));
    if (frame.render_time !== null) lines.push(h("p", { class: "dim" }, t("Rendered in {time}", { time: precise(frame.render_time) })));
    this.about.replaceChildren(...lines);
  }

  #buttons(frame) {
    const links = frame.files.map((file) => {
      const name = file.split(/[\\/]/).pop();
      const path = `/api/files/download/${frame.id}?file=${encodeURIComponent(name)}`;
      return h("a", { class: "button", href: path, download: name, title: name }, icon("download"), h("span", {}, frame.files.length > 1 ? name : t("Download")));
    });
    const send = (verb) => post(`/api/tasks/${frame.task_id}/frames/${verb}`, { frames: [frame.frame_number] }).catch(complain);
    if (frame.suspicions.length) links.push(h("button", { onclick: () => send("accept") }, icon("completed"), t("As intended")));
    if (frame.status === "completed" || frame.status === "failed") links.push(h("button", { onclick: () => send("retry") }, icon("retry"), t("Render again")));
    return links;
  }
}
