// Buttons, menus and inputs: what can be pressed, picked or filled in.

import { plain } from "./blocks/text.js";
import { asked } from "./confirm.js";
import { h, ICONS } from "./dom.js";
import { drawTyped } from "./typed.js";
import { openMenu } from "./menu.js";
import { drawPicked } from "./picked.js";
import { drawSelect } from "./selects.js";

/** @typedef {import("./blocks/index.js").Place} Place */

const TYPED = ["plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"];
const PICKED = ["datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons", "file_input"];

/** @param {any} block @param {any} element @param {Place} place @returns {HTMLElement} */
export function drawElement(block, element, place) {
  const act = async (/** @type {string} */ option) => {
    if (await asked(element.confirm)) await place.act(block, element, option);
  };
  switch (element.type) {
    case "button":
    case "workflow_button":
      return button(element, act);
    case "icon_button":
      return h("button", { class: "element plain", "data-action": element.action_id, "aria-label": element.accessibility_label ?? plain(element.text), onclick: waiting(act) }, ICONS.bin());
    case "feedback_buttons":
      return feedback(element, act);
    case "overflow":
      return overflow(element, act);
    default:
      if (TYPED.includes(element.type)) return drawTyped(block, element, place, act);
      if (PICKED.includes(element.type)) return drawPicked(block, element, place, act);
      if (element.type.endsWith("_select")) return drawSelect(block, element, place, act);
      return h("span", { class: "dim" }, `[${element.type}]`);
  }
}

/** Marks the button as busy until it is over. @param {(option: string) => Promise<void>} act @param {string} [option] */
function waiting(act, option = "") {
  return async (/** @type {any} */ event) => {
    const pressed = event.currentTarget;
    if (pressed.getAttribute("aria-busy") === "true") return;
    pressed.setAttribute("aria-busy", "true");
    try {
      await act(option);
    } finally {
      pressed.removeAttribute("aria-busy");
    }
  };
}

/** @param {any} element @param {(option: string) => Promise<void>} act */
function button(element, act) {
  const look = `element button ${element.style ?? ""}`;
  const press = waiting(act);
  return h("button", {
    class: look, type: "button", "data-action": element.action_id, "aria-label": element.accessibility_label,
    title: element.url ? `Opens ${element.url}` : null,
    onclick: (event) => {
      if (/^https?:/i.test(element.url ?? "")) window.open(element.url, "_blank", "noopener,noreferrer");
      return press(event);
    },
  }, plain(element.text));
}

/** @param {any} element @param {(option: string) => Promise<void>} act */
function feedback(element, act) {
  const choice = (given) => h("button", { class: "element button small", type: "button", "data-action": element.action_id, "aria-label": given.accessibility_label, onclick: waiting(act, given.value) }, plain(given.text));
  return h("span", { class: "feedback" }, choice(element.positive_button), choice(element.negative_button));
}

/** @param {any} element @param {(option: string) => Promise<void>} act */
function overflow(element, act) {
  return h("button", {
    class: "element button overflow", type: "button", "data-action": element.action_id, "aria-label": "More", "aria-haspopup": "menu",
    onclick: (event) => openMenu(event.currentTarget, element.options.map((option) => ({
      label: plain(option.text), about: plain(option.description), pick: () => act(option.value),
    }))),
  }, ICONS.more());
}
