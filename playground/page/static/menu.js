// A menu that opens below a button: arrows move, Enter picks, Escape closes, letters find.

import { h } from "./dom.js";

/** @typedef {{label: string, about?: string, group?: string, mark?: Node, checked?: boolean, pick: () => any}} Entry */

let close = () => {};

/**
 * @param {HTMLElement} anchor
 * @param {Entry[]} entries
 * @param {{search?: boolean, several?: boolean, label?: string}} [how]
 */
export function openMenu(anchor, entries, { search = false, several = false, label = "" } = {}) {
  const wasOpen = anchor.getAttribute("aria-expanded") === "true";
  close();
  if (wasOpen) return;
  const list = h("div", { class: "menu-list", role: "menu", "aria-label": label || anchor.getAttribute("aria-label") || "Menu" });
  const field = search && h("input", { class: "menu-search", type: "search", placeholder: "Search", "aria-label": "Search", oninput: () => fillList(field.value) });
  const menu = h("div", { class: "menu", onkeydown: keys }, field, list);
  // Inside an open dialog only what belongs to it can be reached.
  (anchor.closest("dialog") ?? document.body).append(menu);

  function fillList(/** @type {string} */ wanted) {
    const shown = entries.filter((one) => `${one.label} ${one.about ?? ""}`.toLowerCase().includes(wanted.toLowerCase()));
    let group = "";
    list.replaceChildren(...shown.flatMap((one) => {
      const head = one.group && one.group !== group ? [h("div", { class: "menu-group" }, (group = one.group))] : [];
      return [...head, item(one)];
    }));
    if (!shown.length) list.append(h("div", { class: "menu-group" }, "Nothing found"));
  }

  function item(/** @type {Entry} */ one) {
    return h("button", {
      class: "menu-item", type: "button", role: one.checked === undefined ? "menuitem" : "menuitemcheckbox", tabindex: -1,
      "aria-checked": one.checked === undefined ? null : String(one.checked),
      onclick: (event) => {
        if (several) {
          one.checked = !one.checked;
          event.currentTarget.setAttribute("aria-checked", String(one.checked));
        } else close();
        one.pick();
      },
    }, one.mark, h("span", { class: "menu-label" }, one.label, one.about && h("span", { class: "menu-about" }, one.about)));
  }

  function keys(/** @type {KeyboardEvent} */ event) {
    const items = [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll(".menu-item"))];
    const at = items.indexOf(/** @type {any} */ (document.activeElement));
    if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
    else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length]?.focus();
    else if (event.key === "Home") items[0]?.focus();
    else if (event.key === "End") items.at(-1)?.focus();
    else if (event.key === "Enter" && event.target === field) items[0]?.click();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if (!field && event.key.length === 1) items.find((one) => one.textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    else return;
    if (event.key.length > 1) {
      if (event.key !== "Tab") event.preventDefault();
      event.stopPropagation();
    }
  }

  function outside(/** @type {Event} */ event) {
    if (!menu.contains(/** @type {Node} */ (event.target)) && !anchor.contains(/** @type {Node} */ (event.target))) close();
  }

  close = () => {
    close = () => {};
    document.removeEventListener("pointerdown", outside, true);
    const hadFocus = menu.contains(document.activeElement);
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (hadFocus) anchor.focus();
  };

  fillList("");
  document.addEventListener("pointerdown", outside, true);
  anchor.setAttribute("aria-expanded", "true");
  place(menu, anchor);
  (field || list.querySelector(".menu-item[aria-checked=true]") || list.querySelector(".menu-item"))?.focus();
}

/** @param {HTMLElement} menu @param {HTMLElement} anchor */
function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const below = window.innerHeight - at.bottom;
  menu.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - menu.offsetWidth - 8))}px`;
  if (below < menu.offsetHeight + 12 && at.top > below) menu.style.bottom = `${window.innerHeight - at.top + 4}px`;
  else menu.style.top = `${at.bottom + 4}px`;
}
