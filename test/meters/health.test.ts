// How the bot is, on a real Redis that hangs: whoever asks is answered soon.

import { expect } from "chai";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { JournalGauges } from "../../src/meters/gauges.ts";
import { healthOf, samplesOf, type Watched } from "../../src/meters/health.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { partsOn, silentLog } from "../support/parts.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";

describe("the health of a bot", () => {
  let redis: RedisServer;
  let parts: Parts;
  let watched: Watched;
  before(async function () {
    this.timeout(20_000);
    redis = await startRedis();
    const opened = await openRedisStore(redis.url, silentLog);
    if (!opened.ok) throw new Error("no Redis");
    parts = partsOn(opened);
  });
  beforeEach(() => {
    watched = {
      journal: parts.journal,
      gauges: new JournalGauges(parts),
      clock: systemClock,
      log: silentLog,
      slack: () => ({ connected: true, since: Date.UTC(2026, 10, 20, 12) }),
      lastCommand: () => ({ command: "deploy", at: Date.UTC(2026, 10, 20, 13), tookMs: 12 }),
      leases: () => 2,
      connections: () => 3,
      loop: () => ({ p99: 1, longest: 9 }),
    };
  });
  after(async () => {
    redis.signal("SIGCONT");
    await parts.journal.close();
    await redis.stop();
  });

  it("is well while Slack is connected and the store answers", async () => {
    const { store, ...rest } = await healthOf(watched);
    expect(store.reachable).to.equal(true);
    expect(store.tookMs).to.be.within(0, 999);
    expect(rest).to.deep.equal({
      ok: true,
      slack: { connected: true, since: "2026-11-20T12:00:00.000Z" },
      lastCommand: { command: "deploy", at: "2026-11-20T13:00:00.000Z", tookMs: 12 },
      deploysUnderWay: 0,
      leasesHeld: 2,
      loopDelayMs: { p99: 1, longest: 9 },
    });
  });

  it("is not well without Slack", async () => {
    watched = { ...watched, slack: () => ({ connected: false, since: 0 }) };
    expect((await healthOf(watched)).ok).to.equal(false);
  });

  it("is that the store answers, also when what it holds cannot be told", async () => {
    const gauges = { running: async () => 0, samples: () => Promise.reject(new Error("a bug")) };
    const warnings: string[] = [];
    const log = { ...silentLog, error: (message: string) => void warnings.push(message) };
    const samples = await samplesOf({ ...watched, gauges, log });
    expect(samples).to.deep.include({ name: "lockstep_store_reachable", labels: {}, value: 1 });
    expect(warnings).to.have.length(1);
  });

  it("is said soon when the store hangs: what only the store knows is left out", async function () {
    this.timeout(20_000);
    redis.signal("SIGSTOP");
    const elapsed = performance.now();
    const [health, samples] = await Promise.all([healthOf(watched), samplesOf(watched)]);
    // Sooner than the store itself is given up (5 s).
    expect(performance.now() - elapsed).to.be.below(4_000);
    redis.signal("SIGCONT");
    expect(health).to.deep.include({ ok: false, deploysUnderWay: null, leasesHeld: 2 });
    expect(health.store).to.deep.equal({ reachable: false, tookMs: null });
    expect(samples).to.deep.include({ name: "lockstep_store_reachable", labels: {}, value: 0 });
    expect(samples).to.deep.include({ name: "lockstep_ssh_connections", labels: {}, value: 3 });
  });
});
