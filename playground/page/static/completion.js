// What could be meant by what was typed so far: commands of the manifest with their usages, people, channels.

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { store } from "./store.js";

/** @typedef {{label: string, about: string, insert: string, from: number, to: number, mark?: Node, optional?: boolean}} Completion */

/** @param {string} text @param {number} caret @param {boolean} isThread @returns {Completion[]} */
export function completionsOf(text, caret, isThread) {
  const before = text.slice(0, caret);
  if (text.startsWith("/")) return isThread ? [] : ofCommand(before);
  const name = /(?:^|\s)([@#])([\w.-]*)$/.exec(before);
  return name ? ofName(name[1], name[2], caret) : [];
}

/** @param {string} before @returns {Completion[]} */
function ofCommand(before) {
  const [word, ...rest] = before.split(" ");
  const to = before.length;
  const offered = [...store.commands, { command: "/invite", description: "Bring somebody into this channel", usages: ["@name"] }];
  if (!rest.length) {
    return offered.filter((one) => one.command.startsWith(word)).map((one) => ({
      label: one.command, about: [one.description, one.usages.join(" | ")].filter(Boolean).join("  ·  "), insert: `${one.command} `, from: 0, to, mark: command(),
    }));
  }
  const known = offered.find((one) => one.command === word);
  const typed = rest.join(" ");
  return (known?.usages ?? []).filter((usage) => usage.startsWith(typed) || usage.split(/ [[<]/)[0] === typed.trimEnd()).map((usage) => {
    const fixed = usage.split(/ ?[[<@]/)[0];
    return { label: `${word} ${usage}`, about: "", insert: fixed, from: word.length + 1, to, mark: command(), optional: typed.trimEnd() === fixed };
  });
}

const command = () => h("span", { class: "completion-mark", "aria-hidden": "true" }, "/");

/** @param {string} sign @param {string} typed @param {number} caret @returns {Completion[]} */
function ofName(sign, typed, caret) {
  const from = caret - typed.length - 1;
  const begins = (/** @type {string} */ word) => word.toLowerCase().startsWith(typed.toLowerCase());
  if (sign === "#") {
    return store.screen.channels.filter((one) => one.name && begins(one.name)).map((one) => ({
      label: `#${one.name}`, about: "", insert: `#${one.name} `, from, to: caret,
    }));
  }
  const people = store.screen.people.filter((one) => begins(one.name) || begins(one.real_name)).map((one) => ({
    label: `@${one.name}`, about: `${one.real_name}, ${one.role}`, insert: `@${one.name} `, from, to: caret, mark: avatar(one.id, "small"), rank: one.id === store.screen.bot ? 0 : 1,
  }));
  return people.sort((a, b) => a.rank - b.rank).slice(0, 8);
}
