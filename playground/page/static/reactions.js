// Emoji below a message.

import { post } from "./api.js";
import { nameOf } from "./avatar.js";
import { h } from "./dom.js";
import { emoji, QUICK } from "./emoji.js";
import { openMenu } from "./menu.js";
import { store } from "./store.js";
import { toast } from "./toast.js";

/** @param {any} message */
export function drawReactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((one) => h("button", {
    class: one.users.includes(store.screen.me) ? "reaction mine" : "reaction",
    title: `${one.users.map(nameOf).join(", ")} reacted with :${one.name}:`, "aria-label": `${one.name}, ${one.count}`,
    "aria-pressed": String(one.users.includes(store.screen.me)), onclick: () => react(message, one.name),
  }, h("span", { class: "emoji" }, emoji(one.name)), h("span", {}, one.count))));
}

/** @param {HTMLElement} anchor @param {any} message */
export function openReactions(anchor, message) {
  openMenu(anchor, QUICK.map((name) => ({ label: `${emoji(name)} ${name.replaceAll("_", " ")}`, pick: () => react(message, name) })), { label: "React", search: true });
}

/** @param {any} message @param {string} name */
function react(message, name) {
  post("/page/react", { user: store.user, channel: message.channel, ts: message.ts, name }).catch((error) => toast(error.message));
}
