// The panel at the right with one thread.

import { makeComposer } from "./composer.js";
import { h, ICONS } from "./dom.js";
import { makeMessages } from "./messages.js";
import { store } from "./store.js";

const place = h("span", { class: "dim" });
const list = makeMessages({ label: "Thread", isThread: true });
const composer = makeComposer({ id: "thread-composer", isThread: true });
let shown = "";

export const threadPanel = h("aside", { class: "panel thread-panel", "aria-label": "Thread", hidden: true, onkeydown: (event) => event.key === "Escape" && !event.defaultPrevented && shut() },
  h("div", { class: "panel-head" }, h("h2", {}, "Thread"), place, h("span", { class: "grow" }), h("button", { class: "plain", "aria-label": "Close the thread", onclick: shut }, ICONS.close())),
  list.element, composer.element);

function shut() {
  const parent = store.thread;
  store.openThread("");
  document.querySelector(`.channel .message[data-ts="${CSS.escape(parent)}"]`)?.focus();
}

export function drawThread() {
  const messages = store.messages.filter((one) => store.thread && (one.ts === store.thread || one.thread_ts === store.thread));
  if (!messages.length) store.thread = "";
  threadPanel.hidden = !store.thread;
  if (!store.thread) {
    shown = "";
    return;
  }
  place.textContent = store.place.name ? `#${store.place.name}` : "dapr-warden";
  list.draw(store.thread, messages);
  composer.draw();
  if (shown !== store.thread) composer.focus();
  shown = store.thread;
}
