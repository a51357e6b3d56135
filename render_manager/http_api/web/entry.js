// How to get in, for a browser that the server does not know.
import { pair } from "./api.js";
import { h, say } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

/** `onPaired` is called when the server has taken the token. */
export function entry(onPaired) {
  const token = h("input", { name: "token", type: "password", autocomplete: "off", spellcheck: "false", required: true, "aria-label": t("Token") });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    try {
      await pair(token.value.trim());
      onPaired();
    } catch (error) {
      say(wrong, error.status === 401 ? t("This is not the token of this server.") : t("Render Manager cannot be reached. Try again."));
      token.select();
    }
  };
  return h("main", { class: "entry" }, h("div", { class: "card" },
    h("div", { class: "emblem" }, icon("key")),
    h("h1", {}, t("This browser has to be let in")),
    h("ol", {},
      h("li", {}, t("In Render Manager, choose File › Web page › Copy a link that lets one browser in, and open it here.")),
      h("li", {}, t("Without a window: open the link that render-manager serve prints. A link is good for ten minutes, once."))),
    h("form", { onsubmit: send }, h("label", { class: "field" }, h("span", {}, t("Or paste the token of this server")), token), wrong,
      h("button", { class: "main" }, t("Let me in")))));
}
