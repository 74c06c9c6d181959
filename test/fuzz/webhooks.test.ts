// Whatever comes in at Slack's doors, signed and all: it is answered or dropped, what comes after it is heard, and nothing ends the bot.

import { expect } from "chai";
import fc from "fast-check";
import { until } from "../support/until.ts";
import { LIMIT_MS, tries, typing } from "./fuzzing.ts";
import { mutated, mutation } from "./mutations.ts";
import { type Door, httpDoor, socketDoor } from "./slackDoors.ts";

const ABOUT = { token: "t", team_id: "T0TEAM", api_app_id: "A0APP", trigger_id: "1.2.3", is_enterprise_install: false };
const USER = { id: "U0YOU", name: "you", username: "you", team_id: "T0TEAM" };
const ANSWER_TO = "http://127.0.0.1:9/respond";
const interactive = { ...ABOUT, user: USER, team: { id: "T0TEAM", domain: "d" }, response_url: ANSWER_TO };
const action = { type: "button", action_id: "wish:abort", block_id: "b", action_ts: "1.1", value: "k3v9x2" };
const metadata = `${JSON.stringify({ action: "lock:takeOver", url: ANSWER_TO })}\n{"service":"web"}`;
const view = {
  ...{ id: "V1", type: "modal", callback_id: "form", private_metadata: metadata, hash: "1.x", blocks: [] },
  state: { values: { words: { words: { type: "plain_text_input", value: "hotfix" } } } },
};
const event = { type: "app_home_opened", user: "U0YOU", tab: "home", channel: "D1", event_ts: "1.1" };
const typed = { user_id: "U0YOU", user_name: "you", channel_id: "C1", command: "/deploy", text: "web" };

const COMMAND = { ...ABOUT, ...typed, team_domain: "d", channel_name: "deploys", response_url: ANSWER_TO };
const PRESS = {
  ...{ ...interactive, type: "block_actions", channel: { id: "C1", name: "deploys" }, actions: [action] },
  container: { type: "message", message_ts: "1.1", channel_id: "C1", is_ephemeral: false },
};
const SUBMISSION = { ...interactive, type: "view_submission", view };
const EVENT = { ...ABOUT, type: "event_callback", event_id: "Ev1", event_time: 1, event, authorizations: [] };

const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";
type Body = Record<string, unknown>;
const encoded = (fields: Body) =>
  new URLSearchParams(
    // Not String: an object in which toString was changed has no text.
    Object.entries(fields).map(([name, value]): [string, string] => [
      name,
      typeof value === "string" ? value : `${JSON.stringify(value)}`,
    ]),
  ).toString();
const asPayload = (payload: unknown) => encoded({ payload: JSON.stringify(payload) });
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** One of what Slack sends, changed. */
const changed = fc
  .tuple(fc.constantFrom<Body>(COMMAND, PRESS, SUBMISSION, EVENT), fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([body, how]): Body => how.reduce(mutated, body));

const request = fc.oneof(
  { weight: 4, arbitrary: changed.map((body) => ({ body: asHttp(body), type: typeOf(body) })) },
  { weight: 1, arbitrary: changed.map((body) => ({ body: JSON.stringify(body), type: FORM })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(changed, fc.nat(300))
      .map(([body, most]) => ({ body: asHttp(body).slice(0, most), type: typeOf(body) })),
  },
  { weight: 1, arbitrary: fc.tuple(typing, fc.constantFrom(FORM, JSON_TYPE, "text/plain", "")).map(raw) },
  { weight: 1, arbitrary: fc.nat(20_000).map((depth) => ({ body: nested(depth), type: JSON_TYPE })) },
  { weight: 1, arbitrary: fc.nat(20_000).map((depth) => ({ body: encoded({ payload: nested(depth) }), type: FORM })) },
);

function raw([body, type]: [string, string]) {
  return { body, type };
}

function typeOf(body: Body): string {
  return body.type === "event_callback" ? JSON_TYPE : FORM;
}

function asHttp(body: Body): string {
  if (body.type === "event_callback") return JSON.stringify(body);
  return "command" in body ? encoded(body) : asPayload(body);
}

const kind = fc.constantFrom("slash_commands", "interactive", "events_api", "hello", "nothing", "__proto__");
const envelope = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: kind, envelope_id: fc.uuid(), payload: changed }).map((one) => JSON.stringify(one)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.record({ type: kind, envelope_id: fc.uuid(), payload: changed }), mutation)
      .map(([one, how]) => JSON.stringify(mutated(one, how))),
  },
  { weight: 1, arbitrary: typing },
  { weight: 1, arbitrary: fc.nat(5_000).map(nested) },
);

/** A command that is as it should be, by which it is seen that the door still works. */
async function stillHears(door: Door, send: (command: Body) => Promise<unknown>, times: number): Promise<void> {
  const text = `probe-${times}`;
  await send({ ...COMMAND, text, trigger_id: `probe.${times}` });
  await until("a proper command is heard", () => door.asked.some((asked) => asked.includes(text)));
}

describe("the address for Slack's requests, sent anything that is signed", function () {
  this.timeout(LIMIT_MS);

  it("answers in time, and goes on", async () => {
    const door = await httpDoor();
    try {
      // Together: what nobody listens to is answered after three seconds.
      const requests = fc.array(request, { minLength: 120, maxLength: 120, size: "max" });
      const property = fc.asyncProperty(requests, fc.nat(), async (all, number) => {
        const answers = await Promise.all(
          all.map(async (one) => ({ ...one, status: await door.send(one.body, one.type) })),
        );
        // Slack's library answers 500 to what it cannot make sense of.
        const strange = answers.filter(({ status }) => ![200, 400, 401, 404, 415, 500].includes(status));
        expect(JSON.stringify(strange.slice(0, 3)).slice(0, 2_000)).to.equal("[]");
        await stillHears(door, (one) => door.send(encoded(one), FORM), number);
      });
      await fc.assert(property, { ...tries(1), endOnFailure: true });
    } finally {
      await door.stop();
    }
  });
});

describe("a socket of Slack's, sent any envelope", function () {
  this.timeout(LIMIT_MS);

  it("stays open, and goes on", async () => {
    const door = await socketDoor();
    try {
      let times = 0;
      const proper = (payload: Body) =>
        door.send(
          JSON.stringify({ type: "slash_commands", envelope_id: "e", payload, accepts_response_payload: true }),
          "",
        );
      const property = fc.asyncProperty(envelope, async (body) => {
        await door.send(body, "");
        if (++times % 20 === 0) await stillHears(door, proper, times);
      });
      await fc.assert(property, tries(150));
      await stillHears(door, proper, 0);
    } finally {
      await door.stop();
    }
  });
});
