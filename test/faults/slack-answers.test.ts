// What people get to read while Slack refuses, loses and limits, or the store does not answer: each line once, the newest state, and always a word.

import { expect } from "chai";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { Changing } from "../config/example.ts";
import { YOU } from "../support/conversation.ts";
import { silentLog } from "../support/parts.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { bothStores, type StoreUnderTest } from "../support/stores.ts";
import { CHANNEL, PATIENT, SlackStage } from "./slack-stage.ts";

const [embedded] = bothStores();
if (!embedded) throw new Error("there is no embedded store");

describe("a Slack on a bad day", () => {
  let stage: SlackStage;
  beforeEach(async () => {
    stage = await SlackStage.start(embedded);
  });
  afterEach(async () => {
    await stage.stop();
    await embedded.empty();
    expect(stage.bots.faults).to.deep.equal([]);
  });

  it("that takes messages and loses the answer, fails, and limits, has each of them once and in order", async function () {
    this.timeout(60_000);
    await stage.bot();
    const { faults } = stage.slack;
    faults.onCall("chat.postMessage", { kind: "loseAnswer" });
    faults.onCall("chat.postMessage", { kind: "status", status: 500 });
    faults.onCall("chat.postMessage", { kind: "loseAnswer" });
    faults.onCall("chat.update", { kind: "rateLimit", retryAfterSeconds: 1 });
    faults.onCall("chat.update", { kind: "status", status: 503 });
    await stage.slack.type(YOU, CHANNEL, "/deploy web");
    const root = await stage.says(": deployed.");
    await stage.slack.waitFor(() => stage.lines(root).some((line) => line.includes("*Deployed.*")), PATIENT);
    const lines = stage.lines(root);
    expect(stage.roots()).to.have.length(1);
    const told = lines.map((line) => /Going out|Built|lies ready|Batch \d|Deployed/.exec(line)?.[0]);
    const batches = ["Batch 1", "Batch 2", "Batch 3", "Batch 4"];
    expect(told).to.deep.equal(["Going out", "Built", "lies ready", ...batches, "Deployed"]);
  });

  it("is asked for few changes by a deploy to a hundred hosts, and shows the last one", async function () {
    this.timeout(60_000);
    await stage.bot({
      change: ({ production }: Changing) => {
        production.batches = 1;
        production.hosts = ["web-[001..100].example.com"];
      },
    });
    await stage.slack.type(YOU, CHANNEL, "/deploy web");
    await stage.says("100 of 100 hosts on the new release");
    await stage.says(": deployed.");
    const changes = stage.slack.calls.filter(({ method }) => method === "chat.update");
    expect(changes.length).to.be.lessThan(15);
  });
});

describe("a store that does not answer", () => {
  const journals: Journal[] = [];
  let server: RedisServer;
  let stage: SlackStage;
  before(async () => {
    server = await startRedis();
    const store: StoreUnderTest = {
      name: "Redis",
      start: async () => {},
      async open() {
        const store = await openRedisStore(server.url, silentLog);
        if (!store.ok) throw new Error(JSON.stringify(store.problems));
        journals.push(store.journal);
        return store;
      },
      left: async () => {},
      empty: async () => {},
      stop: async () => {},
    };
    stage = await SlackStage.start(store);
    await stage.bot();
  });
  after(async () => {
    server.signal("SIGCONT");
    await stage.stop();
    for (const journal of journals) await journal.close();
    await server.stop();
  });

  it("leaves nobody without a word: acknowledged at once, and told whether it was done", async function () {
    this.timeout(60_000);
    server.signal("SIGSTOP");
    const { error } = await stage.slack.type(YOU, CHANNEL, "/lock web the store is being moved");
    expect(error, "acknowledged in time").to.equal(undefined);
    const answer = await stage.slack.waitFor(() => stage.answers(YOU)[0], PATIENT);
    expect(answer).to.match(/store/);
    server.signal("SIGCONT");
  });
});
