// Opens the page where the address says, and keeps the address up to date so that a reload stays there.

import { h } from "./dom.js";
import { startLists } from "./lists.js";
import { startModal } from "./modal.js";
import { startSidebar } from "./sidebar.js";
import { become, onChange, store } from "./store.js";
import { startTraffic } from "./traffic.js";

const asked = new URLSearchParams(location.search);
const permalink = /^\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?$/.exec(location.pathname);

if (permalink) {
  const [, channel, seconds, micros] = permalink;
  store.place = { kind: "channel", id: channel };
  store.pointed = seconds ? `${seconds}.${micros}` : null;
  store.thread = asked.get("thread_ts");
} else if (asked.has("channel")) {
  store.place = asked.get("channel") === "home" ? { kind: "home" } : { kind: "channel", id: asked.get("channel") };
  store.thread = asked.get("thread");
}

startSidebar();
startLists();
startTraffic();
startModal();
onChange(() => {
  const { as, place, thread } = store;
  const query = new URLSearchParams({
    as,
    channel: place.kind === "home" ? "home" : place.id,
    ...(thread && { thread }),
  });
  history.replaceState(null, "", `/?${query}`);
});

try {
  await become(asked.get("as"));
  document.getElementById("composer")?.focus({ preventScroll: true });
} catch (error) {
  document.getElementById("list").append(h("p", { class: "empty" }, `The playground is not there: ${error.message}`));
}
