// rich_text: sections, lists, quotes, preformatted text, and everything that can stand in a line.

import { formatted } from "../dates.js";
import { h } from "../dom.js";
import { emoji } from "../emoji.js";
import { broadcastChip, channelChip, groupChip, link, personChip } from "../names.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", highlight: "mark", client_highlight: "mark", code: "code" };
const NUMBERS = ["decimal", "lower-alpha", "lower-roman"];

/** @param {any} block */
export function richText(block) {
  return h("div", { class: "block rich-text" }, richParts(block));
}

/** @param {any} block */
export function richParts(block) {
  return (block?.elements ?? []).map(part);
}

/** @param {any} element */
function part(element) {
  switch (element.type) {
    case "rich_text_section":
      return h("div", { class: "rich-section" }, words(element.elements));
    case "rich_text_quote":
      return h("blockquote", {}, words(element.elements));
    case "rich_text_preformatted":
      return h("pre", {}, words(element.elements));
    case "rich_text_list":
      return list(element);
    default:
      return h("span", { class: "dim" }, `[${element.type}]`);
  }
}

/** @param {any} element */
function list(element) {
  const indent = Math.min(Number(element.indent) || 0, 8);
  const isOrdered = element.style === "ordered";
  const box = h(isOrdered ? "ol" : "ul", { class: `rich-list indent-${indent}`, start: isOrdered ? (Number(element.offset) || 0) + 1 : null },
    element.elements.map((item) => h("li", {}, words(item.elements))));
  if (isOrdered) box.style.listStyleType = NUMBERS[indent % NUMBERS.length];
  return box;
}

/** @param {any[]} elements @returns {Node[]} */
export function words(elements) {
  return (elements ?? []).flatMap((element) => styled(element, word(element)));
}

/** @param {any} element @param {Node[]} nodes @returns {Node[]} */
function styled(element, nodes) {
  const names = Object.keys(STYLES).filter((name) => element.style?.[name]);
  return names.reduceRight((inner, name) => [h(STYLES[name], {}, ...inner)], nodes);
}

/** @param {any} element @returns {Node[]} */
function word(element) {
  switch (element.type) {
    case "text":
      return withBreaks(element.text);
    case "link":
      return [link(element.url, element.text || element.url)];
    case "emoji":
      return [h("span", { class: "emoji", title: `:${element.name}:` }, emoji(element.name))];
    case "user":
      return [personChip(element.user_id)];
    case "channel":
      return [channelChip(element.channel_id)];
    case "usergroup":
      return [groupChip(element.usergroup_id)];
    case "broadcast":
      return [broadcastChip(element.range)];
    case "date": {
      const said = formatted(element.timestamp, element.format, element.fallback ?? "");
      return [element.url ? link(element.url, said) : h("time", { title: element.fallback }, said)];
    }
    case "color":
      return [colour(element.value)];
    case "team":
      return [h("span", { class: "chip" }, element.team_id)];
    default:
      return [h("span", { class: "dim" }, `[${element.type}]`)];
  }
}

/** @param {string} text */
function withBreaks(text) {
  return text.split("\n").flatMap((line, at) => [...(at ? [h("br")] : []), document.createTextNode(line)]);
}

/** @param {string} value */
function colour(value) {
  const swatch = h("span", { class: "swatch" });
  swatch.style.backgroundColor = value;
  return h("span", {}, swatch, value);
}
