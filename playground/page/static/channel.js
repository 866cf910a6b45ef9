// The middle: head of the channel, its messages, the message box; or the App Home.

import { avatar } from "./avatar.js";
import { makeComposer } from "./composer.js";
import { fill, h } from "./dom.js";
import { drawHome, home } from "./home.js";
import { makeMessages } from "./messages.js";
import { store } from "./store.js";

const head = h("div", { class: "channel-head" });
const list = makeMessages({ label: "Messages", isThread: false });
const composer = makeComposer({ id: "composer", isThread: false });

export const channelView = h("main", { class: "channel", "aria-label": "Channel" }, head, list.element, home, composer.element);

export function drawChannel() {
  const place = store.place;
  const isApp = place.kind === "im";
  if (!isApp) store.tab = "messages";
  drawHead(place, isApp);
  const isHome = store.tab === "home";
  home.hidden = !isHome;
  list.element.hidden = composer.element.hidden = isHome;
  if (isHome) drawHome();
  else list.draw(place.id, store.messages.filter((one) => !one.is_reply || one.is_broadcast));
  composer.draw();
}

function drawHead(place, isApp) {
  const sign = JSON.stringify([place.id, store.tab, place.members, place.is_archived, place.has_bot, store.screen.me]);
  if (head.sign === sign) return;
  head.sign = sign;
  const tab = (name, label) => h("button", {
    class: "tab", role: "tab", "aria-selected": String(store.tab === name), "data-tab": name, onclick: () => store.open(place.id, name),
  }, label);
  const title = isApp
    ? [avatar(store.screen.bot, "small"), h("h1", {}, store.person(store.screen.bot)?.name), h("span", { class: "tag" }, "APP"),
      h("div", { class: "tabs", role: "tablist", "aria-label": "dapr-warden" }, tab("home", "Home"), tab("messages", "Messages"))]
    : [h("h1", {}, `${place.kind === "private_channel" ? "🔒" : "#"} ${place.name}`), h("span", { class: "dim" }, `${place.members} members`),
      place.is_shared && h("span", { class: "tag" }, "shared with Partners"), !place.has_bot && h("span", { class: "tag" }, "dapr-warden is not here")];
  fill(head, ...title);
}
