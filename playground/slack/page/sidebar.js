// Channels, the app's home and conversation, whom one acts as, and the top line of the page.

import { putIntoComposer } from "./composer.js";
import { h, reconcile } from "./dom.js";
import { avatar } from "./names.js";
import { become, changed, go, onChange, store, unreadIn } from "./store.js";
import { tries } from "./welcome.js";

const sidebar = document.getElementById("sidebar");
const top = document.getElementById("top");
const app = document.getElementById("app");

export function startSidebar() {
  onChange(() => {
    app.classList.toggle("has-menu", store.isMenuOpen);
    reconcile(sidebar, [heading(), actAs(), channels(), direct(), ...toTry()]);
    reconcile(top, [topLine()]);
    document.title = titleText();
  });
}

function titleText() {
  const unread = store.state.channels.reduce((sum, one) => sum + unreadIn(one.id), 0);
  return `${unread > 0 ? `(${unread}) ` : ""}${placeName()} – ${store.state.team.name}`;
}

function placeName() {
  if (store.place.kind === "home") return `${store.state.bot.displayName}: Home`;
  const channel = store.state.channels.find((one) => one.id === store.place.id);
  return channel?.directWith ? store.state.bot.displayName : `#${channel?.name ?? ""}`;
}

function heading() {
  const { app: state, team } = store.state;
  const isThere = state.mode === "http" || state.sockets > 0;
  const words = isThere ? "App connected" : "App not connected";
  const make = () =>
    h(
      "div",
      { class: "heading" },
      h("strong", {}, team.name),
      h(
        "span",
        { class: "app-status", "data-testid": "app-status" },
        h("span", { class: isThere ? "light is-on" : "light" }),
        words,
      ),
    );
  return { key: "heading", signature: words, make };
}

function actAs() {
  const option = (one) => h("option", { value: one.id, selected: one.id === store.as }, one.realName);
  const change = (event) => become(event.target.value).catch(() => changed());
  const make = () =>
    h(
      "label",
      { class: "act-as" },
      avatar(store.as, "is-small"),
      h("span", { class: "act-as-label" }, "Act as"),
      h("select", { "data-testid": "act-as", onchange: change }, store.state.people.map(option)),
    );
  return { key: "act-as", signature: store.as, make };
}

function channels() {
  const rows = store.state.channels.filter((one) => !one.directWith).map(channelRow);
  return group("Channels", rows);
}

function direct() {
  const rows = store.state.channels.filter((one) => one.directWith).map(channelRow);
  const isOpen = store.place.kind === "home";
  const home = row({
    name: "Home",
    sign: "⌂",
    isOpen,
    unread: 0,
    testid: "channel-home",
    open: () => go({ kind: "home" }),
  });
  return group(store.state.bot.displayName, [...(store.state.hasHome ? [home] : []), ...rows]);
}

function channelRow(channel) {
  const isOpen = store.place.kind === "channel" && store.place.id === channel.id;
  const sign = channel.directWith ? "✉" : channel.isPrivate ? "🔒" : "#";
  const name = (channel.directWith ? "Messages" : channel.name) + (channel.isArchived ? " (archived)" : "");
  const open = () => go({ kind: "channel", id: channel.id });
  return row({ name, sign, isOpen, unread: isOpen ? 0 : unreadIn(channel.id), testid: `channel-${channel.id}`, open });
}

function row({ name, sign, isOpen, unread, testid, open }) {
  const badge = unread > 0 ? h("span", { class: "badge", "aria-label": `${unread} unread` }, String(unread)) : null;
  const make = () =>
    h(
      "button",
      {
        type: "button",
        class: `row ${unread > 0 ? "is-unread" : ""}`,
        "data-testid": testid,
        "aria-current": isOpen ? "page" : null,
        onclick: open,
      },
      h("span", { class: "sign", "aria-hidden": "true" }, sign),
      h("span", { class: "row-name" }, name),
      badge,
    );
  return { key: testid, signature: JSON.stringify([name, isOpen, unread]), make };
}

function group(name, rows) {
  const draw = (element) => {
    reconcile(element.lastElementChild, rows);
    return element;
  };
  return {
    key: name,
    signature: rows.map((one) => one.key + one.signature).join("|"),
    make: () => draw(h("div", { class: "group" }, h("h2", {}, name), h("div", { class: "rows" }))),
    patch: draw,
  };
}

function toTry() {
  const { welcome } = store.state;
  if (!welcome) return [];
  const pick = (command) => {
    go({ kind: "channel", id: store.state.channels[0].id });
    // The composer of that channel is there after the drawing that `go` has asked for.
    queueMicrotask(() => putIntoComposer(command));
  };
  const make = () =>
    h("div", { class: "group is-tries" }, h("h2", {}, "Try"), h("div", { class: "rows" }, tries(welcome, pick)));
  return [{ key: "tries", signature: "", make }];
}

function topLine() {
  const channel = store.state.channels.find((one) => one.id === store.place.id);
  const topic = store.place.kind === "channel" ? (channel?.topic ?? "") : "";
  const members = channel && !channel.directWith ? channel.members.length + (channel.isMember ? 1 : 0) : 0;
  const menu = () => {
    store.isMenuOpen = !store.isMenuOpen;
    changed();
  };
  const traffic = () => {
    store.isTrafficOpen = !store.isTrafficOpen;
    changed();
  };
  const make = () =>
    h(
      "div",
      { class: "top-line" },
      h(
        "button",
        { type: "button", class: "icon-button menu", "aria-label": "Channels", "data-testid": "menu", onclick: menu },
        "☰",
      ),
      h("h1", {}, placeName()),
      h("span", { class: "topic" }, topic),
      store.isOnline ? null : h("span", { class: "offline", role: "status" }, "Connection lost, trying again"),
      members > 0 ? h("span", { class: "members" }, `${members} members`) : null,
      h(
        "button",
        {
          type: "button",
          class: "button is-quiet",
          "aria-pressed": String(store.isTrafficOpen),
          "data-testid": "traffic-toggle",
          onclick: traffic,
        },
        "Traffic",
      ),
    );
  return {
    key: "top",
    signature: JSON.stringify([placeName(), topic, members, store.isOnline, store.isTrafficOpen]),
    make,
  };
}
