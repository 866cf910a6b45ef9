// The App Home tab.

import { drawBlocks } from "./blocks/index.js";
import { fill, h } from "./dom.js";
import { Form } from "./form.js";
import { press } from "./modal.js";
import { store } from "./store.js";

export const home = h("div", { class: "home", role: "tabpanel", "aria-label": "Home", hidden: true });

export function drawHome() {
  const view = store.screen.home;
  const sign = view ? `${view.hash} ${store.screen.me}` : "none";
  if (home.sign === sign) return;
  home.sign = sign;
  if (!view) {
    fill(home, h("div", { class: "empty" }, h("strong", {}, "This app has no Home yet."), h("div", { class: "dim" }, "It has published nothing for you. Try its messages, or a slash command.")));
    return;
  }
  fill(home, drawBlocks(view.blocks, { surface: "home", form: new Form(), act: (block, element, option = "") => press(view, block, element, option) }));
}
