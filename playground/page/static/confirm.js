// The dialog that asks again before something is done.

import { plain, text } from "./blocks/text.js";
import { h } from "./dom.js";

/** @param {any} confirm @returns {Promise<boolean>} whether to go on; at once when there is nothing to ask */
export function asked(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const answer = (/** @type {boolean} */ yes) => () => {
      dialog.close();
      dialog.remove();
      resolve(yes);
    };
    const dialog = h("dialog", { class: "confirm", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text", oncancel: answer(false) },
      h("h2", { id: "confirm-title" }, plain(confirm.title)),
      h("div", { id: "confirm-text" }, text(confirm.text)),
      h("div", { class: "dialog-actions" },
        h("button", { class: "button", type: "button", onclick: answer(false) }, plain(confirm.deny)),
        h("button", { class: `button ${confirm.style === "danger" ? "danger" : "primary"}`, type: "button", onclick: answer(true) }, plain(confirm.confirm))));
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector(".dialog-actions button:last-child").focus();
  });
}
