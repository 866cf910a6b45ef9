// Dates, times, check boxes, radio buttons.

import { plain, text } from "./blocks/text.js";
import { h } from "./dom.js";

/**
 * @param {any} block @param {any} element @param {import("./blocks/index.js").Place} place
 * @param {(option: string) => Promise<void>} act
 */
export function drawPicked(block, element, place, act) {
  if (element.type === "file_input") return files(block, element, place);
  if (element.type === "checkboxes" || element.type === "radio_buttons") return choices(block, element, place, act);
  return moment(block, element, place, act);
}

const MOMENTS = {
  datepicker: { type: "date", state: "selected_date", initial: (element) => element.initial_date },
  timepicker: { type: "time", state: "selected_time", initial: (element) => element.initial_time },
  datetimepicker: { type: "datetime-local", state: "selected_date_time", initial: (element) => element.initial_date_time },
};

function moment(block, element, place, act) {
  const { type, state, initial } = MOMENTS[element.type];
  const first = place.form?.before(block, element)?.[state] ?? initial(element) ?? "";
  const read = () => (type === "datetime-local" && field.value ? Math.round(new Date(field.value).getTime() / 1000) : field.value || null);
  const field = h("input", { class: "field narrow", type, "data-action": element.action_id, value: type === "datetime-local" ? local(first) : first,
    "aria-label": plain(element.placeholder) || type, onchange: () => (place.surface === "message" || block.type !== "input" || block.dispatch_action) && act(String(read())) });
  place.form?.keep(block, element, () => ({ [state]: read() }));
  return field;
}

/** @param {number | string} seconds */
function local(seconds) {
  if (!seconds) return "";
  const at = new Date(Number(seconds) * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function choices(block, element, place, act) {
  const isRadio = element.type === "radio_buttons";
  const name = `${block.block_id}-${element.action_id}-${place.surface}-${Math.random()}`;
  const before = place.form?.before(block, element);
  const first = before ? (isRadio ? [before.selected_option] : before.selected_options) : isRadio ? [element.initial_option] : element.initial_options;
  const chosen = new Set((first ?? []).filter(Boolean).map((option) => option.value));
  const boxes = element.options.map((option) => h("input", {
    type: isRadio ? "radio" : "checkbox", name, value: option.value, checked: chosen.has(option.value), "data-action": element.action_id,
    onchange: () => (block.type !== "input" || block.dispatch_action) && act(option.value),
  }));
  const picked = () => element.options.filter((_, at) => boxes[at].checked);
  place.form?.keep(block, element, () => (isRadio ? { selected_option: picked()[0] ?? null } : { selected_options: picked() }));
  return h("div", { class: "choices", role: isRadio ? "radiogroup" : "group" }, element.options.map((option, at) => h("label", { class: "choice" },
    boxes[at], h("span", {}, text(option.text), option.description && h("span", { class: "hint" }, text(option.description))))));
}

function files(block, element, place) {
  place.form?.keep(block, element, () => ({ files: [] }));
  return h("div", { class: "field missing", role: "note" }, "Files cannot be chosen in the playground.");
}
