// Modals: the top one of the present person's stack, with what the app says to it.

import { post } from "./api.js";
import { drawBlocks } from "./blocks/index.js";
import { plain } from "./blocks/text.js";
import { h, ICONS } from "./dom.js";
import { Form } from "./form.js";
import { store } from "./store.js";
import { toast } from "./toast.js";

/** @type {{dialog: any, id: string, hash: string, form: Form, me: string} | null} */
let shown = null;

export function drawModals() {
  const view = store.screen.modals.at(-1);
  if (shown && (!view || shown.id !== view.id || shown.me !== store.screen.me)) away();
  if (!view) return;
  if (!shown) open(view);
  else if (shown.hash !== view.hash) update(view);
}

function away() {
  shown.dialog.close();
  shown.dialog.remove();
  shown = null;
}

/** @param {any} view */
function open(view) {
  const dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title", oncancel: (event) => (event.preventDefault(), shut()) });
  document.body.append(dialog);
  shown = { dialog, id: view.id, hash: view.hash, form: new Form(), me: store.screen.me };
  show(view, {});
  dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector(".modal-body input, .modal-body textarea, .modal-body button") ?? dialog.querySelector(".primary"))?.focus();
}

/** @param {any} view */
function update(view) {
  const focused = shown.dialog.contains(document.activeElement) ? document.activeElement.dataset.action : "";
  const earlier = shown.form.values;
  shown.hash = view.hash;
  show(view, earlier);
  (focused && shown.dialog.querySelector(`[data-action="${CSS.escape(focused)}"]`)
    || shown.dialog.querySelector(".dialog-actions button"))?.focus();
}

/** @param {any} view @param {any} earlier */
function show(view, earlier) {
  const form = (shown.form = new Form(earlier));
  const depth = store.screen.modals.length;
  const act = (block, element, option = "") => press(view, block, element, option);
  const blocks = drawBlocks(view.blocks, { surface: "modal", act, form });
  const submit = view.submit && h("button", { class: "button primary", type: "submit" }, plain(view.submit));
  const body = h("form", { class: "modal-form", novalidate: true, onsubmit: (event) => (event.preventDefault(), send(view, form, submit)) },
    h("div", { class: "modal-body" }, blocks),
    h("div", { class: "dialog-actions" }, h("button", { class: "button", type: "button", onclick: shut }, plain(view.close) || "Close"), submit));
  shown.dialog.replaceChildren(
    h("div", { class: "modal-head" },
      depth > 1 && h("button", { class: "plain", type: "button", "aria-label": "Back", onclick: shut }, ICONS.back()),
      h("h2", { id: "modal-title" }, plain(view.title)),
      h("span", { class: "grow" }),
      h("button", { class: "plain", type: "button", "aria-label": "Close the dialog", onclick: shut }, ICONS.close())),
    body);
}

/** @param {any} view @param {Form} form @param {any} button */
async function send(view, form, button) {
  if (!form.check()) return;
  button?.setAttribute("aria-busy", "true");
  try {
    const gesture = await post("/control/submit", { user: store.user, view_id: view.id, values: form.values });
    if (gesture.error) toast("We had some trouble connecting. Try again?");
    else if (gesture.ack?.response_action === "errors") form.tell(gesture.ack.errors ?? {});
  } catch (error) {
    toast(error.message);
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

/** @param {any} view @param {any} block @param {any} element @param {string} option */
export async function press(view, block, element, option) {
  try {
    const values = shown?.id === view.id ? shown.form.values : {};
    const gesture = await post("/control/press", { user: store.user, view_id: view.id, block_id: block.block_id, action_id: element.action_id, option, values });
    if (gesture.error) toast(`The app did not take that (${gesture.error}).`);
  } catch (error) {
    toast(error.message);
  }
}

async function shut() {
  if (!shown) return;
  try {
    await post("/control/close-view", { user: store.user, view_id: shown.id });
    await store.look();
  } catch (error) {
    toast(error.message);
  }
}
