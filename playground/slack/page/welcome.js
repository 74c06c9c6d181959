// The greeting at the beginning of the first channel, with commands to try: a click puts one into the composer.

import { putIntoComposer } from "./composer.js";
import { h } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { store } from "./store.js";

/** Entries for the beginning of a channel's list. */
export function welcome(channel) {
  const { channels, welcome: greeting } = store.state;
  const one = channels.find((each) => each.id === channel);
  if (greeting && channels[0]?.id === channel) return [{ key: "welcome", signature: "", make: () => banner(greeting) }];
  const text = one?.directWith
    ? `This is between you and ${store.state.bot.displayName}.`
    : `This is the beginning of #${one?.name}.`;
  return [{ key: "begin", signature: text, make: () => h("p", { class: "begin" }, text) }];
}

function banner(greeting) {
  return h(
    "section",
    { class: "welcome", "data-testid": "welcome", "aria-labelledby": "welcome-title" },
    h("h2", { id: "welcome-title" }, greeting.title),
    h("div", { class: "text" }, mrkdwn(greeting.text)),
    h("div", { class: "tries" }, tries(greeting, putIntoComposer)),
  );
}

/** One button per command to try; `pick` is called with the command. */
export function tries(greeting, pick) {
  return greeting.tries.map((one) =>
    h(
      "button",
      { type: "button", class: "try", "data-testid": "try", onclick: () => pick(one.command) },
      h("code", {}, one.command),
      h("span", {}, one.text),
    ),
  );
}
