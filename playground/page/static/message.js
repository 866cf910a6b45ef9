// One message.

import { post } from "./api.js";
import { avatar, nameOf } from "./avatar.js";
import { drawBlocks } from "./blocks/index.js";
import { clock, full, momentOf } from "./dates.js";
import { h, ICONS } from "./dom.js";
import { drawFile } from "./files.js";
import { mrkdwn } from "./mrkdwn.js";
import { drawReactions, openReactions } from "./reactions.js";
import { store } from "./store.js";
import { toast } from "./toast.js";
import { drawTrouble } from "./trouble.js";

const SAID = {
  operation_timeout: "the app did not answer within three seconds",
  dispatch_failed: "the app is not connected, or its answer was refused",
};

/** @param {{message: any, isFollowUp: boolean, isThread: boolean, replies: any[], troubles: any[]}} row */
export function drawMessage({ message, isFollowUp, isThread, replies, troubles }) {
  const at = momentOf(message.ts);
  const name = nameOf(message.user);
  const looks = ["message", isFollowUp && "follow-up", message.is_ephemeral && "ephemeral", troubles.length && "troubled", !isThread && store.thread === message.ts && "selected"];
  const when = h("time", { class: "when", title: full(at), datetime: at.toISOString() }, clock(at));
  return h("div", {
    class: looks.filter(Boolean).join(" "), role: "listitem", tabindex: -1, "data-ts": message.ts, "data-tour": message.user === store.screen.bot ? "message" : null,
    "aria-label": `${name} at ${clock(at)}`, onkeydown: (event) => keys(event, message, isThread),
  },
    message.is_ephemeral && h("div", { class: "only-you" }, "👁 Only visible to you"),
    message.is_broadcast && h("div", { class: "broadcast" }, broadcast(message, isThread)),
    h("div", { class: "gutter" }, isFollowUp ? when : avatar(message.user)),
    h("div", { class: "body" },
      !isFollowUp && h("div", { class: "message-head" }, h("strong", {}, name), label(message), h("time", { class: "when", title: full(at), datetime: at.toISOString() }, clock(at))),
      content(message, at),
      troubles.map(drawTrouble),
      !isThread && replies.length > 0 && thread(message, replies),
      message.is_ephemeral && !message.offer && h("button", { class: "link", onclick: () => store.dismiss(message) }, "Dismiss message")),
    !message.is_ephemeral && !message.is_deleted && toolbar(message, isThread));
}

/** @param {any} message */
function label(message) {
  const person = store.person(message.user);
  if (person?.is_bot) return h("span", { class: "tag" }, "APP");
  return person?.is_stranger && h("span", { class: "tag" }, "another team");
}

/** @param {any} message @param {Date} at */
function content(message) {
  if (message.is_deleted) return h("div", { class: "dim deleted" }, "This message was deleted.");
  const place = { surface: "message", act: (block, element, option) => press(message, element, option) };
  const edited = message.edited_at && h("span", { class: "edited", title: full(new Date(message.edited_at)) }, "(edited)");
  return [
    message.blocks.length ? drawBlocks(message.blocks, place) : message.text && h("div", { class: "text" }, mrkdwn(message.text)),
    message.attachments.map((one) => attachment(one, place)),
    message.files.map(drawFile),
    edited,
    message.offer === "invite" && h("div", { class: "actions" }, h("button", { class: "button primary", onclick: () => invite(message) }, "Invite them"),
      h("button", { class: "button", onclick: () => store.dismiss(message) }, "Do nothing")),
    drawReactions(message),
  ];
}

/** @param {any} one @param {any} place */
function attachment(one, place) {
  const box = h("div", { class: "attachment" },
    one.pretext && mrkdwn(one.pretext),
    one.title && h("strong", {}, one.title),
    one.text && mrkdwn(one.text),
    one.blocks ? drawBlocks(one.blocks, place) : !one.text && !one.title && one.fallback,
    one.footer && h("div", { class: "dim" }, one.footer));
  if (/^#?[0-9a-f]{3,8}$/i.test(one.color ?? "")) box.style.borderLeftColor = `#${one.color.replace("#", "")}`;
  return box;
}

/** @param {any} message @param {any[]} replies */
function thread(message, replies) {
  const people = [...new Set(replies.map((one) => one.user))].slice(0, 4);
  return h("button", { class: "thread-link", "data-tour": "thread", onclick: () => store.openThread(message.ts) },
    people.map((id) => avatar(id, "small")), h("strong", {}, `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`), h("span", { class: "dim" }, `Last at ${clock(momentOf(replies.at(-1).ts))}`));
}

/** @param {any} message @param {boolean} isThread */
function broadcast(message, isThread) {
  if (isThread) return `Also sent to #${store.place.name}`;
  return ["replied to a thread: ", h("button", { class: "link", onclick: () => store.openThread(message.thread_ts) }, "open the thread")];
}

/** @param {any} message @param {boolean} isThread */
function toolbar(message, isThread) {
  const parent = message.thread_ts || message.ts;
  return h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message" },
    h("button", { class: "plain", "aria-label": "Add a reaction", title: "Add a reaction", onclick: (event) => openReactions(event.currentTarget, message) }, ICONS.smile()),
    !isThread && h("button", { class: "plain", "aria-label": "Reply in thread", title: "Reply in thread", onclick: () => store.openThread(parent) }, ICONS.thread()),
    message.user === store.screen.me && h("button", { class: "plain", "aria-label": "Delete", title: "Delete", onclick: () => remove(message) }, ICONS.bin()));
}

/** @param {KeyboardEvent} event @param {any} message @param {boolean} isThread */
function keys(event, message, isThread) {
  if (event.target !== event.currentTarget) return;
  if ((event.key === "t" || event.key === "Enter") && !isThread && !message.is_ephemeral) store.openThread(message.thread_ts || message.ts);
  if (event.key === "r" && !message.is_ephemeral) openReactions(event.currentTarget.querySelector(".toolbar button"), message);
}

/** @param {any} message @param {any} element @param {string} [option] */
async function press(message, element, option = "") {
  await tried(async () => {
    const gesture = await post("/control/click", { user: store.user, channel: message.channel, ts: message.ts, action_id: element.action_id, option });
    if (gesture.error) toast(`${store.person(store.screen.bot)?.name}: ${SAID[gesture.error] ?? gesture.error} (${gesture.error}).`);
  });
}

const remove = (message) => tried(() => post("/control/delete", { channel: message.channel, ts: message.ts }));

/** @param {any} message */
async function invite(message) {
  await tried(() => post("/control/invite", { channel: message.channel }));
  store.dismiss(message);
}

/** @param {() => Promise<any>} work */
async function tried(work) {
  try {
    await work();
  } catch (error) {
    toast(error.message);
  }
}
