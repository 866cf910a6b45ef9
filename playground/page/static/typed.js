// Inputs that are typed into.

import { plain } from "./blocks/text.js";
import { h } from "./dom.js";

const KINDS = { email_text_input: "email", url_text_input: "url", number_input: "text", plain_text_input: "text" };

/**
 * @param {any} block @param {any} element @param {import("./blocks/index.js").Place} place
 * @param {(option: string) => Promise<void>} act
 */
export function drawTyped(block, element, place, act) {
  if (element.type === "rich_text_input") return richInput(block, element, place);
  const common = {
    class: "field", "data-action": element.action_id, placeholder: plain(element.placeholder), autofocus: element.focus_on_load,
    maxlength: element.max_length, value: place.form?.before(block, element)?.value ?? element.initial_value ?? "",
    oninput: () => rings(element, "on_character_entered") && block.dispatch_action && act(field.value),
    onkeydown: (event) => {
      if (event.key !== "Enter" || element.multiline) return;
      event.preventDefault();
      if (block.dispatch_action && rings(element, "on_enter_pressed")) act(field.value);
      else field.form?.requestSubmit();
    },
  };
  const field = element.multiline
    ? h("textarea", { ...common, rows: 4 })
    : h("input", { ...common, type: KINDS[element.type], inputmode: element.type === "number_input" ? "decimal" : null });
  place.form?.keep(block, element, () => ({ value: field.value || null }), () => mistake(field, element));
  return field;
}

/** @param {any} element @param {string} moment */
function rings(element, moment) {
  return (element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]).includes(moment);
}

/** @param {any} field @param {any} element @returns {string} */
function mistake(field, element) {
  const value = field.value.trim();
  if (!value) return "";
  if (element.min_length && value.length < element.min_length) return `This entry must be at least ${element.min_length} characters long.`;
  if (element.type === "number_input") return numberMistake(value, element);
  if (!field.checkValidity()) return element.type === "email_text_input" ? "That’s not a valid email address." : "That’s not a valid link.";
  return "";
}

/** @param {string} value @param {any} element @returns {string} */
function numberMistake(value, element) {
  const pattern = element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(value)) return element.is_decimal_allowed ? "Please enter a number." : "Please enter a whole number.";
  if (element.min_value !== undefined && Number(value) < Number(element.min_value)) return `This must be ${element.min_value} or more.`;
  if (element.max_value !== undefined && Number(value) > Number(element.max_value)) return `This must be ${element.max_value} or less.`;
  return "";
}

/** Rich text is typed as plain text here; what arrives is one section. */
function richInput(block, element, place) {
  const told = (value) => (value?.elements ?? []).map((one) => (one.elements ?? []).map((part) => part.text ?? "").join("")).join("\n");
  const field = h("textarea", { class: "field", rows: 4, "data-action": element.action_id, placeholder: plain(element.placeholder),
    value: told(place.form?.before(block, element)?.rich_text_value ?? element.initial_value) });
  place.form?.keep(block, element, () => ({
    rich_text_value: field.value
      ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: field.value }] }] }
      : null,
  }));
  return field;
}
