// The tasks: as many rows as can be seen, however many there are.
import { h, say, set, soon } from "./dom.js";
import { icon, show } from "./icons.js";
import { count, on, rank, tasks } from "./tasks.js";
import { t } from "./texts.js";
import { framesDone, percent, stateWord, STATES, taskWord, timeLeft } from "./words.js";

const SPARE = 6;
const MANY = 1000;
const COLLATOR = new Intl.Collator(undefined, { numeric: true });
const ORDERS = {
  newest: ["Newest first", (a, b) => b.id - a.id],
  turn: ["By turn", (a, b) => b.priority - a.priority || rank(a.id) - rank(b.id)],
  state: ["By state", (a, b) => STATES.indexOf(a.status) - STATES.indexOf(b.status) || b.id - a.id],
  name: ["By name", (a, b) => COLLATOR.compare(a.name, b.name) || b.id - a.id],
  progress: ["By progress", (a, b) => b.progress_percentage - a.progress_percentage || b.id - a.id],
};

/** `onChosen` gets the id of the task that the user picks. `whenEmpty` is what stands there without.
 * `onFound` is called when the tasks were sifted. */
export class TaskList {
  constructor(onChosen, whenEmpty) {
    this.onChosen = onChosen;
    this.onFound = () => {};
    this.chosen = null;
    this.state = "";
    this.sought = "";
    this.order = "newest";
    this.found = [];
    this.rows = new Map();
    this.isWhole = false;
    this.chips = new Map(["", ...STATES].map((state) => [state, this.#chip(state)]));
    this.search = h("input", {
      type: "search", placeholder: t("Search"), "aria-label": t("Search tasks by name or path"),
      oninput: () => this.#sift({ sought: this.search.value.trim().toLowerCase() }),
    });
    this.sorting = h("select", { "aria-label": t("Order"), onchange: () => this.#sift({ order: this.sorting.value }) },
      Object.entries(ORDERS).map(([name, [words]]) => h("option", { value: name }, t(words))));
    this.spacer = h("div", { class: "rows", role: "presentation" });
    this.body = h("div", {
      class: "list", role: "listbox", tabindex: "0", "aria-label": t("Tasks"), onscroll: () => soon(this.draw),
      onkeydown: (event) => this.#key(event), onclick: (event) => this.#click(event),
    }, (this.head = this.#head()), this.spacer);
    this.empty = h("div", { class: "nothing" }, whenEmpty);
    this.none = h("div", { class: "nothing" }, h("p", {}, t("No task is like that.")),
      h("button", { onclick: () => this.showAll() }, t("Show all")));
    this.element = h("section", { class: "tasks", "aria-label": t("Tasks") },
      h("div", { class: "sieve" },
        h("div", { class: "chips", role: "group", "aria-label": t("Show only") }, [...this.chips.values()]),
        h("div", { class: "seek" }, h("label", { class: "search" }, icon("search"), this.search), this.sorting)),
      h("div", { class: "listing" }, this.body, this.empty, this.none));
    this.draw = () => this.#draw();
    this.resift = () => this.#find();
    on("tasks", () => this.#heed());
    on("whole", () => ((this.isWhole = true), soon(this.resift)));
    new ResizeObserver(() => soon(this.draw)).observe(this.body);
    soon(this.resift);
  }

  choose(id) {
    this.chosen = id;
    soon(this.draw);
  }

  showAll() {
    this.search.value = "";
    this.#sift({ state: "", sought: "" });
  }

  /** Rows in sight are drawn at once; many tasks are put in order a few times a second. */
  #heed() {
    soon(this.draw);
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      soon(this.resift);
    }, tasks.size > MANY ? 300 : 0);
  }

  #head() {
    const names = ["", t("Task"), t("State"), t("Progress"), t("Frames"), t("Time left"), t("Priority")];
    return h("div", { class: "row head", "aria-hidden": "true" }, names.map((name, at) => h("span", { class: CELLS[at] }, name)));
  }

  #chip(state) {
    const figure = h("b", {}, "0");
    const made = h("button", { class: "chip", "data-state": state || "all", "aria-pressed": String(!state), onclick: () => this.#sift({ state }) },
      state ? icon(state) : null, h("span", {}, state ? stateWord(state) : t("All")), figure);
    made.figure = figure;
    return made;
  }

  #sift(wanted) {
    Object.assign(this, wanted);
    this.body.scrollTop = 0;
    soon(this.resift);
  }

  #find() {
    const { state, sought } = this;
    const fits = (task) =>
      (!state || task.status === state) &&
      (!sought || task.name.toLowerCase().includes(sought) || task.project_file.toLowerCase().includes(sought));
    this.found = [...tasks.values()].filter(fits).sort(ORDERS[this.order][1]);
    for (const [name, chip] of this.chips) {
      say(chip.figure, String(count(name)));
      set(chip, "aria-pressed", String(name === state));
      chip.classList.toggle("idle", name !== "" && !count(name) && name !== state);
    }
    this.empty.hidden = !this.isWhole || tasks.size > 0;
    this.none.hidden = !this.isWhole || tasks.size === 0 || this.found.length > 0;
    this.onFound();
    this.#draw();
  }

  #draw() {
    const height = parseFloat(getComputedStyle(this.spacer).getPropertyValue("--row")) || 40;
    this.height = height;
    this.spacer.style.height = `${height * this.found.length}px`;
    const first = Math.max(0, Math.floor(this.body.scrollTop / height) - SPARE);
    const end = Math.min(this.found.length, Math.ceil((this.body.scrollTop + this.body.clientHeight) / height) + SPARE);
    const seen = new Set();
    for (let at = first; at < end; at += 1) {
      const task = this.found[at];
      seen.add(task.id);
      this.#fill(this.#row(task.id), tasks.get(task.id) ?? task, at);
    }
    for (const [id, row] of this.rows) {
      if (seen.has(id)) continue;
      row.remove();
      this.rows.delete(id);
    }
    set(this.body, "aria-activedescendant", this.rows.has(this.chosen) ? `task-${this.chosen}` : null);
  }

  #row(id) {
    if (!this.rows.has(id)) {
      const row = makeRow(id);
      this.rows.set(id, row);
      this.spacer.append(row);
    }
    return this.rows.get(id);
  }

  #fill(row, task, at) {
    row.style.transform = `translateY(${at * this.height}px)`;
    set(row, "aria-selected", String(task.id === this.chosen));
    set(row, "aria-posinset", at + 1);
    set(row, "aria-setsize", this.found.length);
    if (row.task === task) return;
    row.task = task;
    set(row, "data-state", task.status);
    fillRow(row, task);
  }

  #click(event) {
    const row = event.target.closest("[role=option]");
    if (row) this.onChosen(row.task.id);
  }

  #key(event) {
    const at = this.found.findIndex((task) => task.id === this.chosen);
    const page = Math.max(1, Math.floor(this.body.clientHeight / this.height) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || !this.found.length) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(this.found.length - 1, at + steps[event.key]));
    this.#reveal(to);
    this.onChosen(this.found[to].id, true);
  }

  #reveal(at) {
    const [top, height] = [at * this.height, this.body.clientHeight - this.head.offsetHeight];
    if (top < this.body.scrollTop) this.body.scrollTop = top;
    else if (top + this.height > this.body.scrollTop + height) this.body.scrollTop = top + this.height - height;
  }
}

const CELLS = ["sign", "name", "state", "progress", "frames", "left", "priority"];

function makeRow(id) {
  const cells = Object.fromEntries(CELLS.map((name) => [name, h("span", { class: name })]));
  cells.title = h("b");
  cells.about = h("small");
  cells.name.append(cells.title, cells.about);
  cells.fill = h("i");
  cells.percent = h("span", { class: "figure" });
  cells.priority.dataset.label = t("Priority");
  cells.progress.append(h("span", { class: "bar" }, cells.fill), cells.percent);
  const row = h("div", { class: "row", role: "option", id: `task-${id}` }, CELLS.map((name) => cells[name]));
  row.cells = cells;
  return row;
}

function fillRow(row, task) {
  const { cells } = row;
  show(cells.sign, task.held ? "warning" : task.status);
  say(cells.title, task.name);
  say(cells.about, [task.render_engine, task.camera, ...task.layers].filter(Boolean).join(" · "));
  say(cells.state, taskWord(task));
  cells.fill.style.transform = `scaleX(${task.progress_percentage / 100})`;
  say(cells.percent, percent(task));
  say(cells.frames, framesDone(task));
  const left = timeLeft(task);
  say(cells.left, left);
  cells.left.classList.toggle("none", left === "–");
  say(cells.priority, String(task.priority));
  const words = { name: task.name, state: taskWord(task), done: framesDone(task), percent: percent(task) };
  set(row, "aria-label", t("{name}, {state}, {done} frames, {percent}", words));
}
