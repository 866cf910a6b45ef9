// What broke one of Slack's rules, in red where it happened.

import { h } from "./dom.js";
import { store } from "./store.js";

const NOT_SHOWN = 12;

/** @param {any} message */
export function troublesBeside(message) {
  return store.screen.troubles.filter((one) => one.ts === message.ts && !one.error);
}

/** Those that left no message, or were refused: for the channel or for the open thread. @param {boolean} isThread */
export function troublesBetween(isThread) {
  const here = store.screen.troubles.filter((one) => (!one.ts || one.error) && (isThread ? one.thread_ts === store.thread : !one.thread_ts));
  return here.slice(-NOT_SHOWN);
}

/** @param {any} trouble */
export function drawTrouble(trouble) {
  const head = trouble.error ? `${trouble.method} was refused: ${trouble.error}` : `${trouble.method}: Slack takes it, but should not have to`;
  return h("div", { class: "trouble", role: "note" }, h("strong", {}, head),
    h("ul", {}, trouble.notes.map((one) => h("li", {}, `${one.code}: ${one.text}`, one.pointer && h("code", {}, one.pointer)))));
}
