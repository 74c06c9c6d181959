// What the page knows and where it stands; whoever draws something listens here. Knows no element.

import { act, loadState } from "./ask.js";

export const store = {
  /** What the server said; null until the first answer. */
  state: null,
  as: null,
  /** `{ kind: "channel", id }` or `{ kind: "home" }`. */
  place: null,
  /** Timestamp of the message whose thread is open. */
  thread: null,
  /** Timestamp of a message to point at, from a permalink. */
  pointed: null,
  isTrafficOpen: false,
  isMenuOpen: false,
  isOnline: false,
  /** Things that only this page shows: answers of Slack itself to this person. `{ channel, thread, ts, text }` */
  notices: [],
  /** Trouble with a click, by message. */
  troubles: new Map(),
  /** By channel: the timestamp up to which the person has read. */
  read: new Map(),
};

const listeners = new Set();
let stream = null;
let isDrawing = false;
/** Numbers the calls, so that each keeps its place in the list. */
let calls = 0;

export function onChange(listener) {
  listeners.add(listener);
}

/** Draws soon, once for many changes. */
export function changed() {
  if (isDrawing) return;
  isDrawing = true;
  queueMicrotask(() => {
    isDrawing = false;
    for (const listener of listeners) listener();
  });
}

export async function become(person) {
  store.state = await loadState(person);
  store.as = store.state.as;
  store.messages = new Map(store.state.messages.map((one) => [`${one.channel}/${one.ts}`, one]));
  store.state.calls = store.state.calls.map((one) => ({ ...one, number: ++calls }));
  store.notices = [];
  store.read = new Map(store.state.channels.map((one) => [one.id, newest(one.id)]));
  store.troubles.clear();
  const isSeen = store.place?.kind === "home" || store.state.channels.some((one) => one.id === store.place?.id);
  if (!isSeen) store.place = { kind: "channel", id: store.state.channels[0].id };
  listen();
  changed();
}

/** The app hears when somebody looks at its Home or at its messages. */
function tellOpened() {
  const { place, as, state } = store;
  const tab = place.kind === "home" ? "home" : place.id === state.direct ? "messages" : null;
  if (tab) act("open", { as, tab }).catch(() => {});
}

function newest(channel) {
  return messagesOf(channel).at(-1)?.ts ?? "0";
}

function listen() {
  stream?.close();
  stream = new EventSource(`/page/events?as=${encodeURIComponent(store.as)}`);
  const on = (name, take) =>
    stream.addEventListener(name, (event) => {
      take(JSON.parse(event.data));
      changed();
    });
  let wasLost = false;
  stream.onopen = () => {
    store.isOnline = true;
    // What was missed while the connection was lost is read anew.
    if (wasLost) become(store.as).catch(() => {});
    wasLost = false;
    // Not earlier: what the app answers with would be missed.
    tellOpened();
    changed();
  };
  stream.onerror = () => {
    store.isOnline = false;
    wasLost = true;
    changed();
  };
  on("message", (message) => store.messages.set(`${message.channel}/${message.ts}`, message));
  on("removed", ({ channel, ts }) => store.messages.delete(`${channel}/${ts}`));
  on("view", ({ view }) => {
    store.state.view = view;
  });
  on("home", ({ view }) => {
    store.state.home = view;
  });
  on("channels", ({ channels }) => {
    store.state.channels = channels;
  });
  on("connections", (app) => {
    store.state.app = app;
  });
  on("call", (call) => {
    calls += 1;
    store.state.calls = [...store.state.calls.slice(-199), { ...call, number: calls }];
  });
  on("payload", (payload) => {
    const others = store.state.payloads.filter((one) => one.number !== payload.number);
    store.state.payloads = [...others.slice(-199), payload];
  });
}

export function isReply(message) {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

const byTs = (one, other) => (one.ts < other.ts ? -1 : 1);

/** What the channel's list shows, with this page's own notices. */
export function messagesOf(channel) {
  const all = [...store.messages.values()].filter((one) => one.channel === channel);
  const listed = all.filter((one) => !isReply(one) || one.subtype === "thread_broadcast");
  const notices = store.notices.filter((one) => one.channel === channel && !one.thread);
  return [...listed, ...notices].sort(byTs);
}

export function repliesOf(channel, ts) {
  const all = [...store.messages.values()].filter(
    (one) => one.channel === channel && one.thread_ts === ts && one.ts !== ts,
  );
  const notices = store.notices.filter((one) => one.channel === channel && one.thread === ts);
  return [...all, ...notices].sort(byTs);
}

export function messageAt(channel, ts) {
  return store.messages.get(`${channel}/${ts}`);
}

export function unreadIn(channel) {
  const since = store.read.get(channel) ?? "0";
  return messagesOf(channel).filter((one) => one.ts > since && one.user !== store.as).length;
}

export function markRead(channel) {
  store.read.set(channel, newest(channel));
}

export function go(place, { thread = null } = {}) {
  store.place = place;
  store.thread = thread;
  store.isMenuOpen = false;
  tellOpened();
  changed();
}

export function notice(text, { channel, thread }) {
  const ts = (Date.now() / 1000).toFixed(6);
  store.notices.push({ channel, thread, ts, text, isNotice: true });
  changed();
}
