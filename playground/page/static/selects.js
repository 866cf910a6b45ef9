// Select menus: of given options, people, channels; one or several.

import { plain } from "./blocks/text.js";
import { h, ICONS } from "./dom.js";
import { openMenu } from "./menu.js";
import { store } from "./store.js";

/** @typedef {{label: string, value: string, about?: string, group?: string, option?: any}} Choice */

/** How Slack spells what was picked: the word in the state, and the word of what was given at first. */
const KINDS = {
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
};

/**
 * @param {any} block @param {any} element @param {import("./blocks/index.js").Place} place
 * @param {(option: string) => Promise<void>} act
 */
export function drawSelect(block, element, place, act) {
  const isSeveral = element.type.startsWith("multi_");
  const kind = element.type.replace("multi_", "");
  const [state, initial] = KINDS[kind].map((word) => (isSeveral ? `${word}s` : word));
  const choices = choicesOf(kind, element);
  const first = place.form?.before(block, element)?.[state] ?? element[initial] ?? (element.default_to_current_conversation ? store.screen.channel : null);
  let picked = [first].flat().filter(Boolean).map((one) => choices.find((choice) => choice.value === (one.value ?? one))).filter(Boolean);
  const isQuiet = block.type === "input" && !block.dispatch_action;
  const label = h("span", { class: "select-label" });
  const button = h("button", {
    class: "element select", type: "button", "data-action": element.action_id, "aria-haspopup": "menu",
    onclick: () => openMenu(button, choices.map((choice) => ({
      ...choice, checked: picked.includes(choice), pick: () => pick(choice),
    })), { search: choices.length > 8, several: isSeveral, label: plain(element.placeholder) }),
  }, label, ICONS.down());

  function pick(/** @type {Choice} */ choice) {
    if (!isSeveral) picked = [choice];
    else if (picked.includes(choice)) picked = picked.filter((one) => one !== choice);
    else if (picked.length < (element.max_selected_items ?? 1000)) picked = [...picked, choice];
    show();
    if (!isQuiet) act(choice.value);
  }

  function show() {
    const words = picked.map((one) => one.label).join(", ");
    label.textContent = words || plain(element.placeholder) || (kind === "external_select" ? "Options come from the app" : "Select");
    label.classList.toggle("placeholder", !words);
  }

  place.form?.keep(block, element, () => {
    const told = picked.map((one) => one.option ?? one.value);
    return { [state]: isSeveral ? told : (told[0] ?? null) };
  });
  show();
  return button;
}

/** @param {string} kind @param {any} element @returns {Choice[]} */
function choicesOf(kind, element) {
  if (kind === "users_select") {
    return store.screen.people.map((one) => ({ value: one.id, label: one.real_name, about: one.role }));
  }
  if (kind === "channels_select" || kind === "conversations_select") {
    const wanted = kind === "channels_select" ? ["public_channel"] : ["public_channel", "private_channel", "im"];
    return store.screen.channels.filter((one) => wanted.includes(one.kind)).map((one) => ({ value: one.id, label: one.name ? `#${one.name}` : "dapr-warden" }));
  }
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  return groups.flatMap((group) => group.options.map((option) => ({
    value: option.value, label: plain(option.text), about: plain(option.description), group: plain(group.label), option,
  })));
}
