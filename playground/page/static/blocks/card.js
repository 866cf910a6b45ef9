// card, carousel and container: blocks with a frame.

import { h } from "../dom.js";
import { drawElement } from "../elements.js";
import { picture } from "../pictures.js";
import { drawBlock } from "./index.js";
import { richParts } from "./rich_text.js";
import { plain, text } from "./text.js";

/** @typedef {import("./index.js").Place} Place */

/** @param {any} block @param {Place} place */
export function card(block, place) {
  return h("div", { class: "block card" },
    block.hero_image && picture(block.hero_image, "hero"),
    h("div", { class: "card-inner" },
      h("div", { class: "card-head" }, block.icon && picture(block.icon, "tiny"),
        h("div", {}, block.title && h("strong", {}, text(block.title)), block.subtitle && h("div", { class: "dim" }, text(block.subtitle)))),
      block.body && text(block.body),
      block.actions && h("div", { class: "actions" }, block.actions.map((element) => drawElement(block, element, place)))));
}

/** @param {any} block @param {Place} place */
export function carousel(block, place) {
  return h("div", { class: "block carousel", tabindex: 0, role: "region", "aria-label": "Cards" }, block.elements.map((one) => card(one, place)));
}

/** @param {any} block @param {Place} place */
export function container(block, place) {
  const title = block.rich_text_title ? h("div", {}, richParts(block.rich_text_title)) : h("strong", {}, plain(block.title));
  const head = h("div", { class: "card-head" }, block.icon && picture(block.icon, "tiny"), h("div", {}, title, block.subtitle && h("div", { class: "dim" }, text(block.subtitle))));
  const inner = h("div", { class: "container-inner" }, block.child_blocks.map((child) => drawBlock(child, place)));
  const look = `block card container ${block.width ?? "standard"}`;
  if (!block.is_collapsible) return h("div", { class: look }, h("div", { class: block.has_header_divider ? "container-head divided" : "container-head" }, head), inner);
  return h("details", { class: look, open: !block.default_collapsed }, h("summary", { class: "container-head" }, head), inner);
}
