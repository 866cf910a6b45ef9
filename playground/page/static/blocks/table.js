// Tables.

import { h } from "../dom.js";
import { richParts } from "./rich_text.js";

/** @param {any} block */
export function table(block) {
  const settings = block.column_settings ?? [];
  const draw = (row, tag) => h("tr", {}, row.map((cell, at) => h(tag, { class: `${settings[at]?.align ?? "left"}${settings[at]?.is_wrapped ? " wrapped" : ""}` }, content(cell))));
  const [first, ...rest] = block.rows;
  return h("div", { class: "block table", tabindex: 0, role: "region", "aria-label": "Table" },
    h("table", {}, h("thead", {}, draw(first, "th")), h("tbody", {}, rest.map((row) => draw(row, "td")))));
}

/** @param {any} block */
export function dataTable(block) {
  return h("figure", { class: "block" }, h("figcaption", { class: "dim" }, block.caption), table(block));
}

/** @param {any} cell */
function content(cell) {
  if (cell.type === "rich_text") return richParts(cell);
  return cell.text ?? (cell.value === undefined ? "" : String(cell.value));
}
