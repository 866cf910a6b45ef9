// The left column: who one is, channels, the app.

import { avatar } from "./avatar.js";
import { fill, h, ICONS, sync } from "./dom.js";
import { openMenu } from "./menu.js";
import { store } from "./store.js";

const who = h("button", { class: "who", "data-tour": "people", "aria-haspopup": "menu", onclick: () => switcher() });
const channels = h("div", { class: "channel-list" });
const apps = h("div", { class: "channel-list" });

export const sidebar = h("nav", { class: "sidebar", "aria-label": "Channels" },
  h("div", { class: "team" }, "Dapr Home"),
  who,
  h("h2", {}, "Channels"), channels,
  h("h2", {}, "Apps"), apps);

sidebar.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const rows = [...sidebar.querySelectorAll(".channel-row, .who")];
  const at = rows.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  rows[at]?.focus();
  event.preventDefault();
});

export function drawSidebar() {
  const { me } = store.screen;
  const person = store.person(me);
  if (who.sign !== me) {
    who.sign = me;
    who.setAttribute("aria-label", `You are ${person.real_name}, ${person.role}. Be somebody else`);
    fill(who, avatar(me), h("span", { class: "who-name" }, h("strong", {}, person.real_name), role(person)), ICONS.down());
  }
  const rows = store.screen.channels.map((channel) => ({
    id: channel.id, name: channel.name, kind: channel.kind, archived: channel.is_archived, shared: channel.is_shared,
    unread: store.unread(channel).length, mentions: store.unread(channel).filter((one) => one.for_me).length,
    open: channel.id === store.screen.channel,
  }));
  sync(channels, rows.filter((one) => one.kind !== "im"), (one) => one.id, row);
  sync(apps, rows.filter((one) => one.kind === "im"), (one) => one.id, row);
}

/** @param {any} one */
function row(one) {
  const isApp = one.kind === "im";
  const mark = isApp ? avatar(store.screen.bot, "small") : h("span", { class: "hash", "aria-hidden": "true" }, one.kind === "private_channel" ? "🔒" : "#");
  const says = one.unread ? `, ${one.unread} unread` : "";
  return h("button", {
    class: `channel-row${one.open ? " open" : ""}${one.unread && !one.open ? " unread" : ""}${one.archived ? " archived" : ""}`,
    "data-tour": isApp ? "home" : `channel:${one.name}`, "data-channel": isApp ? "dapr-warden" : one.name,
    "aria-current": one.open ? "page" : null, "aria-label": `${isApp ? "dapr-warden, app" : one.name}${one.archived ? ", archived" : ""}${says}`,
    onclick: () => store.open(one.id),
  }, mark, h("span", { class: "channel-name" }, isApp ? store.person(store.screen.bot)?.name : one.name),
    one.shared && h("span", { class: "tag", title: "shared with another company" }, "shared"),
    one.archived && h("span", { class: "tag" }, "archived"),
    one.mentions && !one.open ? h("span", { class: "badge red" }, one.mentions) : one.unread && !one.open ? h("span", { class: "dot", "aria-hidden": "true" }) : null);
}

/** @param {any} person */
function role(person) {
  return h("span", { class: `role ${person.role.split(/[ ,]/)[0].toLowerCase()}` }, person.role);
}

const ORDER = ["Operator", "Approver", "Admin", "Member", "Guest", "Guest of one channel", "Stranger, another team"];

function switcher() {
  const people = store.screen.people.filter((one) => one.can_act).sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role));
  openMenu(who, people.map((one) => ({
    label: one.real_name, about: one.role, mark: avatar(one.id, "small"), checked: one.id === store.screen.me, pick: () => store.become(one.name),
  })), { label: "Be somebody else" });
}
