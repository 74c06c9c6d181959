// Many people type at the same moment: all of them are acknowledged, and answers begin one per turn of the event loop, so that whoever types meanwhile is acknowledged too.

import { App, type Receiver, type ReceiverEvent } from "@slack/bolt";
import { expect } from "chai";
import { listen } from "../../../src/adapters/slack/listeners.ts";
import { systemClock } from "../../../src/adapters/system/clock.ts";
import type { Answerer } from "../../../src/chat/entry.ts";
import { silentLog } from "../../support/parts.ts";
import { until } from "../../support/until.ts";

const PEOPLE = 5;
const body = (number: number) => ({
  ...{ command: "/locks", text: "", user_id: "U0YOU", user_name: "you", team_id: "T0TEAM", channel_id: "C0DEPLOYS" },
  ...{ trigger_id: String(number), response_url: "http://127.0.0.1:9/answer", token: "", api_app_id: "A0APP" },
});

describe("commands that come at the same moment", () => {
  it("are all acknowledged before the first answer begins, and others are heard between two answers", async () => {
    const seen: string[] = [];
    const receiver: Receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };
    const app = new App({ token: "xoxb-test", botId: "B0BOT", botUserId: "U0BOT", receiver, convoStore: false });
    const typed = async () => {
      seen.push("answer");
      return { text: [] };
    };
    const fetched = async () => new Response("ok");
    const answerer = { typed } as unknown as Answerer;
    listen(app, { client: app.client, answerer, clock: systemClock, log: silentLog, fetch: fetched });
    let watched = true;
    const watch = () => {
      seen.push("turn");
      if (watched) setImmediate(watch);
    };
    setImmediate(watch);
    const ack = async () => void seen.push("ack");
    const events = Array.from({ length: PEOPLE }, (_, i): ReceiverEvent => ({ body: body(i), ack }));
    await Promise.all(events.map((event) => app.processEvent(event)));
    await until("all are answered", () => seen.filter((one) => one === "answer").length === PEOPLE);
    watched = false;
    expect(seen.filter((one) => one !== "turn").slice(0, PEOPLE)).to.deep.equal(Array(PEOPLE).fill("ack"));
    expect(seen.join(" ")).not.to.include("answer answer");
  });
});
