// The stage behind the page: scenarios, what somebody can do to the cluster, time. Not there over an emulator alone.

import { get, post } from "./api.js";
import { clock, full } from "./dates.js";
import { fill, h, ICONS } from "./dom.js";
import { store } from "./store.js";
import { toast } from "./toast.js";

const AGAIN_MILLISECONDS = 5000;

/** @type {{state: any}} */
export const stage = { state: null };

const body = h("div", { class: "panel-body" });

export const stagePanel = h("aside", { class: "panel stage", "aria-label": "Stage", "data-tour": "stage", hidden: true, onkeydown: (event) => event.key === "Escape" && store.openPanel("") },
  h("div", { class: "panel-head" }, h("h2", {}, "Stage"), h("span", { class: "grow" }), h("button", { class: "plain", "aria-label": "Close the stage", onclick: () => store.openPanel("") }, ICONS.close())),
  body);

export async function lookAtStage() {
  if (!store.hasStage) return;
  const isFirst = !stage.state;
  try {
    stage.state = await get("/stage/state");
  } catch {
    return; // the banner tells when the server is away
  }
  if (isFirst) {
    if (window.innerWidth > 1100) store.panel = "stage";
    setInterval(lookAtStage, AGAIN_MILLISECONDS);
  }
  store.changed();
}

/** @param {"play" | "do" | "advance"} verb @param {string} id */
export async function act(verb, id) {
  try {
    await post(`/stage/${verb}`, { id });
    await lookAtStage();
  } catch (error) {
    toast(error.message);
  }
}

export function drawStage() {
  stagePanel.hidden = store.panel !== "stage" || !stage.state;
  if (stagePanel.hidden) return;
  const sign = JSON.stringify(stage.state);
  if (body.sign === sign) return;
  body.sign = sign;
  const focused = body.contains(document.activeElement) ? document.activeElement.dataset.tour : "";
  const top = body.scrollTop;
  fill(body, head(stage.state), passing(stage.state), deeds(stage.state), scenarios(stage.state));
  body.scrollTop = top;
  if (focused) body.querySelector(`[data-tour="${CSS.escape(focused)}"]`)?.focus();
}

/** @param {any} state */
function head(state) {
  const at = new Date(state.now);
  return h("div", { class: "stage-head" },
    h("div", { class: "stage-cluster" }, h("strong", {}, state.cluster), h("span", { class: "tag" }, state.kind === "rig" ? "the real thing" : "simulated")),
    h("div", { class: "stage-now" }, ICONS.clock(), h("time", { title: full(at) }, `${at.toLocaleDateString("en-US", { weekday: "short", month: "short", day: "numeric", year: "numeric" })}, ${clock(at)}`),
      state.moved_by > 0 && h("span", { class: "tag" }, `moved ${span(state.moved_by)} forward`)),
    state.bot && h("div", { class: "dim" }, `Bot: ${state.bot}`),
    state.busy && h("div", { class: "busy", role: "status" }, h("span", { class: "spinner", "aria-hidden": "true" }), state.busy),
    state.trouble && h("div", { class: "problem", role: "alert" }, state.trouble));
}

/** @param {number} seconds */
function span(seconds) {
  const units = /** @type {[string, number][]} */ ([["day", 86_400], ["hour", 3600], ["minute", 60]]);
  const [word, size] = units.find(([, length]) => seconds >= length) ?? ["second", 1];
  const count = Math.round(seconds / size);
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** @param {any} state */
function passing(state) {
  if (!state.steps.length) return null;
  return h("section", {}, h("h3", {}, "Time forward"), h("div", { class: "steps" }, state.steps.map((one) => h("button", {
    class: "button", "data-tour": `time:${one.id}`, disabled: Boolean(state.busy), onclick: () => act("advance", one.id),
  }, one.title))));
}

/** @param {any} state */
function deeds(state) {
  if (!state.deeds.length) return null;
  return h("section", {}, h("h3", {}, "What somebody could do now"), state.deeds.map((one) => h("button", {
    class: "tile deed", "data-tour": `deed:${one.id}`, disabled: Boolean(state.busy), onclick: () => act("do", one.id),
  }, h("strong", {}, one.title), h("span", {}, one.explains))));
}

/** @param {any} state */
function scenarios(state) {
  return h("section", {}, h("h3", {}, "Scenarios"), state.scenarios.map((one) => {
    const isPlaying = one.id === state.scenario;
    return h("button", {
      class: `tile${isPlaying ? " playing" : ""}`, "data-tour": `scenario:${one.id}`, "aria-pressed": String(isPlaying), disabled: Boolean(state.busy), onclick: () => act("play", one.id),
    }, h("strong", {}, isPlaying ? "▶ " : "", one.title), h("span", {}, one.summary), isPlaying && h("span", { class: "look-for" }, `Look for: ${one.look_for}`));
  }));
}
