// The machines that render for this queue: what each is at, and switching them on and off.
import { get, post } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";
import { complain } from "./toast.js";

const LOOK_MS = 2000;
const STATES = { idle: "Idle", rendering: "Rendering", draining: "Finishing", off: "Off", "set aside": "Set aside", resting: "Resting", away: "Away" };
const SIGNS = { idle: "pending", rendering: "running", draining: "paused", off: "cancelled", "set aside": "failed", resting: "paused", away: "cancelled" };
const FIGURES = ["Slots", "Speed", "Processor", "Memory"];
const VERBS = [
  { name: "enable", word: "Give it work", icon: "resume", fits: (each) => ["off", "draining", "set aside"].includes(each.state) },
  { name: "drain", word: "Let it finish, then no more", icon: "pause", fits: (each) => !["off", "draining"].includes(each.state) },
  { name: "disable", word: "No more from now on", icon: "cancel", fits: (each) => each.state !== "off" },
  { name: "forget", word: "Remove from list", icon: "remove", fits: (each) => each.state === "away" },
];

/** A dialog that looks anew while it is open. */
export class Machines {
  constructor() {
    this.rows = h("tbody", {});
    const heads = ["Machine", "State", "Slots", "At work on", "Speed", "Processor", "Memory", ""];
    const row = heads.map((each) => h("th", { scope: "col", class: FIGURES.includes(each) ? "figure" : null }, each && t(each)));
    this.dialog = h("dialog", { class: "machines", "aria-label": t("Machines"), onclose: () => this.#end() },
      h("header", {}, h("h2", {}, t("Machines")), h("button", { class: "bare", "aria-label": t("Close"), onclick: () => this.dialog.close() }, icon("close"))),
      h("div", { class: "steps" }, h("table", {}, h("thead", {}, h("tr", {}, row)), this.rows)));
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.#look();
    this.ticks = setInterval(() => this.#look(), LOOK_MS);
  }

  #end() {
    clearInterval(this.ticks);
    this.dialog.remove();
  }

  #look() {
    get("/api/machines").then((machines) => this.#draw(machines), complain);
  }

  async #do(verb, machine, more = {}) {
    try {
      this.#draw(await post("/api/machines", { verb, machines: [machine.name], ...more }));
    } catch (error) {
      complain(error);
    }
  }

  #draw(machines) {
    const written = JSON.stringify(machines);
    if (written === this.written || this.isWriting) return;
    this.written = written;
    const before = document.activeElement?.dataset.deed;
    this.rows.replaceChildren(...machines.map((each) => this.#row(each)));
    if (before) this.rows.querySelector(`[data-deed="${CSS.escape(before)}"]`)?.focus();
  }

  /** A line in the place of the hours; Enter keeps what is written, leaving it does not. */
  #askHours(machine, place) {
    const end = () => {
      this.isWriting = false;
      this.written = null;
      this.#look();
    };
    const key = (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      const hours = line.value;
      line.blur();
      if (event.key === "Enter") this.#do("set_hours", machine, { hours });
    };
    const example = t("Such as Mo-Fr 19:00-08:00, Sa-Su all day");
    const line = h("input", { value: machine.hours || "always", "aria-label": t("Hours"), title: example, onblur: end, onkeydown: key });
    this.isWriting = true;
    place.replaceChildren(line);
    line.select();
  }

  #row(machine) {
    const hours = h("small", {}, machine.hours);
    const ask = h("button", { class: "bare", "data-deed": `${machine.name} hours`, title: t("Hours…"), "aria-label": `${machine.name}: ${t("Hours…")}`, onclick: () => this.#askHours(machine, hours) }, icon("pending"));
    const runs = machine.runs.map((run) => h("p", {}, t("{task}: frames {frames}, {percent} %", { task: run.task, frames: run.frames, percent: Math.round(run.percent) })));
    return h("tr", { "data-machine": machine.name, "data-state": SIGNS[machine.state] },
      h("th", { scope: "row" }, machine.name, machine.pools.length ? h("small", {}, machine.pools.join(", ")) : null, hours),
      h("td", {}, h("span", { class: "state" }, h("span", { class: "sign" }, icon(SIGNS[machine.state])), t(STATES[machine.state]))),
      h("td", { class: "figure" }, `${machine.runs.length} / ${machine.slots}`),
      h("td", {}, machine.reason ? h("p", { class: machine.state === "resting" ? null : "wrong" }, machine.reason) : null, runs),
      h("td", { class: "figure" }, machine.speed === null ? "–" : `× ${machine.speed.toFixed(2)}`),
      h("td", { class: "figure" }, share(machine.cpu)),
      h("td", { class: "figure" }, share(machine.memory)),
      h("td", {}, h("div", { class: "buttons" }, ask, VERBS.filter((verb) => verb.fits(machine)).map((verb) =>
        h("button", { class: "bare", "data-deed": `${machine.name} ${verb.name}`, title: t(verb.word), "aria-label": `${machine.name}: ${t(verb.word)}`, onclick: () => this.#do(verb.name, machine) }, icon(verb.icon))))));
  }
}

function share(percent) {
  return percent === null ? "–" : `${Math.round(percent)} %`;
}
