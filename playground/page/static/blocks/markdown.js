// The markdown block: headings, lists, quotes, code, tables, emphasis and links of ordinary Markdown.

import { h } from "../dom.js";
import { emoji } from "../emoji.js";
import { link } from "../names.js";

const INLINE = /`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|(\*\*|__)(?=\S)(.+?)\4|~~(?=\S)(.+?)~~|(?<![\w*])([*_])(?=\S)([^*_]+?)\7(?!\w)|:([a-z0-9_+'-]+):|(https?:\/\/[^\s<>()]+)/g;
const BLOCK_START = /^(#{1,6} |```|> ?|\s*([-*+]|\d+[.)]) |\|.*\||(-{3,}|\*{3,})$)/;

/** @param {any} block */
export function markdown(block) {
  return h("div", { class: "block markdown" }, ...blocks(String(block.text).split("\n")));
}

/** @param {string[]} lines @returns {Generator<Element>} */
function* blocks(lines) {
  let at = 0;
  /** @param {(line: string) => boolean} holds @returns {string[]} */
  const take = (holds) => {
    const begin = at;
    while (at < lines.length && holds(lines[at])) at += 1;
    return lines.slice(begin, at);
  };
  while (at < lines.length) {
    const line = lines[at];
    const heading = /^(#{1,6}) (.*)$/.exec(line);
    if (!line.trim()) at += 1;
    else if (heading) yield (at++, h(`h${Math.min(heading[1].length + 2, 6)}`, {}, inline(heading[2])));
    else if (line.startsWith("```")) {
      at += 1;
      const code = take((one) => !one.startsWith("```"));
      at += 1;
      yield h("pre", {}, code.join("\n"));
    } else if (/^(-{3,}|\*{3,})$/.test(line)) yield (at++, h("hr"));
    else if (line.startsWith(">")) yield h("blockquote", {}, ...blocks(take((one) => one.startsWith(">")).map((one) => one.replace(/^> ?/, ""))));
    else if (/^\|.*\|\s*$/.test(line)) yield table(take((one) => /^\|.*\|\s*$/.test(one)));
    else if (/^\s*([-*+]|\d+[.)]) /.test(line)) yield list(take((one) => /^\s*([-*+]|\d+[.)]) /.test(one)));
    else {
      at += 1;
      yield h("p", {}, inline([line, ...take((one) => Boolean(one.trim()) && !BLOCK_START.test(one))].join("\n")));
    }
  }
}

/** @param {string[]} rows */
function table(rows) {
  const cells = (row) => row.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const [head, ...rest] = rows.filter((row) => !/^[\s|:-]+$/.test(row)).map(cells);
  return h("div", { class: "table", tabindex: 0, role: "region", "aria-label": "Table" }, h("table", {},
    h("thead", {}, h("tr", {}, (head ?? []).map((cell) => h("th", {}, inline(cell))))),
    h("tbody", {}, rest.map((row) => h("tr", {}, row.map((cell) => h("td", {}, inline(cell))))))));
}

/** @param {string[]} rows */
function list(rows) {
  const isOrdered = /^\s*\d/.test(rows[0]);
  return h(isOrdered ? "ol" : "ul", {}, rows.map((row) => {
    const [, indent, , words] = /^(\s*)([-*+]|\d+[.)]) (.*)$/.exec(row) ?? ["", "", "", row];
    return h("li", { class: `indent-${Math.min(Math.floor(indent.length / 2), 8)}` }, inline(words));
  }));
}

/** @param {string} text @returns {Node[]} */
function inline(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, code, label, url, , strong, struck, , soft, name, bare] = found;
    nodes.push(...plain(text.slice(end, found.index)));
    if (code) nodes.push(h("code", {}, code));
    else if (label) nodes.push(link(url, ...inline(label)));
    else if (strong) nodes.push(h("strong", {}, inline(strong)));
    else if (struck) nodes.push(h("s", {}, inline(struck)));
    else if (soft) nodes.push(h("em", {}, inline(soft)));
    else if (name) nodes.push(document.createTextNode(emoji(name)));
    else nodes.push(link(bare));
    end = found.index + whole.length;
  }
  return [...nodes, ...plain(text.slice(end))];
}

/** @param {string} text */
function plain(text) {
  return text.split("\n").flatMap((line, at) => [...(at ? [h("br")] : []), document.createTextNode(line)]);
}
