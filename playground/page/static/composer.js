// The message box: Enter sends, Shift+Enter makes a line, / completes commands, @ and # complete names.

import { post } from "./api.js";
import { completionsOf } from "./completion.js";
import { fill, h, ICONS } from "./dom.js";
import { store } from "./store.js";
import { toast } from "./toast.js";

/** @param {{id: string, isThread: boolean}} how */
export function makeComposer({ id, isThread }) {
  const listId = `${id}-completions`;
  const list = h("div", { class: "completions", id: listId, role: "listbox", "aria-label": "Completions", hidden: true });
  const field = h("textarea", {
    id, class: "composer-field", rows: 1, role: "combobox", "aria-controls": listId, "aria-expanded": "false", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
    oninput: () => (grow(), complete()), onkeydown: keys, onblur: () => setTimeout(hide, 150), onclick: complete,
  });
  const also = isThread && h("input", { type: "checkbox" });
  const alsoLabel = also && h("label", { class: "also" }, also, h("span", {}, ""));
  const send = h("button", { class: "send", "aria-label": "Send", title: "Send", onclick: () => submit() }, ICONS.send());
  const closed = h("div", { class: "composer-closed", hidden: true });
  const box = h("div", { class: "composer-box" }, list, field, h("div", { class: "composer-foot" }, alsoLabel, h("span", { class: "grow" }), h("span", { class: "keys dim" }, "Enter sends · / for commands · @ for people"), send));
  const element = h("div", { class: "composer", "data-tour": isThread ? null : "composer" }, box, closed);
  /** @type {import("./completion.js").Completion[]} */
  let offers = [];
  let chosen = 0;
  const drafts = new Map();
  let place = "";
  const sent = [];

  function draw() {
    const channel = store.place;
    const name = channel.name ? `#${channel.name}` : "dapr-warden";
    const here = [store.screen.me, channel.id, isThread ? store.thread : ""].join(" ");
    if (here !== place) {
      drafts.set(place, field.value);
      place = here;
      field.value = drafts.get(here) ?? "";
      grow();
      hide();
    }
    field.placeholder = isThread ? "Reply…" : `Message ${name}`;
    field.setAttribute("aria-label", isThread ? "Reply in the thread" : `Message ${name}`);
    if (alsoLabel) alsoLabel.lastChild.textContent = `Also send to ${name}`;
    box.hidden = channel.is_archived;
    closed.hidden = !channel.is_archived;
    closed.textContent = `${name} is archived. Nobody can write here.`;
  }

  function grow() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 220)}px`;
  }

  function complete() {
    offers = completionsOf(field.value, field.selectionStart, isThread);
    chosen = 0;
    show();
  }

  function show() {
    list.hidden = !offers.length;
    field.setAttribute("aria-expanded", String(offers.length > 0));
    fill(list, offers.map((offer, at) => h("div", {
      class: "completion", id: `${listId}-${at}`, role: "option", "aria-selected": String(at === chosen),
      onpointerdown: (event) => (event.preventDefault(), take(offer)),
    }, offer.mark, h("span", { class: "completion-label" }, offer.label), h("span", { class: "dim" }, offer.about))));
    if (offers.length) field.setAttribute("aria-activedescendant", `${listId}-${chosen}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  function hide() {
    offers = [];
    show();
  }

  /** @param {import("./completion.js").Completion} offer */
  function take(offer) {
    field.setRangeText(offer.insert, offer.from, offer.to, "end");
    grow();
    complete();
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (offers.length && step) chosen = (chosen + step + offers.length) % offers.length;
    else if (offers.length && (event.key === "Tab" || (event.key === "Enter" && !isTyped(offers[chosen])))) return event.preventDefault(), take(offers[chosen]);
    else if (offers.length && event.key === "Escape") return event.preventDefault(), event.stopPropagation(), hide();
    else if (event.key === "Enter" && !event.shiftKey) return event.preventDefault(), submit();
    else if (event.key === "ArrowUp" && !field.value && sent.length) field.value = sent.at(-1);
    else return;
    event.preventDefault();
    show();
  }

  /** Whether the offer would change nothing. @param {import("./completion.js").Completion} offer */
  const isTyped = (offer) => field.value.slice(offer.from, offer.to) === offer.insert.trimEnd() || offer.optional === true;

  async function submit() {
    const text = field.value;
    if (!text.trim()) return;
    field.value = "";
    grow();
    hide();
    sent.push(text);
    const isBroadcast = Boolean(also?.checked);
    if (also) also.checked = false;
    await enter(text, { thread: isThread ? store.thread : "", broadcast: isBroadcast }).catch(() => {
      field.value = text;
    });
  }

  return { element, draw, focus: () => field.focus(), field };
}

/** Press Enter on the server. @param {string} text @param {{thread?: string, broadcast?: boolean, user?: string, channel?: string}} [more] */
export async function enter(text, { thread = "", broadcast = false, user = store.user, channel = store.screen.channel } = {}) {
  try {
    const said = await post("/page/type", { user, channel, text, thread_ts: thread, broadcast });
    if (said.words) store.note(said.words, { offer: said.offer, thread });
  } catch (error) {
    toast(error.message);
    throw error;
  }
}
