// Puts the page together: who is on it, what is selected, and what the address says of that.
import { get, onLockedOut } from "./api.js";
import { chooseLanguage, isDark, language, switchTheme } from "./choices.js";
import { Detail } from "./detail.js";
import { h, say } from "./dom.js";
import { entry } from "./entry.js";
import { icon } from "./icons.js";
import { Machines } from "./machines.js";
import { TaskList } from "./list.js";
import { connect, disconnect, tryNow } from "./live.js";
import { Submit } from "./submit.js";
import { on, tasks } from "./tasks.js";
import { t } from "./texts.js";
import { announce, complain, toast, toasts } from "./toast.js";
import { stateWord } from "./words.js";

const TRIES_BEFORE_ASKING = 2;
let page = null;
let submit = null;

document.documentElement.lang = language === "zh" ? "zh-CN" : "en";

/** The page for those who are in. */
class Page {
  constructor() {
    this.detail = null;
    this.losses = 0;
    this.list = new TaskList((id, isByKey) => this.go(id, isByKey), welcome());
    this.side = h("aside", { class: "side" }, this.#hint());
    this.main = h("main", {}, this.list.element, this.side);
    this.list.onFound = () => this.main.classList.toggle("bare-of-tasks", !this.list.empty.hidden);
    this.banner = h("div", { class: "banner", role: "alert", hidden: true }, icon("warning"), (this.lost = h("span")), h("button", { class: "link", onclick: tryNow }, t("Try now")));
    this.element = h("div", { class: "page" }, header(), this.banner, this.main);
    on("whole", () => this.heedAddress());
    on("tasks", (ids) => this.#heedRemoval(ids));
    on("ended", (task) => ["completed", "failed", "cancelled"].includes(task.status) && announce(`${task.name}: ${stateWord(task.status)}`));
    addEventListener("hashchange", () => this.heedAddress());
  }

  /** Select a task. By a key the list is still being walked through, and Back leads out of it. */
  go(id, isByKey = false) {
    const hash = id === null ? "" : `#task/${id}`;
    if (isByKey || this.detail) history.replaceState(null, "", hash || location.pathname);
    else history.pushState(null, "", hash || location.pathname);
    this.heedAddress(!isByKey);
  }

  heedAddress(isToFocus = false) {
    const id = Number(location.hash.match(/^#task\/(\d+)$/)?.[1] ?? 0);
    const task = tasks.get(id);
    this.list.choose(task ? id : null);
    this.main.classList.toggle("chosen", Boolean(task));
    if ((this.detail?.id ?? 0) === (task ? id : 0)) return;
    this.detail?.close();
    this.detail = task ? new Detail(task, () => this.#shut()) : null;
    this.side.replaceChildren(this.detail?.element ?? this.#hint());
    if (isToFocus === true && task && matchMedia("(max-width: 900px)").matches) this.detail.focus();
  }

  tellConnection(state, until) {
    clearInterval(this.ticks);
    this.banner.hidden = state === "open";
    if (state === "open") {
      this.losses = 0;
      return;
    }
    this.losses += 1;
    const count = () => say(this.lost, t("The connection is lost. What you see may be old. Next try in {n} s.", { n: Math.max(0, Math.ceil((until - Date.now()) / 1000)) }));
    count();
    this.ticks = setInterval(count, 1000);
    // a stream that is refused does not say why; a request does
    if (this.losses === TRIES_BEFORE_ASKING) get("/api/tasks/?limit=1").catch(() => {});
  }

  #shut() {
    this.go(null);
    this.list.body.focus();
  }

  #heedRemoval(ids) {
    if (this.detail && ids.includes(this.detail.id) && !tasks.has(this.detail.id)) this.go(null);
  }

  #hint() {
    return h("div", { class: "nothing" }, h("p", { class: "dim" }, t("Choose a task to see its frames.")));
  }
}

function header() {
  const theme = h("button", { class: "bare", "aria-label": t("Light or dark"), title: t("Light or dark"), "aria-pressed": String(isDark()),
    onclick: () => (switchTheme(), theme.setAttribute("aria-pressed", String(isDark()))) }, icon("theme"));
  const other = language === "zh" ? ["en", "English"] : ["zh", "中文"];
  return h("header", { class: "top" },
    h("img", { src: "/web/icon.svg", alt: "", width: 24, height: 24 }), h("h1", {}, "Render Manager"),
    h("button", { class: "bare", "data-machines": true, onclick: () => new Machines() }, t("Machines")),
    h("a", { class: "bare", href: "/docs" }, "API"),
    h("button", { class: "bare", lang: language === "zh" ? "en" : "zh-CN", "data-language": other[0], onclick: () => chooseLanguage(other[0]) }, other[1]),
    theme,
    h("button", { class: "main", "data-new": true, onclick: () => begin() }, icon("add"), h("span", {}, t("New task"))));
}

function welcome() {
  return [h("div", { class: "emblem" }, icon("drop")), h("h2", {}, t("Nothing is queued")),
    h("p", { class: "dim" }, t("Drop a scene here, or a .zip of a whole project. Its frames appear as they are rendered.")),
    h("button", { class: "main", onclick: () => begin() }, t("Choose a scene"))];
}

function begin(file) {
  if (submit?.dialog.open) return file && submit.send(file);
  submit = new Submit((task) => {
    toast(t("“{name}” is queued.", { name: task.name }));
    page.go(task.id);
  }, file);
}

// --- dropping and keys -----------------------------------------------------------------------

const veil = h("div", { class: "veil", hidden: true }, h("div", {}, icon("drop"), h("p", {}, t("Let go to upload it"))));
const hasFile = (event) => page && [...(event.dataTransfer?.types ?? [])].includes("Files");

addEventListener("dragenter", (event) => {
  if (!hasFile(event)) return;
  event.preventDefault();
  (document.querySelector("dialog[open]") ?? document.body).append(veil);
  veil.hidden = false;
});
addEventListener("dragover", (event) => hasFile(event) && event.preventDefault());
addEventListener("dragleave", (event) => event.relatedTarget === null && (veil.hidden = true));
addEventListener("drop", (event) => {
  if (!hasFile(event)) return;
  event.preventDefault();
  veil.hidden = true;
  const { files, items } = event.dataTransfer;
  const isFolder = items[0]?.webkitGetAsEntry?.()?.isDirectory;
  if (files.length > 1 || isFolder) complain(new Error(t("One file at a time. Pack a whole project as a .zip.")));
  else if (files[0]) begin(files[0]);
});
addEventListener("keydown", (event) => {
  const isWriting = event.target.closest?.("input, select, textarea, dialog");
  if (!page || isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") page.list.search.focus();
  else if (event.key === "n") begin();
  else if (event.key === "Escape" && page.detail) page.go(null);
  else return;
  event.preventDefault();
});

// --- in and out ------------------------------------------------------------------------------

function lockOut() {
  disconnect();
  page = null;
  document.querySelector("dialog[open]")?.close();
  document.body.replaceChildren(entry(() => location.reload()));
  document.querySelector("input[name=token]").focus();
}

async function start() {
  try {
    await get("/api/tasks/?limit=1");
  } catch (error) {
    if (error.status === 401) return;
  }
  page = new Page();
  document.body.replaceChildren(page.element, veil, ...toasts);
  connect((state, until) => page?.tellConnection(state, until));
}

onLockedOut(lockOut);
start();
