// Slack's markup in texts, as nodes: never as HTML.

import { formatted } from "./dates.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { broadcastChip, channelChip, groupChip, link, personChip } from "./names.js";

const TAGS = { "*": "strong", _: "em", "~": "s" };
const INLINE = /<([^<>\n]+)>|:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):|`([^`\n]+)`|(?<![\p{L}\p{N}_*~])([*_~])(?=\S)([^\n]*?\S)\4(?![\p{L}\p{N}_])/gu;

/** The three escaped characters. @param {string} text */
export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** A whole text with code blocks, quotes and lines. @param {string} text */
export function mrkdwn(text) {
  return h("div", { class: "mrkdwn" }, ...text.split(/```\n?([\s\S]+?)```\n?/).map((part, at) => (at % 2 ? pre(part) : lines(part))));
}

/** @param {string} text */
function pre(text) {
  return h("pre", {}, ...inside(text.replace(/\n$/, ""), { onlyLinks: true }));
}

/** @param {string} text */
function lines(text) {
  /** @type {any[]} */
  const shown = [];
  let quote = null;
  for (const [at, line] of text.split("\n").entries()) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      if (!quote) shown.push((quote = h("blockquote", {})));
      else quote.append(h("br"));
      quote.append(...inline(quoted[1]));
      continue;
    }
    if (at && !quote) shown.push(h("br"));
    quote = null;
    shown.push(...inline(line));
  }
  return shown;
}

/** One line. @param {string} text @returns {Node[]} */
export function inline(text) {
  return inside(text, { onlyLinks: false });
}

/** @param {string} text @param {{onlyLinks: boolean}} how @returns {Node[]} */
function inside(text, { onlyLinks }) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    if (onlyLinks && !found[1]) continue;
    nodes.push(document.createTextNode(unescaped(text.slice(end, found.index))), token(found));
    end = found.index + found[0].length;
  }
  nodes.push(document.createTextNode(unescaped(text.slice(end))));
  return nodes.filter((node) => node.nodeType !== Node.TEXT_NODE || node.data);
}

/** @param {RegExpMatchArray} found */
function token([, bracket, name, code, sign, span]) {
  if (bracket) return entity(bracket);
  if (name) return h("span", { class: "emoji", title: `:${name}:` }, emoji(name));
  if (code) return h("code", {}, ...inside(code, { onlyLinks: true }));
  return h(TAGS[sign], {}, ...inline(span));
}

/** What stands in angle brackets. @param {string} bracket */
function entity(bracket) {
  const bar = bracket.indexOf("|");
  const target = bar < 0 ? bracket : bracket.slice(0, bar);
  const label = bar < 0 ? "" : unescaped(bracket.slice(bar + 1));
  if (target.startsWith("@")) return personChip(target.slice(1), label);
  if (target.startsWith("#")) return channelChip(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1), label);
  return link(unescaped(target), ...(label ? [label] : []));
}

/** @param {string} word @param {string} label */
function special(word, label) {
  const [name, first = "", ...rest] = word.split("^");
  if (name === "date") return date(first, rest[0] ?? "", rest[1] ?? "", label);
  if (name === "subteam") return groupChip(first, label);
  return broadcastChip(["here", "channel", "everyone"].includes(name) ? name : label || name);
}

/** @param {string} timestamp @param {string} format @param {string} url @param {string} fallback */
function date(timestamp, format, url, fallback) {
  const words = formatted(Number(timestamp), unescaped(format), fallback);
  return url ? link(unescaped(url), words) : h("time", { title: fallback }, words);
}
