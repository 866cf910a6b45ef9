// Hears that something changed on the server, and finds it again after it was away.

import { store } from "./store.js";

/** Listens for good; the browser reconnects by itself. @param {() => void} changed */
export function listen(changed) {
  const source = new EventSource("/page/events");
  source.addEventListener("change", (event) => {
    const { instance } = JSON.parse(event.data);
    if (store.instance && store.instance !== instance) forget();
    store.instance = instance;
    store.isOnline = true;
    changed();
  });
  source.addEventListener("error", () => {
    store.isOnline = false;
    store.changed();
    // A server that answered with an error page ends the stream for good; then we begin a new one.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(changed), 1000);
  });
}

function forget() {
  store.notes = [];
  store.thread = "";
  store.dismissed.clear();
  store.seen = {};
}
