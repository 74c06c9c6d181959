// What stands, by the journal: locks, lines, freezes, the deploy under way, and what its thread does not say yet.

import { expect } from "chai";
import { JournalGauges } from "../../src/meters/gauges.ts";
import type { Sample } from "../../src/ports/meters.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { deployStream, targetStream, threadStream } from "../../src/runner/stored.ts";
import { ThreadReader } from "../../src/views/thread.ts";
import { factsUntil, MINUTE, NOON, teammate, then, you } from "../support/build.ts";
import { memoryJournal, memoryLeases } from "../support/memory.ts";
import { partsOn } from "../support/parts.ts";

const WEB = { service: "web", environment: "production" };
const DEPLOY = "k3v9x2";
const HOUR_LATER = NOON + 60 * MINUTE;

describe("what stands", () => {
  let parts: Parts;
  let gauges: JournalGauges;
  let versions: Map<string, number>;
  beforeEach(() => {
    const clock = { now: () => HOUR_LATER, until: () => new Promise<void>(() => {}) };
    parts = partsOn({ journal: memoryJournal(), leases: memoryLeases() }, { clock });
    gauges = new JournalGauges(parts);
    versions = new Map();
  });

  async function write(stream: string, ...facts: { kind: string; at: number; [field: string]: unknown }[]) {
    const expected = versions.get(stream) ?? 0;
    expect((await parts.journal.append([{ stream, expected, facts }])).ok).to.equal(true);
    versions.set(stream, expected + facts.length);
  }

  async function value(name: Sample["name"], labels: Record<string, string> = {}): Promise<number | undefined> {
    const found = (await gauges.samples()).find((one) => one.name === name);
    if (found) expect(found.labels).to.deep.equal(labels);
    return found?.value;
  }

  it("is how long a target is locked, and how many wait for it", async () => {
    const until = HOUR_LATER + MINUTE;
    await write(targetStream(WEB), { kind: "locked", at: NOON + 10 * MINUTE, by: you, reason: "", until });
    const wants = { kind: "lock", reason: "", forMs: MINUTE };
    await write(targetStream(WEB), { kind: "waiting", at: NOON + 11 * MINUTE, by: teammate, wants });
    expect(await value("lockstep_lock_age_seconds", WEB)).to.equal(50 * 60);
    expect(await value("lockstep_line_length", WEB)).to.equal(1);
  });

  it("is nothing of a lock that has run out", async () => {
    await write(targetStream(WEB), { kind: "locked", at: NOON, by: you, reason: "", until: NOON + MINUTE });
    expect(await value("lockstep_lock_age_seconds")).to.equal(undefined);
    expect(await value("lockstep_line_length", WEB)).to.equal(0);
  });

  it("is how long deploys are frozen, and where", async () => {
    await write("freezes", { kind: "frozen", at: NOON, by: you, environment: null, reason: "", until: null });
    expect(await value("lockstep_freeze_age_seconds", { environment: "all" })).to.equal(3_600);
  });

  describe("while a deploy is under way", () => {
    const facts = then(factsUntil("baking"), { kind: "switching", host: "web-03", phase: "fleet" });
    const baking = facts.find(({ kind }) => kind === "bakeStarted");
    const lines = new ThreadReader().read(facts);
    beforeEach(async () => {
      await write(targetStream(WEB), { kind: "deployStarted", at: NOON, by: you, deploy: DEPLOY });
      await write(deployStream(DEPLOY), ...facts);
    });

    it("is its stage, and since when", async () => {
      const age = (HOUR_LATER - (baking?.at ?? 0)) / 1_000;
      expect(await value("lockstep_deploy_stage_age_seconds", { ...WEB, stage: "baking" })).to.equal(age);
      expect(await gauges.running()).to.equal(1);
    });

    it("is how many hosts nobody knows, from the moment that nobody does", async () => {
      expect(await value("lockstep_hosts_unknown", WEB)).to.equal(0);
      const lost = { trouble: "connectionLost", touched: "unknown", detail: "", output: "" };
      await write(deployStream(DEPLOY), {
        kind: "notSwitched",
        at: HOUR_LATER,
        host: "web-03",
        phase: "fleet",
        ...lost,
      });
      expect(await value("lockstep_hosts_unknown", WEB)).to.equal(1);
    });

    it("is how many lines its thread lacks, and how old the oldest is", async () => {
      expect(lines.length).to.be.greaterThan(2);
      expect(await value("lockstep_thread_backlog_lines")).to.equal(lines.length);
      const thread = threadStream(DEPLOY);
      await write(thread, { kind: "rootPosted", at: NOON, channel: "C1", ts: "1" });
      await write(thread, { kind: "linePosted", at: NOON, version: lines[0]?.version ?? 0 });
      expect(await value("lockstep_thread_backlog_lines")).to.equal(lines.length - 1);
      const oldest = facts[(lines[1]?.version ?? 0) - 1]?.at ?? 0;
      expect(await value("lockstep_thread_backlog_age_seconds")).to.equal((HOUR_LATER - oldest) / 1_000);
    });

    it("leaves out a deploy that a newer version has written, and nothing else", async () => {
      await write(deployStream(DEPLOY), { kind: "somethingNew", at: HOUR_LATER });
      expect(await value("lockstep_deploy_stage_age_seconds")).to.equal(undefined);
      expect(await value("lockstep_line_length", WEB)).to.equal(0);
    });

    it("is how many lines it lacks also when many deploys have come after it, all of which are complete", async () => {
      const over = { outcome: "untouched", release: null, replaced: null };
      for (const deploy of [DEPLOY, "d2", "d3", "d4", "d5"]) {
        if (deploy !== DEPLOY) await write(targetStream(WEB), { kind: "deployStarted", at: NOON, by: you, deploy });
        await write(targetStream(WEB), { kind: "deployEnded", at: NOON, deploy, ...over });
        if (deploy !== DEPLOY) await write(threadStream(deploy), { kind: "closed", at: NOON });
      }
      expect(await value("lockstep_thread_backlog_lines")).to.equal(lines.length);
    });

    it("is nothing of it once it has ended and its thread is complete", async () => {
      await write(deployStream(DEPLOY), { kind: "ended", at: HOUR_LATER, outcome: "untouched" });
      const end = { deploy: DEPLOY, outcome: "untouched", release: null, replaced: null };
      await write(targetStream(WEB), { kind: "deployEnded", at: HOUR_LATER, ...end });
      expect(await value("lockstep_deploy_stage_age_seconds")).to.equal(undefined);
      expect(await value("lockstep_thread_backlog_lines")).to.be.greaterThan(0);
      await write(threadStream(DEPLOY), { kind: "closed", at: HOUR_LATER });
      expect(await value("lockstep_thread_backlog_lines")).to.equal(0);
    });
  });
});
