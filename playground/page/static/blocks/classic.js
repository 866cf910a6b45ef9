// The blocks that Slack has had for years.

import { h } from "../dom.js";
import { drawElement } from "../elements.js";
import { link } from "../names.js";
import { picture } from "../pictures.js";
import { plain, text } from "./text.js";

/** @typedef {import("./index.js").Place} Place */

/** @param {any} block */
export const header = (block) => h("h3", { class: "block header-block" }, plain(block.text));

export const divider = () => h("hr", { class: "block" });

/** @param {any} block @param {Place} place */
export function section(block, place) {
  const accessory = block.accessory && (block.accessory.type === "image" ? picture(block.accessory, "accessory") : drawElement(block, block.accessory, place));
  return h("div", { class: "block section" },
    h("div", { class: "section-text" },
      text(block.text),
      block.fields && h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "field" }, text(field))))),
    accessory && h("div", { class: "section-accessory" }, accessory));
}

/** @param {any} block */
export function context(block) {
  return h("div", { class: "block context" }, block.elements.map((element) => (element.type === "image" ? picture(element, "tiny") : text(element))));
}

/** @param {any} block */
export function image(block) {
  return h("figure", { class: "block image" }, block.title && h("figcaption", {}, plain(block.title)), picture(block, "large"));
}

/** @param {any} block @param {Place} place */
export function actions(block, place) {
  return h("div", { class: "block actions" }, block.elements.map((element) => drawElement(block, element, place)));
}

/** @param {any} block @param {Place} place */
export function contextActions(block, place) {
  return h("div", { class: "block actions small" }, block.elements.map((element) => drawElement(block, element, place)));
}

/** @param {any} block */
export function video(block) {
  return h("div", { class: "block video" },
    h("div", {}, h("strong", {}, block.title_url ? link(block.title_url, plain(block.title)) : plain(block.title)), " ", h("span", { class: "dim" }, block.provider_name)),
    block.description && h("div", {}, plain(block.description)),
    h("div", { class: "dim" }, "video: ", link(block.video_url, block.alt_text)));
}

const LEVELS = ["default", "info", "warning", "error", "success"];

/** @param {any} block */
export function alert(block) {
  const level = LEVELS.includes(block.level) ? block.level : "default";
  return h("div", { class: `block alert ${level}`, role: "note" }, text(block.text));
}
