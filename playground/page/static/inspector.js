// What went over the wire: envelopes and acks, calls and answers, with everything that broke a rule in red.

import { get } from "./api.js";
import { plain } from "./blocks/text.js";
import { fill, h, ICONS, sync } from "./dom.js";
import { store } from "./store.js";

const totals = h("div", { class: "totals" });
const acks = h("div", { class: "ack-troubles" });
const list = h("div", { class: "wire", role: "list" });
const only = h("input", { type: "checkbox", onchange: () => show() });
/** @type {any} */
let journal = null;
let version = -1;

export const inspector = h("aside", { class: "panel inspector", "aria-label": "Inspector", "data-tour": "inspector", hidden: true, onkeydown: (event) => event.key === "Escape" && store.openPanel("") },
  h("div", { class: "panel-head" }, h("h2", {}, "Inspector"), h("span", { class: "grow" }), h("label", { class: "also" }, only, "Only problems"),
    h("button", { class: "plain", "aria-label": "Close the inspector", onclick: () => store.openPanel("") }, ICONS.close())),
  totals, acks, list);

export function drawInspector() {
  inspector.hidden = store.panel !== "inspector";
  if (inspector.hidden || version === store.screen.version) return;
  version = store.screen.version;
  get("/page/journal").then((found) => {
    journal = found;
    show();
  }).catch(() => (version = -1));
}

function show() {
  if (!journal) return;
  const isAtEnd = !list.childElementCount || list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const { envelopes, calls, violations, pings, sockets } = journal.totals;
  const number = (count, word, isBad = false) => h("span", { class: isBad && count ? "total bad" : "total" }, h("strong", {}, count), ` ${word}`);
  fill(totals, number(sockets, "sockets"), number(envelopes, "envelopes"), number(calls, "calls"), number(violations, "broken rules", true), number(pings, "pings", true));
  fill(acks, journal.acks.map((one) => problem(one)));
  const lines = journal.lines.filter((one) => !only.checked || one.is_bad || one.problems.length);
  sync(list, lines.length ? lines : [{ id: "none", none: true }], (one) => one.id, line);
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

/** @param {any} one */
function line(one) {
  if (one.none) return h("div", { class: "empty dim" }, only.checked ? "Nothing broke a rule." : "Nothing was sent yet. Type a command.");
  const isBad = one.is_bad || one.problems.some((each) => each.refused);
  const latency = one.latency === null ? "" : `${Math.max(1, Math.round(one.latency * 1000))} ms`;
  const detail = h("div", { class: "wire-detail" });
  return h("div", { class: `wire-line ${one.kind}${isBad || one.problems.length ? " bad" : ""}`, role: "listitem" }, h("details", { ontoggle: (event) => event.currentTarget.open && !detail.childElementCount && load(one.id, detail) },
    h("summary", {},
      h("span", { class: "arrow", title: one.kind === "call" ? "from the bot to Slack" : "from Slack to the bot" }, one.kind === "call" ? "←" : "→"),
      h("span", { class: "wire-title" }, one.title), h("span", { class: "wire-about dim" }, plain({ text: one.about })), h("span", { class: "grow" }),
      h("span", { class: `outcome ${one.is_bad ? "bad" : "good"}` }, one.outcome), h("span", { class: "latency" }, latency)),
    detail), one.problems.map(problem));
}

/** @param {any} one */
function problem(one) {
  return h("div", { class: "problem", role: "note" }, h("strong", {}, one.code), ` ${one.text}`, one.pointer && h("code", {}, one.pointer), !one.refused && h("span", { class: "dim" }, " (taken, not refused)"));
}

/** @param {string} id @param {HTMLElement} detail */
async function load(id, detail) {
  try {
    const { problems, ...payloads } = await get(`/page/journal/${id}`);
    fill(detail, ...Object.entries(payloads).filter(([, value]) => value && Object.keys(value).length).map(([name, value]) => [h("div", { class: "dim" }, name), h("pre", {}, JSON.stringify(value, null, 2))]));
  } catch (error) {
    fill(detail, error.message);
  }
}
