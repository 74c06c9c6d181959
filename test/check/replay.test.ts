// `lockstep replay` as a process, while this process has the bot's store open: what the configured checks would have said of deploys that are over.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { openEmbeddedStore, StoreInUse } from "../../src/adapters/embedded/store.ts";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { Log } from "../../src/ports/log.ts";
import { HOUR, MINUTE } from "../support/build.ts";
import { startRedis } from "../support/redis.ts";
import { type Bench, fill, startBench } from "./bench.ts";
import { aPastOrder, type How, pastDeploy, writePast } from "./past.ts";

const DEPLOYS: [deploy: string, how: How, errors: number][] = [
  ["aaaa1111", "stayed", 0],
  ["bbbb2222", "stayed", 1],
  ["cccc3333", "stopped", 1],
  ["dddd4444", "stayed", 0],
  ["eeee5555", "rollback", 0],
  ["ffff6666", "noCanary", 0],
];

describe("lockstep replay, while the bot runs", function () {
  this.timeout(60_000);
  let bench: Bench;
  let journal: Journal;
  const week = 7 * 24 * HOUR;
  const started = Math.floor((Date.now() - week) / MINUTE) * MINUTE;
  const bakedAt = (i: number) => started + i * HOUR;

  before(async () => {
    bench = await startBench();
    ({ journal } = await openEmbeddedStore(join(bench.folder, "data")));
    await writePast(
      journal,
      DEPLOYS.map(([deploy, how], i) => {
        const kind = how === "rollback" ? { kind: "rollback" as const } : {};
        return pastDeploy(aPastOrder(deploy, kind), how, bakedAt(i));
      }),
    );
    for (const [i, [, how, errors]] of DEPLOYS.entries()) {
      const until = bakedAt(i) + (how === "stopped" ? 3 : 6) * MINUTE;
      const window = { hosts: ["web-1"], minutes: (until - bakedAt(i)) / MINUTE, until };
      fill(bench, "web.up", { ...window, value: 1 });
      fill(bench, "web.jobs", { ...window, value: 3 });
      if (errors > 0) fill(bench, "web.errors", { ...window, value: errors });
    }
  });
  after(async () => {
    await journal.close();
    await bench.close();
  });

  it("shows for each deploy what each check would have said and when, and for each check how often it was right", async () => {
    const asked = bench.datadog.requests.length;
    const { code, out, err } = await bench.run(["replay", "web"]);
    expect({ code, err }).to.deep.equal({ code: 0, err: "" });
    const lines = out.split("\n").map((line) => line.replace(/ {2,}/g, " | "));
    const day = (i: number) => new Date(bakedAt(i)).toISOString().slice(0, 16).replace("T", " ");
    const head = lines.findIndex((line) => line.startsWith("deploy | "));
    expect(lines.slice(head, head + 5)).to.deep.equal([
      "deploy | bake began | in fact | jobs | errors",
      `dddd4444 | ${day(3)} | taken back later | passed | passed`,
      `cccc3333 | ${day(2)} | stopped | cut short | STOP +2:30`,
      `bbbb2222 | ${day(1)} | stayed | passed | STOP +2:30`,
      `aaaa1111 | ${day(0)} | stayed | passed | passed`,
    ]);
    const flat = out.replace(/\s+/g, " ");
    expect(flat).to.match(
      /^The configured checks over the last 4 deploys of web in production, newest first; times are in UTC\. Left out: 2 deploys without a canary/,
    );
    expect(flat).to.include(
      "errors would have stopped 2 of 4 deploys: 1 rightly and 1 false alarm. It would have let 1 pass that went back in fact. False alarms: 50 % (1 of 2 that stayed).",
    );
    expect(flat).to.include("jobs would have stopped none of 4 deploys. It would have let 1 pass");
    const queries = bench.datadog.requests.slice(asked).filter(({ endpoint }) => endpoint === "timeseries");
    expect(queries, "one request per deploy").to.have.length(4);
    const rival = await openEmbeddedStore(join(bench.folder, "data")).catch((error: unknown) => error);
    expect(rival, "this process still has the store").to.be.instanceOf(StoreInUse);
  });

  it("gives the same to programs, of one check and so many deploys", async () => {
    const { code, out } = await bench.run(["replay", "web", "--last", "2", "--check=errors", "--json"]);
    expect(code).to.equal(0);
    const { deploys, checks } = JSON.parse(out);
    expect(deploys.map(({ deploy }: { deploy: string }) => deploy)).to.deep.equal(["dddd4444", "cccc3333"]);
    expect(deploys[1].checks.errors).to.deep.include({ says: "stop", afterMs: 150_000 });
    expect(checks).to.have.length(1);
    expect(checks[0]).to.include({ check: "errors", deploys: 2, stops: 1, right: 1, missed: 1 });
  });

  it("ends with a sentence and exit 2 when Datadog limits the requests, after what it has heard", async () => {
    bench.datadog.fault("timeseries", { kind: "rateLimited", resetS: 90 });
    const { code, out, err } = await bench.run(["replay", "web"]);
    bench.datadog.clearFaults();
    expect({ code, out }).to.deep.equal({ code: 2, out: "" });
    expect(err.replace(/\s+/g, " ")).to.match(
      /^Ended after 0 of 4 deploys: Datadog limits our requests \(HTTP 429: .*\)\. It says to try again in 1 min 30 s\./,
    );
  });

  it("cannot tell of a deploy whose points are beyond Datadog's retention, and says why", async () => {
    const refused = { errors: ["Queries ending outside the retention date are invalid"] };
    bench.datadog.fault("timeseries", { kind: "answer", status: 400, body: refused });
    const { code, out } = await bench.run(["replay", "web", "--check", "errors"]);
    bench.datadog.clearFaults();
    expect(code).to.equal(0);
    expect(out.replace(/\s+/g, " ")).to.include(
      "errors cannot tell for 3: Datadog does not understand the query (HTTP 400: Queries ending outside the retention date are invalid)",
    );
  });

  it("says what it cannot begin with, with exit 2", async () => {
    mkdirSync(join(bench.folder, "empty"));
    const nowhere = await bench.run(["replay", "web"], { DATA_DIR: "empty" });
    expect(nowhere).to.include({ code: 2, out: "" });
    expect(nowhere.err).to.match(/^There is no journal in .*empty: set DATA_DIR to the bot's folder, or REDIS_URL/);
    const staging = await bench.run(["replay", "web", "--environment", "staging"]);
    expect(staging.code).to.equal(2);
    expect(staging.err.replace(/\s+/g, " ")).to.match(/^No deploy of web in staging has had a canary yet/);
    const check = await bench.run(["replay", "web", "--check", "latency"]);
    expect(check.err).to.equal("web has no check latency: it has jobs and errors.\n");
    const redis = await bench.run(["replay", "web"], { REDIS_URL: "redis://127.0.0.1:1" });
    expect(redis.code).to.equal(2);
    expect(redis.err).to.match(/^Redis cannot be reached \(ECONNREFUSED\)/);
  });
});

describe("lockstep replay of a journal in Redis", function () {
  this.timeout(60_000);

  it("reads it there, and prints nothing but the table", async () => {
    const [bench, redis] = [await startBench(), await startRedis()];
    const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
    const opened = await openRedisStore(redis.url, silent);
    try {
      if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
      const bakedAt = Date.now() - HOUR;
      await writePast(opened.journal, [pastDeploy(aPastOrder("aaaa1111"), "stayed", bakedAt)]);
      await opened.journal.close();
      const { code, out, err } = await bench.run(["replay", "web"], { REDIS_URL: redis.url });
      expect({ code, err }).to.deep.equal({ code: 0, err: "" });
      expect(out).to.match(/^The configured checks over the last 1 deploy of web in production/);
      expect(out).to.match(/^aaaa1111 .* stayed +cannot tell +cannot tell$/m);
    } finally {
      await redis.stop();
      await bench.close();
    }
  });
});
