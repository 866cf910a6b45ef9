// Pictures of people: two letters on a colour of their own; the bot has its shield.

import { drawing, h } from "./dom.js";
import { store } from "./store.js";

const COLOURS = 8;

/** @param {string} id @param {string} [size] */
export function avatar(id, size = "") {
  if (id === "USLACKBOT") return h("span", { class: `avatar slackbot ${size}`, "aria-hidden": "true" }, "☻");
  const person = store.person(id);
  if (id === store.screen?.bot) return h("span", { class: `avatar bot ${size}`, "aria-hidden": "true" }, drawing("M10 2.200l6.200 2.300v5.100c0 4-2.600 6.900-6.200 8.200-3.600-1.300-6.200-4.200-6.200-8.200V4.500z", "M7.200 9.800l2.100 2.200 3.700-4.100"));
  const initials = [...(person?.real_name ?? "?")].slice(0, 2).join("");
  const hue = [...id].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % COLOURS;
  return h("span", { class: `avatar hue-${hue} ${size}`, "aria-hidden": "true" }, initials);
}

/** @param {string} id */
export function nameOf(id) {
  if (id === "USLACKBOT") return "Slackbot";
  const person = store.person(id);
  return person ? (person.is_bot ? person.name : person.real_name) : id;
}
