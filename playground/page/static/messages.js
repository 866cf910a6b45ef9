// A list of messages: days between them, follow-ups below each other, new ones scrolled into sight and read out.

import { day, momentOf } from "./dates.js";
import { h, sync } from "./dom.js";
import { drawMessage } from "./message.js";
import { nameOf } from "./avatar.js";
import { store } from "./store.js";
import { drawTrouble, troublesBeside, troublesBetween } from "./trouble.js";

const TOGETHER_SECONDS = 300;

/** @param {{label: string, isThread: boolean}} how */
export function makeMessages({ label, isThread }) {
  const list = h("div", { class: "message-list", role: "list" });
  const spoken = h("div", { class: "unseen", role: "log", "aria-live": "polite" });
  const element = h("div", { class: "messages", role: "region", "aria-label": label, tabindex: 0 }, list, spoken);
  let shown = "";
  let newest = "";

  element.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const rows = [...list.querySelectorAll(".message")];
    const at = rows.indexOf(document.activeElement?.closest(".message"));
    const next = at < 0 ? rows.at(-1) : rows[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next || /** @type {HTMLElement} */ (event.target).closest("input, textarea, select")) return;
    next.focus();
    event.preventDefault();
  });

  return {
    element,
    /** @param {string} place changes when another channel or thread is shown @param {any[]} messages */
    draw(place, messages) {
      const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
      sync(list, rowsOf(place, messages, isThread), (row) => row.key, build, (row) => row.sign);
      const last = messages.at(-1);
      const isNew = last && last.ts > newest;
      if (shown !== `${store.screen.me} ${place}`) element.scrollTop = element.scrollHeight;
      else if (isNew && (isAtEnd || last.user === store.screen.me || last.is_ephemeral)) element.scrollTop = element.scrollHeight;
      if (shown === `${store.screen.me} ${place}` && isNew) spoken.textContent = `${nameOf(last.user)}: ${last.text ?? ""}`.slice(0, 300);
      shown = `${store.screen.me} ${place}`;
      newest = last?.ts ?? "";
    },
  };
}

/** @param {string} place @param {any[]} messages @param {boolean} isThread */
function rowsOf(place, messages, isThread) {
  const rows = [];
  const names = namesSign();
  let before = null;
  for (const message of messages) {
    const today = day(momentOf(message.ts));
    if (!isThread && (!before || today !== day(momentOf(before.ts)))) {
      rows.push({ key: `day ${today}`, sign: today, day: today });
      before = null;
    }
    const isFollowUp = Boolean(before) && before.user === message.user && !message.is_ephemeral && !before.is_ephemeral && !message.is_deleted
      && !message.is_broadcast && !message.blocks?.length && !message.files?.length && message.ts - before.ts < TOGETHER_SECONDS;
    const replies = isThread ? [] : store.messages.filter((one) => one.is_reply && one.thread_ts === message.ts && !one.is_ephemeral && !one.is_deleted);
    const troubles = troublesBeside(message);
    const told = { message, isFollowUp, isThread, replies, troubles, place };
    rows.push({ key: message.key ?? message.ts, ...told, sign: JSON.stringify([message, isFollowUp, replies.map((one) => [one.ts, one.user]), troubles, names, store.thread === message.ts && !isThread]) });
    before = message;
  }
  for (const trouble of troublesBetween(isThread)) {
    rows.push({ key: `trouble ${trouble.at}`, sign: JSON.stringify(trouble), trouble, ts: trouble.at });
  }
  return placed(rows);
}

/** Troubles stand where they happened. @param {any[]} rows */
function placed(rows) {
  const loose = rows.filter((row) => row.trouble);
  const fixed = rows.filter((row) => !row.trouble);
  for (const row of loose) {
    const after = fixed.findLastIndex((one) => (one.message?.ts ?? one.ts ?? "9") <= row.ts);
    fixed.splice(after + 1, 0, row);
  }
  return fixed;
}

/** Names and days change what old messages look like. */
function namesSign() {
  return `${store.screen.me} ${store.screen.now.slice(0, 10)} ${store.screen.channels.length}`;
}

/** @param {any} row */
function build(row) {
  if (row.day) return h("div", { class: "day", role: "separator" }, h("span", {}, row.day));
  if (row.trouble) return drawTrouble(row.trouble);
  return drawMessage(row);
}
