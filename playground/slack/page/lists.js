// The middle of the page and the thread beside it: lists of messages that stay at their end while new ones come.

import { act } from "./ask.js";
import { drawBlocks } from "./blocks.js";
import { composer } from "./composer.js";
import { confirmed } from "./dialog.js";
import { h, reconcile } from "./dom.js";
import { messageEntry } from "./message.js";
import { changed, go, markRead, messageAt, messagesOf, onChange, repliesOf, store } from "./store.js";
import { dayOf } from "./time.js";
import { welcome } from "./welcome.js";

const list = document.getElementById("list");
const below = document.getElementById("below");
const thread = document.getElementById("thread");
/** Messages by the same author within this time stand together under one name. */
const togetherSeconds = 300;
/** What came between these two timestamps was not seen when it came. */
let unread = { since: "0", until: "0" };
let shownPlace = "";
let shownThread = "";

export function startLists() {
  stayAtEndWhenResized(list);
  onChange(() => {
    drawPlace();
    drawThread();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) unread = { since: newest(), until: "9" };
    else unread.until = newest();
    changed();
  });
  thread.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) go(store.place);
  });
}

function drawPlace() {
  const { place } = store;
  const identity = `${store.as} ${place.kind} ${place.id}`;
  const isNew = identity !== shownPlace;
  shownPlace = identity;
  if (isNew) {
    unread = { since: store.read.get(place.id) ?? "0", until: newest() };
    list.replaceChildren();
    below.replaceChildren(...(place.kind === "channel" ? [fieldOf({ channel: place.id })] : []));
  }
  if (place.kind === "home") drawHome();
  else stayAtEnd(list, isNew, () => drawChannel(place.id));
  if (isNew && store.pointed)
    list.querySelector(`[data-ts="${CSS.escape(store.pointed)}"]`)?.scrollIntoView({ block: "center" });
}

/** Where people type, unless the app only writes and does not listen there. */
function fieldOf(place) {
  const isClosed = place.channel === store.state.direct && store.state.isReadOnly;
  return isClosed
    ? h("p", { class: "closed", "data-testid": "closed" }, "Sending messages to this app has been turned off.")
    : composer(place);
}

function newest() {
  return messagesOf(store.place.id).at(-1)?.ts ?? "0";
}

function drawChannel(channel) {
  const messages = messagesOf(channel);
  const isUnread = (one) => one.ts > unread.since && one.ts <= unread.until && one.user !== store.as;
  const newFrom = messages.find(isUnread)?.ts;
  reconcile(list, [...welcome(channel), ...entriesOf(messages, { newFrom })]);
  if (document.visibilityState === "visible") markRead(channel);
}

function entriesOf(messages, { newFrom = null, inThread = false }) {
  const entries = [];
  let before = null;
  for (const message of messages) {
    const day = dayOf(message.ts);
    const isNewDay = !before || dayOf(before.ts) !== day;
    if (isNewDay && !inThread) entries.push(divider(`day-${day}`, day, "day"));
    if (message.ts === newFrom && before) entries.push(divider("new", "New", "day is-new"));
    entries.push(messageEntry(message, { inThread, isFollowing: !isNewDay && follows(message, before) }));
    before = message;
  }
  return entries;
}

function follows(message, before) {
  const isSame =
    message.user === before.user && message.onlyFor === before.onlyFor && message.isNotice === before.isNotice;
  const hasHead = before.subtype === message.subtype && !before.reply_count && message.blocks?.[0]?.type !== "header";
  return isSame && hasHead && Number(message.ts) - Number(before.ts) < togetherSeconds;
}

function divider(key, text, name) {
  return { key, signature: text, make: () => h("div", { class: name, role: "separator" }, h("span", {}, text)) };
}

function drawThread() {
  const { place, thread: ts } = store;
  const root = ts && place.kind === "channel" ? messageAt(place.id, ts) : null;
  document.getElementById("app").classList.toggle("has-thread", Boolean(root));
  thread.hidden = !root;
  const identity = root ? `${store.as} ${place.id} ${ts}` : "";
  const isNew = identity !== shownThread;
  shownThread = identity;
  if (!root) return;
  if (isNew)
    thread.replaceChildren(
      threadHead(),
      h("div", { class: "thread-list list" }),
      fieldOf({ channel: place.id, thread: ts }),
    );
  const replies = repliesOf(place.id, ts);
  const count = divider("count", replies.length === 1 ? "1 reply" : `${replies.length} replies`, "day is-count");
  const entries = [
    messageEntry(root, { inThread: true }),
    ...(replies.length > 0 ? [count] : []),
    ...entriesOf(replies, { inThread: true }),
  ];
  stayAtEnd(thread.children[1], isNew, () => reconcile(thread.children[1], entries));
  if (isNew && !store.pointed) thread.querySelector("textarea")?.focus({ preventScroll: true });
}

function threadHead() {
  const channel = store.state.channels.find((one) => one.id === store.place.id);
  return h(
    "header",
    { class: "thread-head" },
    h("h2", {}, "Thread ", h("span", { class: "where" }, channel?.directWith ? channel.name : `#${channel?.name}`)),
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Close thread",
        "data-testid": "thread-close",
        onclick: () => go(store.place),
      },
      "✕",
    ),
  );
}

/** Keeps the end in view when it was in view; otherwise what is being read stays where it is. */
function stayAtEnd(scroller, isNew, draw) {
  const wasAtEnd = isNew || isAtEnd(scroller);
  draw();
  if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
}

function isAtEnd(scroller) {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
}

/** Also when the list becomes narrower or lower, as it does when a thread opens beside it. */
function stayAtEndWhenResized(scroller) {
  let wasAtEnd = true;
  scroller.addEventListener("scroll", () => {
    wasAtEnd = isAtEnd(scroller);
  });
  new ResizeObserver(() => {
    if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
  }).observe(scroller);
}

function drawHome() {
  const view = store.state.home;
  const press = async (element, block, choice) => {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    const options = { confirm: true, blockId: block.block_id, ...(choice !== undefined && { choose: choice }) };
    const { error } = await act("press-home", { as: store.as, actionId: element.action_id, options }).catch(
      ({ message }) => ({ error: message }),
    );
    if (error) store.troubles.set("home", `This did not reach the app: ${error}`);
    else store.troubles.delete("home");
    changed();
  };
  let body = list.querySelector(".home");
  if (!body) {
    body = h("div", { class: "home", "data-testid": "home" });
    list.replaceChildren(body, h("div", { class: "trouble", role: "alert" }));
  }
  list.lastElementChild.textContent = store.troubles.get("home") ?? "";
  if (view) drawBlocks(body, view.blocks, { press });
  else
    reconcile(body, [
      { key: "empty", signature: "", make: () => h("p", { class: "empty" }, "The app has not put anything here yet.") },
    ]);
}
