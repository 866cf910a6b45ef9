// The line at the top that says what this is not, with the switches of the page.

import { fill, h, ICONS } from "./dom.js";
import { stage } from "./stage.js";
import { store } from "./store.js";
import { theme } from "./theme.js";

export const banner = h("header", { class: "banner", role: "banner" });

export function drawBanner() {
  const { faults } = store.screen;
  const sign = JSON.stringify([faults, store.panel, store.isOnline, Boolean(stage.state), theme.chosen, store.screen.sockets]);
  if (banner.sign === sign) return;
  banner.sign = sign;
  const focused = document.activeElement?.closest(".banner") && document.activeElement.dataset.name;
  fill(banner,
    h("strong", { class: "banner-name" }, "playground - not Slack"),
    h("span", { class: "banner-about" }, "Everything here is on this machine; people and workspace are made up."),
    !store.isOnline && h("span", { class: "offline", role: "status" }, "Server not reached, trying again…"),
    h("span", { class: "grow" }),
    h("span", { class: `connection ${store.screen.sockets ? "on" : "off"}`, role: "status" }, store.screen.sockets ? "app connected" : "app not connected"),
    stage.state && toggle("stage", "Stage", ICONS.stage(), ""),
    toggle("inspector", "Inspector", ICONS.inspect(), faults ? String(faults) : ""),
    h("button", { class: "banner-button", "data-name": "theme", title: "Light, dark, or as the system has it", "aria-label": `Colours: ${theme.chosen}`,
      onclick: () => (theme.next(), drawBanner()) }, ICONS[{ auto: "auto", light: "sun", dark: "moon" }[theme.chosen]]()));
  if (focused) banner.querySelector(`[data-name=${focused}]`)?.focus();
}

/** @param {string} name @param {string} label @param {Node} icon @param {string} badge */
function toggle(name, label, icon, badge) {
  return h("button", { class: "banner-button", "data-name": name, "aria-pressed": String(store.panel === name), onclick: () => store.openPanel(store.panel === name ? "" : name) },
    icon, h("span", {}, label), badge && h("span", { class: "badge red", title: "broken rules and rings at everybody" }, badge));
}
