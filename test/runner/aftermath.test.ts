// The watch after the bake as it runs: when it asks and what for, what it writes down, who does it, and that the thread hears of it after the end.

import { expect } from "chai";
import type { CheckResult } from "../../src/canary/verdict.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import type { FromMetrics, Monitor } from "../../src/ports/metrics.ts";
import { aftermath } from "../../src/runner/aftermath.ts";
import { publish } from "../../src/runner/publish.ts";
import { deployStream, targetStream } from "../../src/runner/stored.ts";
import {
  aMonitorsCheck,
  anOrder,
  aWatched,
  factsUntil,
  judgement,
  MINUTE,
  NEW,
  NOON,
  OLD,
  SECOND,
  then,
  you,
} from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";

const order = anOrder({ checks: [...anOrder().checks, aMonitorsCheck()] });
const STREAM = deployStream(order.deploy);
const POLLS = Math.ceil((6 * MINUTE) / order.bake.pollMs);

const quiet: FromMetrics<Monitor[]> = {
  ok: true,
  value: [{ id: 1, name: "Jobs stopped", state: "ok", muted: false, groups: [] }],
};
const red: FromMetrics<Monitor[]> = {
  ok: true,
  value: [{ id: 1, name: "Jobs stopped", state: "alert", muted: false, groups: [] }],
};
/** It has alerted and nobody saw it. */
const resolved: FromMetrics<Monitor[]> = {
  ok: true,
  value: [
    {
      ...{ id: 1, name: "Jobs stopped", state: "ok", muted: false },
      groups: [{ name: "", state: "ok", lastTriggeredAt: NOON + MINUTE, lastResolvedAt: NOON + 2 * MINUTE }],
    },
  ],
};
const silent: FromMetrics<Monitor[]> = { ok: false, trouble: "serviceError", detail: "HTTP 500" };

/** A deploy with these facts and the watch of one process, at the time of the last one. */
async function watching(facts: DeployFact[], answer: (nth: number) => FromMetrics<Monitor[]> = () => quiet) {
  const { parts, clock, thread } = memoryParts();
  const asked: ({ since: number } | undefined)[] = [];
  parts.metrics = {
    ask: () => expect.fail("only monitors are watched"),
    mark: () => expect.fail("the graphs are left alone"),
    monitors: async (_selector, _signal, lookBack) => answer(asked.push(lookBack) - 1),
  };
  await clock.pass(facts.at(-1)?.at ?? NOON);
  const { journal } = parts;
  await journal.append([{ stream: STREAM, expected: 0, facts }]);
  const stopping = new AbortController();
  const watch = () => aftermath(order.deploy, parts, stopping.signal);
  const written = async () => (await journal.read(STREAM)).slice(facts.length).map(({ fact }) => fact);
  /** In small steps, so that whoever is not waiting for the clock yet comes to it. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += SECOND) await clock.pass(SECOND);
  };
  const write = async (...more: DeployFact[]) => {
    const { length: expected } = await journal.read(STREAM);
    expect(await journal.append([{ stream: STREAM, expected, facts: more }])).to.include({ ok: true });
  };
  return { parts, clock, thread, asked, stopping, watch, written, write, pass };
}
type Watching = Awaited<ReturnType<typeof watching>>;

const promoting = factsUntil("promoting", order);
const ended = factsUntil("ended", order);
const notedAt = ended.find(({ kind }) => kind === "noted")?.at ?? 0;

/** What the target knows of a deploy that has ended. */
async function runs({ parts }: Watching, release = NEW): Promise<void> {
  const stream = targetStream(order.target);
  const { length: expected } = await parts.journal.read(stream);
  const about = { at: parts.clock.now(), deploy: release.name };
  const facts = [
    { kind: "deployStarted", ...about, by: you },
    { kind: "deployEnded", ...about, outcome: "deployed", release, replaced: OLD },
  ];
  await parts.journal.append([{ stream, expected, facts }]);
}

function aResult(reason: CheckResult["reason"]): CheckResult {
  const nothing = { value: null, scope: "", points: 0, window: null, redBefore: [] };
  return { check: "monitors", verdict: "fail", reason, ...nothing };
}

describe("the watch after the bake, as it runs,", () => {
  it("asks every poll, looks back once at the end, and writes down that it is over", async () => {
    const watched = await watching(ended);
    await runs(watched);
    const done = watched.watch();
    await watched.pass(7 * MINUTE);
    expect(await done).to.equal(true);
    expect(watched.asked.length).to.be.within(POLLS - 2, POLLS + 1);
    expect(watched.asked.slice(0, -1).every((lookBack) => lookBack === undefined)).to.equal(true);
    expect(watched.asked.at(-1)).to.deep.equal({ since: notedAt - MINUTE });
    expect((await watched.written()).map(({ kind }) => kind)).to.deep.equal(["watchEnded"]);
  });

  for (const [when, facts] of [
    ["while the fleet is being switched", promoting],
    ["after the end", ended],
  ] as const) {
    it(`writes an alert down ${when}, at once and once`, async () => {
      const watched = await watching([...facts], (nth) => (nth < 2 ? quiet : resolved));
      await runs(watched);
      const done = watched.watch();
      await watched.pass(3 * order.bake.pollMs);
      expect(await done).to.equal(true);
      expect((await watched.written()).map(({ kind }) => kind)).to.deep.equal(["alertedLate"]);
    });
  }

  for (const [says, seconds, kind] of [
    ["ends when the next deploy has begun, whose alerts are its own", 1, "watchEnded"],
    ["still says what alerted before the next deploy began", -1, "alertedLate"],
  ] as const) {
    it(says, async () => {
      const triggered = { state: "alert" as const, lastTriggeredAt: 0, lastResolvedAt: null };
      const answer = (): FromMetrics<Monitor[]> => ({
        ok: true,
        value: [{ id: 1, name: "Jobs stopped", state: "alert", muted: false, groups: [{ name: "", ...triggered }] }],
      });
      const watched = await watching(ended, answer);
      await runs(watched);
      const now = watched.clock.now();
      triggered.lastTriggeredAt = now + seconds * SECOND;
      const stream = targetStream(order.target);
      const { length: expected } = await watched.parts.journal.read(stream);
      const next = { kind: "deployStarted" as const, at: now, deploy: "m2n3p4", by: you };
      await watched.parts.journal.append([{ stream, expected, facts: [next] }]);
      const done = watched.watch();
      await watched.pass(order.bake.pollMs);
      // What is red is followed further.
      watched.stopping.abort();
      await done;
      expect((await watched.written()).map((fact) => fact.kind)).to.deep.equal([kind]);
    });
  }

  it("does not call silence an alert, asks again at the end, and then writes down that it could not tell", async () => {
    const watched = await watching(ended, () => silent);
    await runs(watched);
    const done = watched.watch();
    await watched.pass(12 * MINUTE);
    expect(await done).to.equal(true);
    expect(watched.asked.filter((lookBack) => lookBack !== undefined)).to.have.length(5);
    const [over, ...more] = await watched.written();
    expect(more).to.deep.equal([]);
    expect(JSON.stringify(over)).to.include("watchEnded").and.include("HTTP 500");
  });

  it("begins with the verdict, and asks nothing before", async () => {
    const watched = await watching(factsUntil("baking", order));
    const done = watched.watch();
    await watched.pass(MINUTE);
    expect(watched.asked).to.deep.equal([]);
    await watched.write({ kind: "judged", at: watched.clock.now(), judgement: judgement("pass") });
    await watched.pass(MINUTE);
    expect(watched.asked.length).to.be.greaterThan(0);
    watched.stopping.abort();
    expect(await done).to.equal(false);
  });

  it("is over at once for a canary that went back, for a person's word, and long after", async () => {
    const baking = factsUntil("baking", order);
    const long = await watching(ended);
    await long.pass(60 * MINUTE);
    const others = [
      await watching(then(baking, { kind: "judged", judgement: judgement("fail") })),
      await watching(then(baking, { kind: "promoteOrdered", by: you })),
      await watching(then(ended, { kind: "watchEnded", results: [] })),
      await watching(factsUntil("ended")),
    ];
    for (const watched of [long, ...others]) {
      expect(await watched.watch()).to.equal(true);
      expect(watched.asked).to.deep.equal([]);
      expect(await watched.written()).to.deep.equal([]);
    }
  });

  it("goes on in another process, and is looked at once more by one that comes a little late", async () => {
    const watched = await watching(ended, () => resolved);
    await runs(watched);
    await watched.pass(10 * MINUTE);
    expect(await watched.watch()).to.equal(true);
    expect(watched.asked).to.deep.equal([{ since: notedAt - MINUTE }]);
    expect((await watched.written()).map(({ kind }) => kind)).to.deep.equal(["alertedLate"]);
  });

  it("is done by one process at a time", async () => {
    const watched = await watching(ended);
    await runs(watched);
    const first = watched.watch();
    await watched.pass(SECOND);
    expect(await watched.watch()).to.equal(false);
    watched.stopping.abort();
    expect(await first).to.equal(false);
  });

  it("ends without a word when something else runs on the target since", async () => {
    const watched = await watching(ended, (nth) => (nth < 1 ? quiet : red));
    await runs(watched);
    const done = watched.watch();
    await watched.pass(order.bake.pollMs);
    await runs(watched, OLD);
    await watched.pass(order.bake.pollMs);
    expect(await done).to.equal(true);
    const [over, ...more] = await watched.written();
    expect(over).to.deep.include({ kind: "watchEnded", results: [] });
    expect(more).to.deep.equal([]);
  });

  it("follows what still alerts until it is green, also after a failed canary, and writes that down once", async () => {
    const alerted = { kind: "alerted" as const, monitors: [aWatched({ state: "alert" })] };
    const failed = then(factsUntil("baking", order), {
      kind: "judged",
      judgement: judgement("fail", [aResult(alerted)]),
    });
    const watched = await watching(failed, (nth) => (nth < 3 ? red : resolved));
    const done = watched.watch();
    await watched.pass(5 * order.bake.pollMs);
    expect(await done).to.equal(true);
    const [over, ...more] = await watched.written();
    expect(over).to.include({ kind: "redEnded" });
    expect(more).to.deep.equal([]);
    expect(watched.asked.length).to.equal(4);
  });

  it("says after a good while that what alerted has not resolved", async () => {
    const watched = await watching(ended, () => red);
    await runs(watched);
    const done = watched.watch();
    await watched.pass(20 * MINUTE);
    expect(await done).to.equal(true);
    const [late, still, ...more] = await watched.written();
    expect([late?.kind, still?.kind, more.length]).to.deep.equal(["alertedLate", "redEnded", 0]);
    expect((still?.at ?? 0) - (late?.at ?? 0)).to.be.within(11 * MINUTE, 12 * MINUTE);
  });

  it("leaves nothing behind when the process stops in the middle of it", async () => {
    const watched = await watching(ended);
    await runs(watched);
    const done = watched.watch();
    await watched.pass(MINUTE);
    watched.stopping.abort();
    expect(await done).to.equal(false);
    expect(await watched.written()).to.deep.equal([]);
    const again = aftermath(order.deploy, watched.parts, new AbortController().signal);
    await watched.pass(7 * MINUTE);
    expect(await again, "its lease is free").to.equal(true);
  });
});

describe("the thread of a deploy that has ended", () => {
  it("hears of an alert after the end, and is closed after the watch", async () => {
    const watched = await watching(ended);
    const showing = publish(order.deploy, watched.parts, watched.stopping.signal);
    await watched.pass(MINUTE);
    const at = watched.clock.now();
    await watched.write({ kind: "alertedLate", at, results: [] });
    await watched.pass(MINUTE);
    expect(await showing).to.equal(true);
    expect(watched.thread.posted.at(-1)?.words).to.include("Alert after the bake");
    expect(watched.thread.posted[0]?.words).to.include("deployed, then a monitor alerted");
  });

  it("is closed in time when nobody has ended the watch, and at once when there is none", async () => {
    const watched = await watching(ended);
    const showing = publish(order.deploy, watched.parts, watched.stopping.signal);
    await watched.pass(30 * MINUTE);
    expect(await showing).to.equal(true);
    const without = await watching(factsUntil("ended"));
    const shown = publish(order.deploy, without.parts, without.stopping.signal);
    await without.pass(MINUTE);
    expect(await shown).to.equal(true);
  });
});
