// One message: who, when, what; what can be pressed on it; its replies. Changes in place: only what differs is drawn anew.

import { act } from "./ask.js";
import { drawBlocks } from "./blocks.js";
import { confirmed } from "./dialog.js";
import { h, reconcile } from "./dom.js";
import { withDrawings } from "./drawn-emoji.js";
import { emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar, personName } from "./names.js";
import { changed, go, store } from "./store.js";
import { clock, full } from "./time.js";

/** An entry for `reconcile`. `inThread` leaves out what leads into the thread. */
export function messageEntry(message, { inThread = false, isFollowing = false } = {}) {
  const trouble = store.troubles.get(message.ts) ?? "";
  const isPointed = store.pointed === message.ts;
  return {
    key: message.ts,
    signature: JSON.stringify([message, trouble, inThread, isFollowing, isPointed]),
    make: () => patch(frame(message), message, { inThread, isFollowing }),
    patch: (element) => patch(element, message, { inThread, isFollowing }),
  };
}

function frame(message) {
  const part = (name) => h("div", { class: name });
  return h(
    "article",
    { "data-testid": "message", "data-ts": message.ts },
    part("message-gutter"),
    h(
      "div",
      { class: "message-main" },
      ...["message-only", "message-head", "message-body", "message-attached", "message-foot"].map(part),
    ),
    part("message-tools"),
  );
}

function patch(element, message, how) {
  const [gutter, main, tools] = element.children;
  const [only, head, body, attached, foot] = main.children;
  const states = {
    "is-ephemeral": message.onlyFor || message.isNotice,
    "is-following": how.isFollowing,
    "is-pointed": store.pointed === message.ts,
  };
  element.className = ["message", ...Object.keys(states).filter((name) => states[name])].join(" ");
  const author = message.isNotice ? "slack" : message.user;
  const isBot = message.bot_id !== undefined;
  one(gutter, how.isFollowing, () =>
    how.isFollowing ? h("span", { class: "follow-time" }, clock(message.ts)) : avatar(author),
  );
  one(only, Boolean(message.onlyFor || message.isNotice), (is) => (is ? onlyVisible() : h("span", { hidden: true })));
  one(head, [author, message.subtype, how], () => headOf(message, { author, isBot, ...how }));
  drawBody(body, message);
  drawAttachments(attached, message);
  one(
    foot,
    [message.reactions, message.files, message.reply_count, message.latest_reply, store.troubles.get(message.ts), how],
    () => footOf(message, how),
  );
  one(tools, [how.inThread, message.onlyFor], () => toolsOf(message, how));
  return element;
}

/** A place that holds one element, which is made anew when what it depends on differs. */
function one(parent, on, make) {
  reconcile(parent, [{ key: "one", signature: JSON.stringify(on), make: () => make(on) }]);
}

function onlyVisible() {
  return h("span", { class: "only-label", "data-testid": "ephemeral" }, eye(), "Only visible to you");
}

function eye() {
  return h("span", { class: "only-mark", "aria-hidden": "true" });
}

function headOf(message, { author, isBot, isFollowing, inThread }) {
  if (isFollowing) return h("span", { class: "sr-only" }, personName(author));
  return h(
    "span",
    { class: "head" },
    h("strong", { class: "author" }, message.isNotice ? "Slack" : personName(author)),
    isBot ? h("span", { class: "app-badge" }, "APP") : null,
    h(
      "time",
      { title: full(message.ts), datetime: new Date(Number(message.ts) * 1000).toISOString() },
      clock(message.ts),
    ),
    message.subtype === "thread_broadcast" && !inThread ? broadcastNote(message) : null,
  );
}

function broadcastNote(message) {
  const open = () => go(store.place, { thread: message.thread_ts });
  return h(
    "span",
    { class: "broadcast" },
    "replied to a ",
    h("button", { type: "button", class: "text-button", onclick: open }, "thread"),
  );
}

function drawBody(body, message) {
  const surface = surfaceOf(message);
  const edited = message.edited ? h("span", { class: "edited", title: full(message.edited.ts) }, " (edited)") : null;
  if (message.blocks?.length) {
    drawBlocks(body, message.blocks, surface);
    return;
  }
  const make = () => h("div", { class: "block text" }, mrkdwn(message.text), edited);
  reconcile(
    body,
    message.text ? [{ key: "text", signature: JSON.stringify([message.text, message.edited]), make }] : [],
  );
}

function drawAttachments(parent, message) {
  const entries = (message.attachments ?? []).map((attachment, at) => ({
    key: String(at),
    signature: JSON.stringify(attachment),
    make: () =>
      drawAttachment(
        h(
          "div",
          { class: "attachment" },
          h("div", { class: "attachment-bar" }),
          h("div", { class: "attachment-body" }),
        ),
        attachment,
        message,
      ),
    patch: (element) => drawAttachment(element, attachment, message),
  }));
  reconcile(parent, entries);
}

const namedColours = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

function drawAttachment(element, attachment, message) {
  const [bar, body] = element.children;
  const colour = String(attachment.color ?? "");
  bar.style.background =
    namedColours[colour] ?? (/^#?[0-9a-f]{6}$/i.test(colour) ? `#${colour.replace("#", "")}` : "var(--line-strong)");
  if (attachment.blocks) drawBlocks(body, attachment.blocks, surfaceOf(message));
  else
    body.replaceChildren(
      h("strong", {}, mrkdwn(attachment.title)),
      h("div", { class: "text" }, mrkdwn(attachment.text ?? attachment.fallback)),
    );
  return element;
}

/** What a click on this message does: the dialog first, if there is one, then the app. */
function surfaceOf(message) {
  const press = async (element, block, choice) => {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    const options = { confirm: true, blockId: block.block_id, ...(choice !== undefined && { choose: choice }) };
    const order = { as: store.as, channel: message.channel, ts: message.ts, actionId: element.action_id, options };
    try {
      const { error } = await act("press", order);
      tell(message, error ? `This did not reach the app: ${error}` : "");
    } catch (error) {
      tell(message, error.message);
    }
  };
  return { press };
}

function tell(message, trouble) {
  if (trouble) store.troubles.set(message.ts, trouble);
  else store.troubles.delete(message.ts);
  changed();
}

function footOf(message, { inThread }) {
  const trouble = store.troubles.get(message.ts);
  const isRoot = message.reply_count > 0 && !inThread;
  return h(
    "div",
    { class: "foot" },
    (message.files ?? []).map((file) => fileOf(file)),
    message.reactions?.length ? h("div", { class: "reactions" }, message.reactions.map(reaction)) : null,
    trouble ? h("div", { class: "trouble", role: "alert" }, trouble) : null,
    isRoot ? repliesLine(message) : null,
  );
}

function fileOf(file) {
  if (String(file.mimetype).startsWith("image/"))
    return h("img", { class: "image", src: file.url_private, alt: file.alt_txt || file.title });
  return h("a", { class: "file", href: file.url_private, target: "_blank", rel: "noopener" }, file.title);
}

function reaction({ name, count }) {
  return h("span", { class: "reaction", title: name }, withDrawings(emoji(name) ?? `:${name}:`), " ", String(count));
}

function repliesLine(message) {
  const open = () => go(store.place, { thread: message.ts });
  const count = message.reply_count;
  const latest = message.latest_reply
    ? h("span", { class: "latest" }, `Last reply ${clock(message.latest_reply)}`)
    : null;
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, "is-small"));
  return h(
    "button",
    { type: "button", class: "replies", "data-testid": "replies", onclick: open },
    h("span", { class: "faces" }, faces),
    h("strong", {}, count === 1 ? "1 reply" : `${count} replies`),
    latest,
  );
}

function toolsOf(message, { inThread }) {
  const isClosed = message.channel === store.state.direct && store.state.isReadOnly;
  if (inThread || message.onlyFor || message.isNotice || isClosed) return h("span", { hidden: true });
  const open = () => go(store.place, { thread: message.thread_ts ?? message.ts });
  return h("button", { type: "button", class: "tool", "data-testid": "reply", onclick: open }, "Reply in thread");
}
