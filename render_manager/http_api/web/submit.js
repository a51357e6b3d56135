// From a file on this computer, or a path on the one that renders, to a task in the queue.
import { get, post, upload } from "./api.js";
import { h, say } from "./dom.js";
import { icon } from "./icons.js";
import { know } from "./tasks.js";
import { t } from "./texts.js";
import { complain } from "./toast.js";
import { FRAME_ORDERS, priorityBand, size } from "./words.js";

/** `onQueued` gets the new task. With a file the upload begins at once. */
export class Submit {
  constructor(onQueued, file) {
    this.onQueued = onQueued;
    this.stop = new AbortController();
    this.head = h("h2", {}, t("New task"));
    this.body = h("div", { class: "steps" });
    this.dialog = h("dialog", { class: "submit", "aria-label": t("New task"), onclose: () => this.#end() },
      h("header", {}, this.head, h("button", { class: "bare", "aria-label": t("Close"), onclick: () => this.dialog.close() }, icon("close"))), this.body);
    document.body.append(this.dialog);
    this.#choose();
    this.dialog.showModal();
    if (file) this.send(file);
  }

  /** Upload a file in place of what was chosen. */
  async send(file) {
    this.stop.abort();
    const mine = (this.stop = new AbortController());
    const fill = h("i");
    const words = h("span", { class: "dim" });
    const bar = h("span", { class: "bar", role: "progressbar", "aria-label": t("Upload"), "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
    this.body.replaceChildren(h("div", { class: "uploading" }, h("b", {}, file.name), bar, words),
      h("div", { class: "buttons end" }, h("button", { onclick: () => (mine.abort(), this.#choose()) }, t("Stop"))));
    const tell = (share) => {
      fill.style.transform = `scaleX(${share})`;
      bar.setAttribute("aria-valuenow", Math.floor(share * 100));
      say(words, t("{done} of {all}", { done: size(share * file.size), all: size(file.size) }));
    };
    tell(0);
    try {
      this.#ask(await upload(file, tell, mine.signal));
    } catch (error) {
      if (mine !== this.stop || mine.signal.aborted) return;
      complain(error);
      this.#choose();
    }
  }

  #end() {
    this.stop.abort();
    this.dialog.remove();
  }

  #choose() {
    const input = h("input", { type: "file", class: "unseen", tabindex: "-1", "aria-label": t("Choose a file"), onchange: () => input.files[0] && this.send(input.files[0]) });
    const path = h("input", { name: "path", type: "text", autocomplete: "off", spellcheck: "false" });
    const named = h("form", { class: "byname", onsubmit: (event) => (event.preventDefault(), path.value.trim() && this.#ask({ path: path.value.trim(), scenes: [] }, true)) },
      h("label", {}, h("span", {}, t("Or its path on the computer that renders")), path), h("button", {}, t("Go on")));
    this.body.replaceChildren(
      h("div", { class: "dropping" }, icon("drop"), h("p", {}, t("Drop a scene here, or a .zip of a whole project")),
        h("button", { class: "main", autofocus: true, onclick: () => input.click() }, t("Choose a file")), input), named);
  }

  async #ask(sent, isByName = false) {
    if (!isByName && !sent.scenes.length) {
      complain(new Error(t("There is no scene in it that can be rendered here.")));
      return this.#choose();
    }
    let renderers = [];
    try {
      renderers = await get("/api/renderers");
    } catch (error) {
      complain(error);
    }
    this.#showForm(isByName ? [sent.path] : sent.scenes, renderers);
  }

  #showForm(scenes, renderers) {
    const names = common(scenes);
    const scene = scenes.length > 1
      ? h("select", { name: "project_file" }, scenes.map((path, at) => h("option", { value: path }, names[at])))
      : h("span", { class: "scene" }, h("input", { type: "hidden", name: "project_file", value: scenes[0] }), h("b", {}, names[0]), h("small", {}, scenes[0]));
    const priorities = Array.from({ length: 11 }, (_, at) => 10 - at);
    this.form = h("form", { class: "fields", novalidate: true, onsubmit: (event) => (event.preventDefault(), this.#queue()) },
      field(t("Scene"), scene, "wide"),
      field(t("Frames"), h("input", { name: "frames", placeholder: t("from the scene"), autocomplete: "off" }), "", t("Such as 1-100x2,150")),
      field(t("Priority"), h("select", { name: "priority" }, priorities.map((each) => h("option", { value: each, selected: each === 5 }, `${each} ${priorityBand(each)}`)))),
      field(t("Camera"), h("input", { name: "camera", placeholder: t("from the scene"), autocomplete: "off" })),
      field(t("Renderer"), h("select", { name: "render_engine" }, h("option", { value: "" }, t("by the file")), renderers.map((each) => h("option", { value: each.name }, each.title)))),
      h("details", { class: "wide" }, h("summary", {}, t("More")), h("div", { class: "fields" },
        field(t("Output folder"), h("input", { name: "output_dir", placeholder: t("from the settings"), autocomplete: "off" }), "wide"),
        field(t("Width"), h("input", { name: "width", type: "number", min: 1, inputmode: "numeric" })),
        field(t("Height"), h("input", { name: "height", type: "number", min: 1, inputmode: "numeric" })),
        field(t("Layers"), h("input", { name: "layers", autocomplete: "off" }), "", t("With commas between them")),
        field(t("Start at"), h("input", { name: "start_at", autocomplete: "off" }), "", t("Such as 19:00 or 2026-11-27 08:00")),
        field(t("Hours"), h("input", { name: "hours", autocomplete: "off" }), "", t("Such as Mo-Fr 19:00-08:00, Sa-Su all day")),
        field(t("Ready by"), h("input", { name: "ready_by", autocomplete: "off" })),
        field(t("On machines"), h("input", { name: "machines", placeholder: t("any"), autocomplete: "off" }), "", t("Machines or pools, with commas between them")),
        field(t("Starts after"), h("input", { name: "depends_on", placeholder: t("no other task"), autocomplete: "off" }), "", t("Numbers of tasks, such as 3, 7/frame")),
        field(t("Frame order"), h("select", { name: "frame_order" }, Object.entries({ "": "As numbered", ...FRAME_ORDERS }).map(([value, words]) => h("option", { value }, t(words))))),
        field(t("Look at first"), h("input", { name: "approve_after", type: "number", min: 0, placeholder: t("no frames"), inputmode: "numeric" }), "", t("After so many frames it waits for your approval")),
        field(t("Needs"), h("input", { name: "needs", placeholder: t("as for its renderer"), autocomplete: "off" }), "", t("Such as gpu_gb=8, maya_licence=1")),
        field(t("Retries"), h("input", { name: "max_retries", type: "number", min: 0, max: 100, inputmode: "numeric" })),
        field(t("Options of the renderer"), h("textarea", { name: "options", rows: 2, placeholder: "sequence=/Game/Shot\nmap=/Game/Level" }), "wide", t("One a line, name=value")))),
      h("label", { class: "check wide" }, h("input", { name: "paused", type: "checkbox" }), h("span", {}, t("Wait until I resume it"))),
      (this.wrong = h("p", { class: "wrong wide", role: "alert" })),
      h("div", { class: "buttons end wide" }, h("button", { type: "button", onclick: () => this.#choose() }, t("Another file")), (this.go = h("button", { class: "main" }, t("Queue")))));
    this.body.replaceChildren(this.form);
    this.form.elements.frames.focus();
  }

  async #queue() {
    this.go.disabled = true;
    say(this.wrong, "");
    for (const each of this.form.elements) each.removeAttribute("aria-invalid");
    try {
      const task = await post("/api/tasks/", asked(this.form.elements));
      know(task);
      this.dialog.close();
      this.onQueued(task);
    } catch (error) {
      this.#blame(error);
    }
    this.go.disabled = false;
  }

  #blame(error) {
    if (!error.status) return complain(error);
    say(this.wrong, error.message);
    const culprit = error.field && this.form.elements[error.field];
    if (!culprit) return;
    culprit.closest("details")?.setAttribute("open", "");
    culprit.setAttribute("aria-invalid", "true");
    culprit.focus();
  }
}

/** Only what was filled in; the scene or the settings have the rest. */
function asked(elements) {
  const body = { project_file: elements.project_file.value, priority: Number(elements.priority.value) };
  for (const name of ["frames", "camera", "render_engine", "output_dir", "start_at", "hours", "ready_by", "needs", "depends_on", "frame_order"]) {
    const value = elements[name].value.trim();
    if (value) body[name] = value;
  }
  for (const name of ["width", "height", "max_retries", "approve_after"]) {
    if (elements[name].value !== "") body[name] = Number(elements[name].value);
  }
  for (const name of ["layers", "machines"]) {
    const names = elements[name].value.split(",").map((each) => each.trim()).filter(Boolean);
    if (names.length) body[name] = names;
  }
  const options = elements.options.value.split("\n").filter((line) => line.includes("="));
  if (options.length) body.options = Object.fromEntries(options.map((line) => [line.split("=", 1)[0].trim(), line.slice(line.indexOf("=") + 1).trim()]));
  if (elements.paused.checked) body.paused = true;
  return body;
}

/** Paths without the folder that all of them share. */
function common(paths) {
  const parts = paths[0].split(/[\\/]/);
  let same = parts.length - 1;
  while (same > 0 && !paths.every((path) => path.split(/[\\/]/).slice(0, same).join("/") === parts.slice(0, same).join("/"))) same -= 1;
  return paths.map((path) => path.split(/[\\/]/).slice(same).join("/"));
}

function field(name, input, kind = "", hint = "") {
  return h("label", { class: `field ${kind}` }, h("span", {}, name), input, hint ? h("small", {}, hint) : null);
}
