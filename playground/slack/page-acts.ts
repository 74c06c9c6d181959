// What the page can ask for: the state, and everything that a person does there.

import type { IncomingMessage, ServerResponse } from "node:http";
import { Driver } from "./driver/driver.ts";
import type { Inputs } from "./driver/modals.ts";
import type { PressOptions } from "./driver/pressing.ts";
import { readBody, sendJson } from "./http.ts";
import { type Fields, fields, parsed, text } from "./json.ts";
import { pageState } from "./page-state.ts";
import type { Stand } from "./stand.ts";

type Act = (driver: Driver, order: Fields) => object | Promise<object>;

const acts: Record<string, Act> = {
  type: (driver, { as, channel, thread, text: said }) =>
    driver.type(text(as), thread ? { channel: text(channel), thread: text(thread) } : text(channel), text(said)),
  press: (driver, { as, channel, ts, actionId, options }) =>
    driver.press(text(as), text(channel), text(ts), text(actionId), fields(options) as PressOptions),
  "press-view": (driver, { as, actionId, options }) =>
    driver.pressInView(text(as), text(actionId), fields(options) as PressOptions),
  "press-home": (driver, { as, actionId, options }) =>
    driver.pressAtHome(text(as), text(actionId), fields(options) as PressOptions),
  submit: (driver, { as, inputs }) => driver.submitView(text(as), fields(inputs) as Inputs),
  close: (driver, { as }) => {
    driver.closeView(text(as));
    return {};
  },
  open: (driver, { as, tab }) => {
    driver.openHome(text(as), text(tab) === "messages" ? "messages" : "home");
    return {};
  },
};

export async function answerPage(stand: Stand, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", stand.origin);
  const name = url.pathname.slice("/page/".length);
  if (name === "state" && request.method === "GET") {
    const as = url.searchParams.get("as");
    const person = (as ? stand.workspace.person(as) : undefined) ?? stand.workspace.people[0];
    return sendJson(response, 200, { body: { as: person?.id, ...pageState(stand, person?.id ?? "") } });
  }
  const isJson = request.headers["content-type"]?.startsWith("application/json") ?? false;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (!act || !isJson || request.method !== "POST")
    return sendJson(response, 404, { body: { problem: "There is nothing at this address." } });
  try {
    const order = fields(parsed((await readBody(request)).toString()));
    sendJson(response, 200, { body: await act(new Driver(stand), order) });
  } catch (error) {
    sendJson(response, 400, { body: { problem: error instanceof Error ? error.message : String(error) } });
  }
}
