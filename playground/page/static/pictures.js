// Pictures: those that were shared here are shown; the rest of the web is out of reach, so its pictures are named only.

import { h } from "./dom.js";

/** @param {{alt_text: string, image_url?: string, slack_file?: {id?: string, url?: string}}} source @param {string} size */
export function picture(source, size) {
  const address = local(source);
  if (!address) {
    const host = source.image_url ? hostOf(source.image_url) : "a file of Slack";
    return h("span", { class: `picture missing ${size}`, role: "img", "aria-label": source.alt_text, title: `${source.alt_text} (${host}, not loaded: the playground is offline)` },
      size === "tiny" ? "🖼" : `🖼 ${source.alt_text}`);
  }
  return h("img", { class: `picture ${size}`, src: address, alt: source.alt_text, loading: "lazy" });
}

/** @param {any} source @returns {string} */
function local(source) {
  const id = source.slack_file?.id ?? /\/files\/(F\w+)$/.exec(source.slack_file?.url ?? source.image_url ?? "")?.[1];
  return id && /^F\w+$/.test(id) ? `/page/files/${id}` : "";
}

/** @param {string} url */
function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return url.slice(0, 60);
  }
}
