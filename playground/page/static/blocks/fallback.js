// What is not known here: its words, and its source for whoever wants it.

import { h } from "../dom.js";

const SPOKEN = new Set(["text", "title", "subtitle", "caption", "fallback", "alt_text", "label", "description", "value"]);

/** @param {any} block */
export function unknown(block) {
  return h("div", { class: "block unknown" },
    h("div", { class: "dim" }, `A block of kind “${block?.type ?? "?"}”, which the playground does not draw:`),
    h("div", {}, [...spoken(block)].join(" · ")),
    source(block));
}

/** @param {any} block */
export function dataVisualization(block) {
  return h("figure", { class: "block unknown" }, h("figcaption", {}, h("strong", {}, `📊 ${block.title}`)), source(block.chart));
}

/** @param {any} value */
function source(value) {
  return h("details", {}, h("summary", {}, "Source"), h("pre", {}, JSON.stringify(value, null, 2)));
}

/** @param {any} value @param {string} [key] @returns {Generator<string>} */
function* spoken(value, key = "text") {
  if (typeof value === "string") {
    if (SPOKEN.has(key)) yield value;
  } else if (Array.isArray(value)) {
    for (const item of value) yield* spoken(item, key);
  } else if (value && typeof value === "object") {
    for (const [name, item] of Object.entries(value)) if (name !== "type") yield* spoken(item, name);
  }
}
