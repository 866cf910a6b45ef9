// Text objects: plain_text and mrkdwn.

import { h } from "../dom.js";
import { EMOJI } from "../emoji.js";
import { mrkdwn } from "../mrkdwn.js";

/** @param {{type: string, text: string, emoji?: boolean} | undefined} object */
export function text(object) {
  if (!object) return null;
  return object.type === "mrkdwn" ? mrkdwn(object.text) : h("span", { class: "plain-text" }, plain(object));
}

/** The words of a plain_text object, with emoji by name as characters. @param {any} object @returns {string} */
export function plain(object) {
  if (!object) return "";
  const words = String(object.text ?? "");
  return object.emoji === false ? words : words.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => EMOJI.get(name) ?? whole);
}
