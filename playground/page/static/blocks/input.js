// An input of a modal or Home tab, with its label, hint and error.

import { h } from "../dom.js";
import { drawElement } from "../elements.js";
import { plain } from "./text.js";

/** @param {any} block @param {import("./index.js").Place} place */
export function input(block, place) {
  const id = `input-${block.block_id ?? Math.random().toString(36).slice(2)}`;
  const control = drawElement(block, block.element, place);
  const field = control.matches("input, textarea, select, button") ? control : control.querySelector("input, textarea, select, button");
  const isGroup = control.matches("[role=group], [role=radiogroup]");
  if (isGroup) control.setAttribute("aria-labelledby", `${id}-label`);
  else if (field) field.id = id;
  const error = h("div", { class: "field-error", id: `${id}-error`, role: "alert", hidden: true });
  const hint = block.hint && h("div", { class: "hint", id: `${id}-hint` }, plain(block.hint));
  const described = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  (isGroup ? control : field)?.setAttribute("aria-describedby", described);
  place.form?.expect(block, (sentence) => {
    error.textContent = sentence;
    error.hidden = !sentence;
    (isGroup ? control : field)?.toggleAttribute("aria-invalid", Boolean(sentence));
    return field;
  });
  return h("div", { class: "block input" },
    h("label", { id: `${id}-label`, htmlFor: isGroup ? "" : id }, plain(block.label), block.optional && h("span", { class: "dim" }, " (optional)")),
    control, error, hint);
}
