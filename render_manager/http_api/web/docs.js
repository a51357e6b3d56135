// The API, described for people from /openapi.json.
import { chooseLanguage, isDark, language, switchTheme } from "./choices.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const TOKEN = "Authorization: Bearer $TOKEN";
document.documentElement.lang = language === "zh" ? "zh-CN" : "en";

function header() {
  const theme = h("button", { class: "bare", "aria-label": t("Light or dark"), "aria-pressed": String(isDark()),
    onclick: () => (switchTheme(), theme.setAttribute("aria-pressed", String(isDark()))) }, icon("theme"));
  const other = language === "zh" ? ["en", "English"] : ["zh", "中文"];
  return h("header", { class: "top" },
    h("a", { class: "home", href: "/" }, h("img", { src: "/web/icon.svg", alt: "", width: 24, height: 24 }), h("span", {}, t("Back to the tasks"))),
    h("button", { class: "bare", lang: language === "zh" ? "en" : "zh-CN", onclick: () => chooseLanguage(other[0]) }, other[1]), theme);
}

/** All operations with their paths. */
function operations(api) {
  return Object.entries(api.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([method, told]) => ({ method: method.toUpperCase(), path, told, id: told.operationId })));
}

const anchor = (each) => h("a", { href: `#${each.id}` }, method(each), h("span", {}, each.path.replace("/api", "")));
const method = (each) => h("b", { class: "method", "data-method": each.method }, each.method);

// --- one operation ---------------------------------------------------------------------------

function card(api, each) {
  const { told } = each;
  const content = told.requestBody?.content ?? {};
  const kind = "multipart/form-data" in content ? "multipart/form-data" : Object.keys(content)[0];
  const schema = kind && resolve(api, content[kind].schema);
  return h("article", { id: each.id },
    h("h2", {}, method(each), h("code", {}, each.path)),
    h("p", {}, told.summary),
    told.parameters.length ? [h("h3", {}, t("Parameters")), table(api, told.parameters.map(parameter))] : null,
    schema ? [h("h3", {}, t("Body")), h("p", { class: "dim" }, kind), table(api, fields(schema))] : null,
    answers(api, told),
    h("h3", {}, t("Example")), example(api, each, kind, schema));
}

function answers(api, told) {
  const [status] = Object.keys(told.responses);
  const schema = told.responses[status].content?.["application/json"]?.schema;
  const model = schema && resolve(api, schema.items ?? schema);
  const line = h("p", {}, h("b", { class: "status" }, status), schema ? ` ${typeOf(schema)}` : ` ${told.responses[status].description}`);
  return [h("h3", {}, t("Answer")), line,
    model?.properties ? h("details", {}, h("summary", {}, Object.keys(model.properties).slice(0, 6).join(", ") + " …"), table(api, fields(model))) : null];
}

const parameter = (each) => ({ name: each.name, schema: each.schema, says: each.description, isNeeded: each.required });

function fields(schema) {
  const needed = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).map(([name, each]) => ({ name, schema: each, says: each.description, isNeeded: needed.includes(name) && !("default" in each) }));
}

function table(api, rows) {
  return h("dl", {}, rows.map((row) => h("div", {},
    h("dt", {}, h("code", {}, row.name), row.isNeeded ? h("small", { class: "needed" }, t("needed")) : null),
    h("dd", {}, h("span", { class: "type" }, typeOf(row.schema)), row.says ? h("p", {}, row.says) : null))));
}

function resolve(api, schema) {
  const name = schema?.$ref?.split("/").pop();
  return name ? api.components.schemas[name] : schema;
}

/** A type in a few words: “integer 0–10”, “text | nothing”. */
function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.filter((each) => each.type !== "null").map(typeOf).join(" | ");
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === "array") return `[${schema.items ? typeOf(schema.items) : "…"}]`;
  const range = schema.minimum !== undefined && schema.maximum !== undefined && schema.maximum < 1e9 ? ` ${schema.minimum}–${schema.maximum}` : "";
  const usual = schema.default !== undefined && schema.default !== null ? ` = ${JSON.stringify(schema.default)}` : "";
  return `${schema.type ?? "any"}${range}${usual}`;
}

// --- examples --------------------------------------------------------------------------------

const SHOWN = { project_file: "/scenes/shot.blend", frames: "1-100", priority: 7, before: 12, failed_only: true };

function example(api, each, kind, schema) {
  const path = each.path.replace(/\{\w+\}/g, "1");
  const parts = [`curl -H "${TOKEN}"`];
  if (each.method !== "GET") parts.push(`-X ${each.method}`);
  if (kind === "multipart/form-data") parts.push('-F "file=@shot.blend"');
  else if (schema) parts.push('-H "Content-Type: application/json"', `-d '${JSON.stringify(body(schema))}'`);
  if (each.path.includes("/download/")) parts.push("-OJ");
  parts.push(`${location.origin}${path}`);
  const text = parts.join(" \\\n  ");
  const copy = h("button", { class: "copy", onclick: () => navigator.clipboard?.writeText(text).then(() => (copy.textContent = t("Copied"))) }, t("Copy"));
  // a browser lets pages use the clipboard only by https or on the same machine
  return h("div", { class: "example" }, h("pre", { tabindex: "0", "aria-label": t("Example") }, text), navigator.clipboard ? copy : null);
}

function body(schema) {
  const names = Object.keys(schema.properties ?? {}).filter((name) => name in SHOWN).slice(0, 3);
  return Object.fromEntries(names.map((name) => [name, SHOWN[name]]));
}

// --- the page --------------------------------------------------------------------------------

function events() {
  const lines = ['{"type": "snapshot", "revision": 7, "begins": true, "tasks": […], "more": false}', '{"type": "changes", "revision": 8, "tasks": […], "removed": [ids],', ' "frames": […], "refilled": [ids]}'];
  return h("article", { id: "events" }, h("h2", {}, h("b", { class: "method" }, "WS"), h("code", {}, "/api/events")), h("p", {}, t("Live events")),
    h("p", { class: "dim" }, t("A WebSocket on the same port: first a snapshot in pieces (“more” is false in the last), then every change.")),
    h("div", { class: "example" }, h("pre", { tabindex: "0", "aria-label": t("Example") }, lines.join("\n"))));
}

async function draw() {
  const reply = await fetch("/openapi.json");
  if (!reply.ok) throw new Error(String(reply.status));
  const api = await reply.json();
  const all = operations(api);
  const intro = t("Every request under /api/ needs the token: {header}. A paired browser is known by its cookie. Every error is JSON with “detail”.", { header: TOKEN });
  document.body.replaceChildren(header(), h("div", { class: "book" },
    h("nav", { "aria-label": "API" }, all.map(anchor), h("a", { href: "#events" }, h("b", { class: "method" }, "WS"), h("span", {}, "/events"))),
    h("main", {}, h("h1", {}, t("API of Render Manager")), h("p", { class: "dim" }, `${api.info.version} · `, h("a", { href: "/openapi.json" }, t("The same for programs"))), h("p", { class: "intro" }, intro),
      all.map((each) => card(api, each)), events())));
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

draw().catch(() => document.body.replaceChildren(header(), h("main", { class: "sorry" }, h("p", {}, t("The description cannot be read. Try again.")))));
