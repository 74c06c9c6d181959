// The raw traffic between Slack and the app: API calls and payloads, newest first, each opening to its JSON.

import { h, reconcile } from "./dom.js";
import { changed, onChange, store } from "./store.js";
import { clockWithSeconds } from "./time.js";

const panel = document.getElementById("traffic");

export function startTraffic() {
  onChange(() => {
    panel.hidden = !store.isTrafficOpen;
    document.getElementById("app").classList.toggle("has-traffic", store.isTrafficOpen);
    if (store.isTrafficOpen) draw();
  });
}

function draw() {
  if (!panel.firstElementChild) panel.append(head(), h("div", { class: "traffic-list" }));
  const all = [...store.state.calls.map(callEntry), ...store.state.payloads.map(payloadEntry)];
  const newestFirst = all.sort((one, other) => other.at - one.at).slice(0, 200);
  reconcile(panel.lastElementChild, newestFirst);
}

function head() {
  const close = () => {
    store.isTrafficOpen = false;
    changed();
  };
  return h(
    "header",
    { class: "thread-head" },
    h("h2", {}, "Traffic ", h("span", { class: "where" }, "← to the app, → from the app")),
    h("button", { type: "button", class: "icon-button", "aria-label": "Close traffic", onclick: close }, "✕"),
  );
}

function callEntry(call) {
  const isOk = call.answer.ok === true;
  const outcome = isOk ? "ok" : call.httpStatus === 200 ? call.answer.error : `${call.httpStatus} ${call.answer.error}`;
  const parts = { arguments: call.args, answer: call.answer };
  return entry({ key: `call-${call.number}`, at: call.at, arrow: "→", name: call.method, outcome, isOk, parts });
}

function payloadEntry(payload) {
  const { payload: body } = payload;
  const name = body.command
    ? `${body.command} ${body.text}`
    : `${body.event?.type ?? body.type} ${body.actions?.[0]?.action_id ?? ""}`;
  const isOk = payload.outcome === "acknowledged" || payload.outcome === "waiting";
  const parts = { payload: body, acknowledgement: payload.answer ?? null };
  return entry({
    key: `payload-${payload.number}`,
    at: payload.at,
    arrow: "←",
    name,
    outcome: payload.outcome,
    isOk,
    parts,
  });
}

function entry({ key, at, arrow, name, outcome, isOk, parts }) {
  const content = () =>
    Object.entries(parts).map(([label, json]) => [
      h("h3", {}, label),
      h("pre", { tabindex: "0" }, JSON.stringify(json, null, 2)),
    ]);
  const make = () => {
    const open = (event) => {
      if (event.currentTarget.open && event.currentTarget.children.length === 1)
        event.currentTarget.append(...content().flat());
    };
    return h(
      "details",
      { class: "traffic-entry", "data-testid": "traffic-entry", ontoggle: open },
      h(
        "summary",
        {},
        h("span", { class: "arrow" }, arrow),
        h("span", { class: "traffic-name" }, name),
        h("span", { class: isOk ? "outcome" : "outcome is-bad" }, outcome),
        h("time", {}, clockWithSeconds(at)),
      ),
    );
  };
  return { key, at, signature: outcome, make };
}
