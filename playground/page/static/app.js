// Puts the page together and draws it again whenever something changed.

import { post } from "./api.js";
import { banner, drawBanner } from "./banner.js";
import { channelView, drawChannel } from "./channel.js";
import { h } from "./dom.js";
import { drawInspector, inspector } from "./inspector.js";
import { drawModals } from "./modal.js";
import { drawSidebar, sidebar } from "./sidebar.js";
import { listen } from "./sse.js";
import { drawStage, lookAtStage, stagePanel } from "./stage.js";
import { store } from "./store.js";
import { theme } from "./theme.js";
import { drawThread, threadPanel } from "./thread.js";
import { drawTour, tourCard } from "./tour.js";
import { toasts } from "./toast.js";

const DRAWINGS = [drawBanner, drawSidebar, drawChannel, drawThread, drawInspector, drawStage, drawModals, drawTour];

function draw() {
  if (!store.screen) return;
  const root = document.documentElement;
  root.dataset.thread = store.thread ? "open" : "";
  root.dataset.panel = store.panel;
  for (const one of DRAWINGS) one();
}

async function begin() {
  theme.apply();
  document.getElementById("app").append(
    h("a", { class: "skip", href: "#composer" }, "Skip to the message box"),
    banner,
    h("div", { class: "workspace" }, sidebar, channelView, threadPanel, stagePanel, inspector),
    tourCard,
    toasts,
  );
  store.addEventListener("change", draw);
  // A client that starts anew has lost what only its person could see.
  await post("/control/reload", { user: store.user }).catch(() => {});
  await store.begin().catch(() => {});
  await Promise.all([store.look(), lookAtStage()]);
  listen(() => Promise.all([store.look(), lookAtStage()]));
  document.documentElement.dataset.ready = "yes";
}

begin();
