// plan and task_card: what is being done, step by step.

import { h } from "../dom.js";
import { link } from "../names.js";
import { richParts } from "./rich_text.js";
import { plain } from "./text.js";

const STATES = { pending: ["", "to do"], in_progress: ["", "in progress"], complete: ["✓", "done"], error: ["!", "failed"] };

/** @param {any} block */
export function plan(block) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter((one) => one.status === "complete").length;
  const title = typeof block.title === "string" ? block.title : plain(block.title);
  return h("div", { class: "block plan" },
    h("div", { class: "plan-title" }, h("strong", {}, title), h("span", { class: "dim" }, `${done} of ${tasks.length}`)),
    h("ol", { class: "tasks" }, tasks.map((one) => h("li", {}, task(one)))));
}

/** @param {any} block */
export const taskCard = (block) => h("div", { class: "block plan" }, task(block));

/** @param {any} given */
function task(given) {
  const [mark, said] = STATES[given.status] ?? ["", given.status];
  const inner = [
    given.details && h("div", { class: "task-details" }, richParts(given.details)),
    given.output && h("div", { class: "task-output" }, richParts(given.output)),
    given.sources && h("div", { class: "task-sources" }, given.sources.map((source) => h("span", {}, link(source.url, source.text || source.url)))),
  ].filter(Boolean);
  const head = [h("span", { class: `task-mark ${given.status}`, role: "img", "aria-label": said }, mark), h("span", { class: "task-title" }, given.title)];
  if (!inner.length) return h("div", { class: "task" }, head);
  return h("details", { class: "task", open: given.status === "in_progress" || given.status === "error" }, h("summary", {}, head), inner);
}
