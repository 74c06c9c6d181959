// Who and what the ids stand for, and how people are drawn: initials on a colour of their own.

import { h, svg } from "./dom.js";
import { store } from "./store.js";

const colours = 8;

export function personName(id) {
  if (id === store.state.bot.userId) return store.state.bot.displayName;
  return store.state.people.find((one) => one.id === id)?.realName ?? id;
}

export function mentionName(id) {
  if (id === store.state.bot.userId) return store.state.bot.name;
  return store.state.people.find((one) => one.id === id)?.name ?? id;
}

export function channelName(id) {
  return store.state.channels.find((one) => one.id === id)?.name ?? id;
}

export function groupName(id) {
  return store.state.groups.find((one) => one.id === id)?.handle ?? id;
}

export function avatar(id, size = "") {
  if (id === store.state.bot.userId) return botAvatar(size);
  if (id === "slack") return h("span", { class: `avatar notice-avatar ${size}`, "aria-hidden": "true" }, "!");
  const at = store.state.people.findIndex((one) => one.id === id);
  const initials = personName(id)
    .split(/[\s-]+/)
    .map((part) => part[0])
    .slice(0, 2)
    .join("")
    .toUpperCase();
  return h(
    "span",
    { class: `avatar colour-${((at % colours) + colours) % colours} ${size}`, "aria-hidden": "true" },
    initials,
  );
}

function botAvatar(size) {
  const steps = svg(
    "svg",
    { viewBox: "0 0 24 24", width: "62%", height: "62%" },
    svg("path", {
      d: "M4 19h4v-5h5V9h5V4",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": "2.6",
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
  return h("span", { class: `avatar bot-avatar ${size}`, "aria-hidden": "true" }, steps);
}
