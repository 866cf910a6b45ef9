// A sentence that appears, is read out, and goes.

import { h, ICONS } from "./dom.js";

const SHOWN_MILLISECONDS = 8000;

export const toasts = h("div", { class: "toasts", role: "alert", "aria-live": "assertive" });

/** @param {string} sentence */
export function toast(sentence) {
  const one = h("div", { class: "toast" }, h("span", {}, sentence),
    h("button", { class: "plain", "aria-label": "Close", onclick: () => one.remove() }, ICONS.close()));
  toasts.append(one);
  setTimeout(() => one.remove(), SHOWN_MILLISECONDS);
}
