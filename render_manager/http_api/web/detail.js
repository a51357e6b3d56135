// All about one task: how far it is, what is wrong, its frames, its log, its facts.
import { h, say, set, soon } from "./dom.js";
import { FrameGrid } from "./frames.js";
import { icon, show } from "./icons.js";
import { LogView } from "./log.js";
import { preview } from "./preview.js";
import { on, tasks } from "./tasks.js";
import { t } from "./texts.js";
import { act, change, VERBS } from "./verbs.js";
import { duration, FRAME_ORDERS, framesDone, moment, percent, priorityBand, taskWord, timeLeft } from "./words.js";

const TABS = { frames: "Frames", log: "Log", facts: "Details" };

/** `onClose` is asked when the user goes back to the list. */
export class Detail {
  constructor(task, onClose) {
    this.id = task.id;
    this.onClose = onClose;
    this.body = h("div", { class: "panel", role: "tabpanel", id: "panel" });
    this.grid = new FrameGrid(task, this.body, (index) => preview(this.grid, index));
    this.log = new LogView(task.id);
    this.facts = h("dl", { class: "facts" });
    this.tabs = new Map(Object.keys(TABS).map((name) => [name, this.#tab(name)]));
    this.element = h("section", { class: "detail", "aria-label": t("Task") },
      this.#head(), this.#progress(), (this.actions = h("div", { class: "buttons" })), (this.callout = h("div", { class: "callouts" })),
      h("div", { class: "tabs", role: "tablist", onkeydown: (event) => this.#key(event) }, [...this.tabs.values()]), this.body);
    this.draw = () => tasks.has(this.id) && this.#draw(tasks.get(this.id));
    this.end = on("tasks", (ids) => ids.includes(this.id) && soon(this.draw));
    this.#draw(task);
    this.open("frames");
  }

  close() {
    this.end();
    this.grid.close();
    this.log.close();
    this.element.remove();
  }

  open(name) {
    for (const [each, tab] of this.tabs) {
      set(tab, "aria-selected", String(each === name));
      set(tab, "tabindex", each === name ? "0" : "-1");
    }
    this.log.close();
    this.body.replaceChildren({ frames: this.grid.element, log: this.log.element, facts: this.facts }[name]);
    set(this.body, "data-tab", name);
    set(this.body, "aria-label", t(TABS[name]));
    this.body.scrollTop = 0;
    if (name === "log") this.log.open();
    if (name === "frames") soon(this.grid.draw);
  }

  focus() {
    this.title.focus({ preventScroll: true });
  }

  #tab(name) {
    return h("button", { role: "tab", "aria-controls": "panel", onclick: () => this.open(name) }, t(TABS[name]));
  }

  #key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const names = [...this.tabs.keys()];
    const at = names.findIndex((name) => this.tabs.get(name).getAttribute("aria-selected") === "true");
    const name = names[(at + step + names.length) % names.length];
    this.open(name);
    this.tabs.get(name).focus();
  }

  #head() {
    this.sign = h("span", { class: "sign" });
    this.title = h("h2", { tabindex: "-1" });
    this.about = h("p", { class: "dim" });
    return h("header", {},
      h("button", { class: "bare back", "aria-label": t("Back to the list"), onclick: this.onClose }, icon("back")),
      this.sign, h("div", { class: "titles" }, this.title, this.about),
      h("button", { class: "bare shut", "aria-label": t("Close"), onclick: this.onClose }, icon("close")));
  }

  #progress() {
    this.fill = h("i");
    this.bar = h("span", { class: "bar", role: "progressbar", "aria-label": t("Progress"), "aria-valuemin": 0, "aria-valuemax": 100 }, this.fill);
    this.figures = Object.fromEntries(["state", "percent", "frames", "left"].map((name) => [name, h("span", { class: name })]));
    return h("div", { class: "going" }, this.bar, h("div", { class: "figures" }, Object.values(this.figures)));
  }

  #draw(task) {
    set(this.element, "data-state", task.status);
    show(this.sign, task.held ? "warning" : task.status);
    say(this.title, task.name);
    say(this.about, [task.render_engine, task.camera, ...task.layers].filter(Boolean).join(" · "));
    this.fill.style.transform = `scaleX(${task.progress_percentage / 100})`;
    set(this.bar, "aria-valuenow", Math.floor(task.progress_percentage));
    say(this.figures.state, taskWord(task));
    say(this.figures.percent, percent(task));
    say(this.figures.frames, t("{done} frames", { done: framesDone(task) }));
    const left = timeLeft(task);
    say(this.figures.left, left === "–" ? "" : t("{time} left", { time: left }));
    this.#drawActions(task);
    this.#drawCallouts(task);
    this.#drawFacts(task);
    this.grid.resize(task.total_frames);
    this.log.heed(task);
  }

  #drawActions(task) {
    const fitting = VERBS.filter((verb) => verb.fits(task));
    const shown = fitting.map((verb) => verb.name).join();
    if (this.shown !== shown) {
      this.shown = shown;
      const hadFocus = this.actions.contains(document.activeElement);
      this.priority = this.#prioritySelect();
      this.actions.replaceChildren(
        ...fitting.map((verb) => h("button", { "data-verb": verb.name, onclick: () => act(verb.name, tasks.get(this.id)) }, icon(verb.icon), t(verb.word))),
        h("label", { class: "priority" }, h("span", {}, t("Priority")), this.priority));
      if (hadFocus) this.actions.querySelector("button")?.focus();
    }
    if (document.activeElement !== this.priority) this.priority.value = String(task.priority);
  }

  #prioritySelect() {
    const values = Array.from({ length: 11 }, (_, at) => 10 - at);
    return h("select", { "aria-label": t("Priority"), onchange: () => change(tasks.get(this.id), { priority: Number(this.priority.value) }) },
      values.map((value) => h("option", { value }, `${value} ${priorityBand(value)}`)));
  }

  #drawCallouts(task) {
    const { problem } = task;
    const key = JSON.stringify([task.held, task.error_message, problem, task.warnings, task.suspicious_frames, task.status]);
    if (key === this.told) return;
    this.told = key;
    const made = [];
    if (task.error_message || (problem && task.status !== "completed")) made.push(trouble(task));
    if (task.suspicious_frames) made.push(callout("odd", t("Suspicious frames: {n}", { n: task.suspicious_frames }), [t("Look at the marked frames. A frame that is meant to be so can be accepted there.")]));
    if (task.warnings.length) made.push(callout("odd", t("Warnings"), task.warnings));
    this.callout.replaceChildren(...made);
  }

  #drawFacts(task) {
    const facts = [
      [t("Renderer"), task.render_engine],
      [t("Frames"), task.frames],
      [t("Camera"), task.camera],
      [t("Layers"), task.layers.join(", ")],
      [t("Size"), task.width ? `${task.width} × ${task.height}` : null],
      [t("Scene"), task.project_file],
      [t("Output folder"), task.output_dir],
      ...Object.entries(task.options),
      [t("Retries"), t("{n} of {most}", { n: task.retry_count, most: task.max_retries })],
      [t("Start at"), task.start_at && moment(task.start_at)],
      [t("Hours"), task.hours],
      [t("Ready by"), task.ready_by && moment(task.ready_by)],
      [t("On machines"), task.machines.join(", ")],
      [t("Look at first"), task.approve_after ? t("{n} frames", { n: task.approve_after }) : null],
      [t("Frame order"), task.frame_order === "numbered" ? null : t(FRAME_ORDERS[task.frame_order])],
      [t("Starts after"), task.depends_on.map((each) => `${each.task}${each.by_frame ? "/frame" : ""}`).join(", ")],
      [t("Needs"), Object.entries(task.needs).map(([name, amount]) => `${name}=${amount}`).join(", ")],
      [t("Queued"), moment(task.created_at)],
      [t("Started"), task.started_at && moment(task.started_at)],
      [t("Ended"), task.finished_at && moment(task.finished_at)],
      [t("Time taken"), task.elapsed_seconds ? duration(task.elapsed_seconds) : null],
      [t("Number"), String(task.id)],
    ].filter(([, value]) => value);
    const key = JSON.stringify(facts);
    if (key === this.written) return;
    this.written = key;
    this.facts.replaceChildren(...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }
}

function trouble(task) {
  const { problem } = task;
  const lines = [problem?.cause, problem?.advice, task.error_message].filter(Boolean);
  const head = task.held ? t("Held: Render Manager paused it") : task.status === "failed" ? t("It failed") : t("What went wrong last");
  const made = callout("bad", head, [...new Set(lines)]);
  if (problem?.text) made.append(h("pre", { tabindex: "0", "aria-label": t("The line of the log") }, problem.text));
  return made;
}

function callout(kind, head, lines) {
  return h("div", { class: `callout ${kind}` }, icon("warning"), h("div", {}, h("b", {}, head), lines.map((line) => h("p", {}, line))));
}
