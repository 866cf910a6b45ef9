// Ids of people, channels and groups as chips with their names.

import { h } from "./dom.js";
import { store } from "./store.js";

/** @param {string} id @param {string} [label] */
export function personChip(id, label = "") {
  const person = store.person(id);
  const isMe = id === store.screen?.me;
  return h("span", { class: isMe ? "chip me" : "chip", title: person?.real_name }, `@${person?.name ?? (label || id)}`);
}

/** @param {string} id @param {string} [label] */
export function channelChip(id, label = "") {
  const channel = store.screen?.channels.find((one) => one.id === id);
  if (!channel) return h("span", { class: "chip" }, `#${label || "private-channel"}`);
  return h("button", { class: "chip", onclick: () => store.open(id) }, `#${channel.name || label || "direct"}`);
}

/** @param {string} id @param {string} [label] */
export function groupChip(id, label = "") {
  const group = store.screen?.groups.find((one) => one.id === id);
  return h("span", { class: "chip loud" }, `@${group?.handle ?? (label.replace(/^@/, "") || id)}`);
}

/** @param {string} range here, channel or everyone */
export function broadcastChip(range) {
  return h("span", { class: "chip loud" }, `@${range}`);
}

/**
 * A link that can only lead to a web page or a mailbox; anything else is shown as text.
 * @param {string} url
 * @param {...any} label
 */
export function link(url, ...label) {
  const shown = label.length ? label : [url];
  if (!/^(https?|mailto|tel):/i.test(url)) return h("span", { class: "dead-link", title: url }, ...shown);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, ...shown);
}
