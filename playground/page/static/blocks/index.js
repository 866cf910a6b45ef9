// Every kind of block, and the plain fallback for kinds that are not known here.

import { h } from "../dom.js";
import { card, carousel, container } from "./card.js";
import { actions, alert, context, contextActions, divider, header, image, section, video } from "./classic.js";
import { dataVisualization, unknown } from "./fallback.js";
import { input } from "./input.js";
import { markdown } from "./markdown.js";
import { plan, taskCard } from "./plan.js";
import { richText } from "./rich_text.js";
import { dataTable, table } from "./table.js";

/**
 * Where a block stands. `act` sends what somebody did with an element; `form` keeps what was filled in (modals, Home).
 * @typedef {{surface: "message" | "modal" | "home", act: (block: any, element: any, option?: string) => Promise<void>, form?: import("../form.js").Form}} Place
 */

/** @type {Record<string, (block: any, place: Place) => Element>} */
const KINDS = {
  actions, alert, card, carousel, container, context, divider, header, image, input, markdown, plan, section, table, video,
  context_actions: contextActions,
  data_table: dataTable,
  data_visualization: dataVisualization,
  rich_text: richText,
  task_card: taskCard,
};

/** @param {any} block @param {Place} place */
export function drawBlock(block, place) {
  const draw = Object.hasOwn(KINDS, block?.type) ? KINDS[block.type] : unknown;
  try {
    return draw(block, place);
  } catch (error) {
    // One block that surprises us must not take the message with it.
    console.error(error);
    return unknown(block);
  }
}

/** @param {any[]} blocks @param {Place} place */
export function drawBlocks(blocks, place) {
  return h("div", { class: "blocks" }, blocks.map((block) => drawBlock(block, place)));
}
