// Files below a message: pictures and the beginning of texts are shown, the rest is named.

import { h } from "./dom.js";

const PREVIEW_LINES = 12;
const PREVIEW_CHARACTERS = 2_000;

/** @param {{id: string, name: string, title: string, size: number, url: string, kind: string}} file */
export function drawFile(file) {
  const head = h("div", { class: "file-head" }, h("span", { "aria-hidden": "true" }, file.kind === "picture" ? "🖼" : "📄"),
    h("a", { href: file.url, target: "_blank", rel: "noopener" }, file.title), h("span", { class: "dim" }, size(file.size)));
  if (file.kind === "picture") return h("figure", { class: "file" }, head, h("img", { class: "picture large", src: file.url, alt: file.title }));
  const preview = h("pre", { class: "file-text", hidden: true });
  if (file.kind === "text") begin(file.url, preview);
  return h("div", { class: "file" }, head, preview);
}

/** @param {string} url @param {HTMLElement} preview */
async function begin(url, preview) {
  const answer = await fetch(url);
  if (!answer.ok) return;
  const lines = (await answer.text()).split("\n");
  const shown = lines.slice(0, PREVIEW_LINES).join("\n").slice(0, PREVIEW_CHARACTERS);
  preview.textContent = lines.length > PREVIEW_LINES ? `${shown}\n… ${lines.length - PREVIEW_LINES} more lines` : shown;
  preview.hidden = false;
}

/** @param {number} bytes */
function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
