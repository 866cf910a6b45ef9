// The guided tour: a card that says what to do next, a ring around where, and "Do it for me".

import { enter } from "./composer.js";
import { fill, h, ICONS } from "./dom.js";
import { act, stage } from "./stage.js";
import { store } from "./store.js";

let at = Number(sessionStorage.getItem("tour") ?? 0);
let isAway = sessionStorage.getItem("tour-away") === "yes";
let ringed = null;
/** @type {Set<string>} */
const passed = new Set();

export const tourCard = h("section", { class: "tour", "aria-label": "Guided tour", hidden: true, onkeydown: (event) => event.key === "Escape" && leave() });

export function drawTour() {
  const stops = stage.state?.tour ?? [];
  tourCard.hidden = !stops.length;
  if (!stops.length) return ring(null);
  // What was done counts, whoever did it; the card moves on by itself, and can be turned back.
  while (at < stops.length - 1 && stops[at].done && !passed.has(stops[at].id)) {
    passed.add(stops[at].id);
    go(at + 1, false);
  }
  const stop = stops[Math.min(at, stops.length - 1)];
  ring(isAway ? null : stop);
  const sign = JSON.stringify([stop, at, isAway, stops.length, stage.state.busy]);
  if (tourCard.sign === sign) return;
  tourCard.sign = sign;
  const focused = tourCard.contains(document.activeElement) ? document.activeElement.dataset.name : "";
  if (isAway) fill(tourCard, h("button", { class: "button primary", "data-name": "back", onclick: come }, `Take the tour (${stops.length} stops)`));
  else draw(stop, stops);
  tourCard.classList.toggle("away", isAway);
  if (focused) (tourCard.querySelector(`[data-name=${focused}]:not(:disabled)`) ?? tourCard.querySelector("button:not(:disabled)"))?.focus();
}

/** @param {any} stop @param {any[]} stops */
function draw(stop, stops) {
  const isLast = at >= stops.length - 1;
  const isForReading = !canDo(stop);
  fill(tourCard,
    h("div", { class: "tour-head" }, h("span", { class: "dim" }, `${at + 1} of ${stops.length}`), h("span", { class: "grow" }),
      h("button", { class: "plain", "aria-label": "Leave the tour", "data-name": "leave", onclick: leave }, ICONS.close())),
    h("h2", {}, stop.title),
    h("p", { "aria-live": "polite" }, stop.text),
    h("div", { class: "dialog-actions" },
      at > 0 && h("button", { class: "button", "data-name": "before", onclick: () => go(at - 1) }, "Back"),
      !isForReading && h("button", { class: "button primary", "data-name": "do", disabled: Boolean(stage.state.busy), onclick: () => doIt(stop) }, stage.state.busy ? "One moment…" : "Do it for me"),
      h("button", { class: isForReading ? "button primary" : "button", "data-name": "next", onclick: () => (isLast ? leave() : go(at + 1)) }, isLast ? "Finish" : isForReading ? "Next" : "Skip")));
}

const VERBS = { scenario: "play", deed: "do", time: "advance" };

/** @param {any} stop */
const canDo = (stop) => Boolean(stop.try_text || VERBS[stop.where.split(":")[0]] || ["inspector", "home", "thread"].includes(stop.where));

/** @param {any} stop */
async function doIt(stop) {
  const [kind, id = ""] = stop.where.split(":");
  if (stop.try_user) await store.become(stop.try_user);
  if (stop.try_channel) await store.open(stop.try_channel);
  if (kind === "inspector") store.openPanel("inspector");
  if (stop.try_text) await enter(stop.try_text, { thread: kind === "thread" ? store.thread : "" }).catch(() => {});
  else if (VERBS[kind]) await act(VERBS[kind], id);
  else if (kind === "home") await store.open(store.screen.channels.find((one) => one.kind === "im").id, "home");
  else if (kind === "thread") store.openThread(store.messages.findLast((one) => one.is_reply)?.thread_ts ?? "");
  passed.add(stop.id);
  if (stage.state.tour[at]?.id === stop.id && at < stage.state.tour.length - 1) go(at + 1);
}

/** @param {number} stop @param {boolean} [drawNow] */
function go(stop, drawNow = true) {
  at = stop;
  sessionStorage.setItem("tour", String(at));
  if (drawNow) store.changed();
}

function leave() {
  isAway = true;
  sessionStorage.setItem("tour-away", "yes");
  store.changed();
}

function come() {
  isAway = false;
  if (at >= stage.state.tour.length - 1) at = 0;
  sessionStorage.removeItem("tour-away");
  store.changed();
}

/** @param {any} stop */
function ring(stop) {
  const target = stop ? placeOf(stop.where) : null;
  if (target === ringed) return;
  ringed?.classList.remove("ringed");
  ringed = target;
  target?.classList.add("ringed");
  if (target?.closest(".panel-body, .sidebar")) target.scrollIntoView({ block: "nearest" });
}

const PANELS = { scenario: "stage", deed: "stage", time: "stage", stage: "stage", inspector: "inspector" };

/** What is meant; when it is in a panel that is closed, the button that opens it. @param {string} where */
function placeOf(where) {
  const found = [...document.querySelectorAll(`[data-tour="${CSS.escape(where)}"]`)].at(-1);
  if (found?.checkVisibility()) return found;
  if (where === "channel") return document.querySelector(".messages");
  const panel = PANELS[where.split(":")[0]];
  return panel && document.querySelector(`.banner [data-name="${panel}"]`);
}
