// A bot that is told to stop while something hangs: it is gone within five seconds, nobody is alarmed, and the next one goes on at once.

import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import { startBotProcess } from "../../playground/botProcess.ts";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { readEnvironment } from "../../src/config/environment.ts";
import { readConfiguration } from "../../src/config/read.ts";
import { type RunningBot, startBot } from "../../src/main.ts";
import { Targets } from "../../src/runner/targets.ts";
import { CHANNEL } from "../support/conversation.ts";
import { Crowd } from "../support/crowd.ts";
import { silentLog } from "../support/parts.ts";
import { startProxy } from "../support/proxy.ts";
import { until } from "../support/until.ts";

const WITHIN_MS = 5_000;
const MONITORS = {
  monitors: {
    monitors: { tags: ["service:asks"] },
    means: "A monitor alerted.",
    runbook: "background-jobs.md#monitor-alerted",
  },
};

/** A repository's server that accepts and never answers. */
async function silentServer() {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.resume();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `git://127.0.0.1:${port}/web.git`, open: () => sockets.size, close: () => server.close() };
}

describe("a bot that is told to stop", () => {
  let crowd: Crowd;
  let git: Awaited<ReturnType<typeof silentServer>>;
  before(async function () {
    this.timeout(60_000);
    git = await silentServer();
    const different = {
      hangs: { repository: git.url },
      asks: {
        checks: MONITORS,
        place: { canary: 1, bake: { for: "10s", warmUp: "1s", settle: "1s", every: "1s", bucket: "1s" } },
      },
    };
    crowd = await Crowd.start({ services: ["a", "b", "c", "d", "e", "f", "asks", "hangs"], redis: true, different });
  });
  after(async () => {
    git.close();
    await crowd.close();
  });

  const roots = (service: string) =>
    crowd.slack.messages(CHANNEL).filter(({ text }) => text.startsWith(`Deploy of ${service} `));
  const saysDeployed = (service: string) =>
    until(`${service} is deployed`, () => roots(service).some(({ text }) => text.includes(": deployed.")), 40_000);
  const order = (service: string) => crowd.slack.type("U0YOU", CHANNEL, `/deploy ${service}`);

  async function isFree(service: string): Promise<void> {
    const store = await openRedisStore(crowd.redis?.url ?? "", silentLog);
    if (!store.ok) throw new Error("Redis cannot be reached");
    const lease = await store.leases.acquire(`target/${service}/production`, "somebody", 1);
    await store.journal.close();
    expect(lease.held, "the next one may go on").to.equal(true);
  }

  it("again and again in the middle of a restart, with git hanging as well, hands the deploy over at once", async function () {
    this.timeout(120_000);
    const [first] = await Promise.all([crowd.startBot("first")]);
    const letGo = await crowd.hold("a", "web-01");
    await order("a");
    await crowd.begins("a", "web-01");
    await order("hangs");
    await until("git hangs", () => git.open() > 0, 60_000);
    await crowd.startBot("second");
    const told = performance.now();
    first.process.kill("SIGTERM");
    // npm passes on what a terminal has told both, and who stops many tells them again.
    const again = setInterval(() => first.process.kill("SIGTERM"), 50);
    const [code] = (await once(first.process, "exit")) as [number | null];
    clearInterval(again);
    const gone = performance.now();
    expect(code).to.equal(0);
    expect(gone - told, "ms until it is gone").to.be.lessThan(WITHIN_MS);
    await until("git is gone with it", () => git.open() === 0);
    await until("the second one restarts it", async () => (await crowd.restarts("a", "web-01")).length > 1, 60_000);
    const takenOver = performance.now();
    await letGo();
    await saysDeployed("a");
    console.log(
      `      gone after ${Math.round(gone - told)} ms, the other one at work on the host after ${Math.round(takenOver - told)} ms`,
    );
    expect(await crowd.errors()).to.deep.equal([]);
    const [root] = roots("a");
    const said = crowd.slack.replies(CHANNEL, root?.ts ?? "").map(({ text }) => text);
    expect(new Set(said).size, said.join("\n")).to.equal(said.length);
    expect(said.join("\n")).to.not.match(/fail|stopp|abort|broke|fault/i);
    expect((await crowd.restarts("a", "web-02")).map((line) => line.split(" ")[0])).to.deep.equal(["begin", "end"]);
    await crowd.bots.get("second")?.stop();
  });

  it("while it starts and Slack does not answer is gone as soon, and says nothing of a fault", async function () {
    this.timeout(60_000);
    const starting = startBotProcess(
      { ...crowd.environment("early"), SLACK_API_URL: git.url.replace("git:", "http:") },
      crowd.logOf("early"),
    );
    starting.ready.catch(() => {});
    await until("it asks Slack", () => git.open() > 0, 40_000);
    const told = performance.now();
    starting.process.kill("SIGTERM");
    const [code] = (await once(starting.process, "exit")) as [number | null];
    expect(code).to.equal(0);
    expect(performance.now() - told).to.be.lessThan(WITHIN_MS);
  });

  it("by Slack, which refuses its token when it is back, says so and hands over what it has driven meanwhile", async function () {
    this.timeout(120_000);
    const letGo = await crowd.hold("f", "web-01");
    const first = await crowd.startBot("third");
    await order("f");
    await crowd.begins("f", "web-01");
    await first.stop();
    crowd.slack.faults.onCall("*", { kind: "status", status: 500, times: 10_000 });
    const begun = (await crowd.restarts("f", "web-01")).length;
    const refused = startBotProcess(crowd.environment("refused"), crowd.logOf("refused"));
    const lastWords = refused.ready.catch(String);
    await until("it drives", async () => (await crowd.restarts("f", "web-01")).length > begun, 60_000);
    const exit = once(refused.process, "exit");
    crowd.slack.faults.clear();
    crowd.slack.faults.onCall("*", { kind: "error", error: "token_revoked", times: 10_000 });
    expect(await exit).to.deep.equal([1, null]);
    expect(await lastWords).to.include("Slack does not accept SLACK_BOT_TOKEN (token_revoked)");
    await isFree("f");
    crowd.slack.faults.clear();
    await letGo();
  });

  describe("has let go within five seconds", function () {
    this.timeout(120_000);
    let bot: RunningBot | null = null;
    afterEach(async () => {
      await bot?.stop();
      bot = null;
    });

    const embedded = { REDIS_URL: "" };

    async function start(name: string, changes: Record<string, string> = {}): Promise<RunningBot> {
      const variables = { ...crowd.environment(name), LOG_LEVEL: "silent", ...changes };
      const environment = readEnvironment(variables);
      const configuration = readConfiguration(crowd.config);
      if (!environment.ok || !configuration.ok) throw new Error("the bot cannot be configured");
      bot = await startBot(environment.environment, configuration.settings);
      await bot.ready;
      return bot;
    }

    async function stops(running: RunningBot): Promise<void> {
      bot = null;
      const told = performance.now();
      await running.stop();
      expect(performance.now() - told).to.be.lessThan(WITHIN_MS);
    }

    async function looked(service: string): Promise<number> {
      const store = await openRedisStore(crowd.redis?.url ?? "", silentLog);
      if (!store.ok) throw new Error("Redis cannot be reached");
      const { running } = await new Targets({ ...store, clock: systemClock }).read({
        service,
        environment: "production",
      });
      const facts = running ? await store.journal.read(`deploy/${running.deploy}`) : [];
      await store.journal.close();
      return facts.filter(({ fact }) => fact.kind === "looked").length;
    }

    it("while Datadog does not answer", async () => {
      crowd.datadog.fault("any", { kind: "hang" });
      const running = await start("datadog");
      await order("asks");
      await until("Datadog is asked", () => crowd.datadog.requests.length > 0, 60_000);
      await stops(running);
      await isFree("asks");
      crowd.datadog.clearFaults();
    });

    it("while Slack does not answer", async () => {
      const proxy = await startProxy(Number(new URL(crowd.slack.apiUrl).port));
      const running = await start("slack", { SLACK_API_URL: `http://127.0.0.1:${proxy.port}/api/` });
      const letGo = await crowd.hold("b", "web-02");
      await order("b");
      await crowd.begins("b", "web-02");
      await until("the message is there", () => roots("b").length === 1, 60_000);
      proxy.fallSilent();
      const before = proxy.sent();
      await letGo();
      await until("Slack is written to", () => proxy.sent() > before, 60_000);
      await stops(running);
      await isFree("b");
      await proxy.close();
    });

    it("while a host does not answer", async () => {
      const running = await start("host");
      await crowd.fleet.hang("web-02");
      await order("d");
      await until("the other host has been looked at", async () => (await looked("d")) === 1, 60_000);
      await stops(running);
      await isFree("d");
      await crowd.fleet.up("web-02");
    });

    it("and the next one, which has been started before it was gone, goes on with the same folder", async () => {
      const running = await start("folder", embedded);
      const letGo = await crowd.hold("e", "web-01");
      await order("e");
      await crowd.begins("e", "web-01");
      const next = start("folder", embedded);
      await stops(running);
      bot = await next;
      await letGo();
      await saysDeployed("e");
    });

    it("while Redis does not answer", async () => {
      const running = await start("redis");
      const letGo = await crowd.hold("c", "web-01");
      await order("c");
      await crowd.begins("c", "web-01");
      crowd.redis?.signal("SIGSTOP");
      await letGo();
      await stops(running).finally(() => crowd.redis?.signal("SIGCONT"));
    });
  });
});
