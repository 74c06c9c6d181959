// What a check would have said of a bake that is over, on values: it stops it at the very look at which the bot would have.

import { expect } from "chai";
import fc from "fast-check";
import type { Check } from "../../src/canary/checks.ts";
import { questionsOf } from "../../src/canary/measure.ts";
import { bake } from "../../src/check/baking.ts";
import { type Past, pastOf } from "../../src/check/history.ts";
import { rolledUpTo, sayOf, scheduleOf, timingOf, wholeWindow } from "../../src/check/replaying.ts";
import { tallyOf } from "../../src/check/tally.ts";
import type { Series, Window } from "../../src/ports/metrics.ts";
import {
  aCount,
  aLimit,
  aLook,
  aMonitorsCheck,
  anOrder,
  aWatched,
  factsUntil,
  folded,
  MINUTE,
  NOON,
  SECOND,
  then,
  watchedNow,
} from "../support/build.ts";
import { ManualClock } from "../support/clock.ts";
import { aPastOrder, type How, pastDeploy } from "./past.ts";

const order = anOrder();
const past = (parts: Partial<Past> = {}): Past => ({
  ...{ deploy: "k3v9x2", order, startedAt: NOON, endedAt: NOON + 6 * MINUTE, whole: true, ending: "stayed" },
  seen: { looks: [], noted: {}, notedAt: NOON },
  ...parts,
});

/** A point for each bucket of a window. */
const line = (value: (at: number) => number, { from, to }: Window): Series => {
  const points = [];
  for (let at = Math.ceil(from / 10_000) * 10_000; at < to; at += 10 * SECOND) points.push({ at, value: value(at) });
  return { scope: [], points };
};

type Values = Record<string, (at: number) => number>;
const answersTo = (checks: Check[], values: Values, window: Window) =>
  new Map(
    questionsOf(checks.filter((check) => check.kind !== "monitors")).map(({ id }) => [
      id,
      [line(values[id] ?? (() => 0), window)],
    ]),
  );

describe("a replayed check", () => {
  it("stops a bake at the look at which the bot would have, whenever the errors begin and however many there are", async () => {
    const checks: Check[] = [aLimit(), aCount()];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...checks),
        fc.integer({ min: 0, max: 330 }),
        fc.integer({ min: 0, max: 4 }),
        async (check, begin, errors) => {
          const wrong = (at: number) => (at >= NOON + begin * SECOND ? errors : 0);
          const values: Values = {
            "errors/canary": wrong,
            "failing/errors": wrong,
            "failing/total": () => 40,
            "failing/baselineTotal": () => 120,
          };
          const own = anOrder({ checks: [check] });
          const clock = new ManualClock();
          await clock.pass(NOON);
          const metrics = {
            ask: async (_: unknown, window: Window) => ({
              ok: true as const,
              value: answersTo([check], values, window),
            }),
            monitors: async () => ({ ok: true as const, value: [] }),
            mark: async () => ({ ok: true as const, value: null }),
          };
          let decidedAt = 0;
          let verdict: string | undefined;
          const signal = new AbortController().signal;
          const live = bake(
            { order: own, since: NOON, wait: true },
            { parts: { clock, metrics }, onLook: () => undefined },
            signal,
          ).then((told) => {
            verdict = told?.judgement.verdict;
            decidedAt = clock.now();
          });
          while (verdict === undefined) await clock.pass(30 * SECOND);
          await live;
          const value = answersTo([check], values, wholeWindow(past(), timingOf(past(), own.bake)));
          const said = sayOf(check, past(), { order: own, heard: { ok: true, value } });
          if (verdict === "fail") expect(said).to.include({ says: "stop", afterMs: decidedAt - NOON });
          else expect(said.says).to.equal(verdict === "pass" ? "pass" : "untold");
        },
      ),
      { numRuns: 40 },
    );
  });

  it("looks when the bot would have, and sees all of the bake at last", () => {
    const looks = scheduleOf(past(), order.bake);
    expect(looks.map(({ at }) => (at - NOON) / SECOND)).to.deep.equal([
      30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 360,
    ]);
    expect(looks.at(-1)).to.deep.include({ last: true, window: { from: NOON + 30 * SECOND, to: NOON + 5 * MINUTE } });
    expect(looks.slice(0, -1).some(({ last }) => last)).to.equal(false);
  });

  it("never passes a bake that something else cut short: a sum may have had its floor still to come", () => {
    const cut = past({ endedAt: NOON + 2 * MINUTE, whole: false });
    const check = aLimit({ atMost: null, atLeast: 100 });
    const value = answersTo([check], { "errors/canary": () => 1 }, wholeWindow(cut, timingOf(cut, order.bake)));
    expect(sayOf(check, cut, { order, heard: { ok: true, value } })).to.deep.equal({ says: "cut" });
    const failing = aLimit();
    const many = answersTo([failing], { "errors/canary": () => 1 }, wholeWindow(cut, timingOf(cut, order.bake)));
    expect(sayOf(failing, cut, { order, heard: { ok: true, value: many } })).to.include({ says: "stop" });
  });

  it("cannot tell without an answer, and stops then where the configuration says so", () => {
    const heard = { ok: false as const, trouble: "queryRefused" as const, detail: "beyond the retention" };
    expect(sayOf(aLimit(), past(), { order, heard })).to.deep.include({ says: "untold", stops: false });
    expect(sayOf(aLimit({ inconclusive: "fail" }), past(), { order, heard })).to.deep.include({
      says: "untold",
      stops: true,
    });
  });

  it("on monitors says what the bot saw then; monitors that were not watched then are not known", () => {
    const triggered = aWatched({ triggeredAt: NOON + MINUTE, resolvedAt: NOON + 2 * MINUTE });
    const looks = [
      aLook([watchedNow(aWatched())], { at: NOON + MINUTE, last: false }),
      aLook([watchedNow(triggered)], { at: NOON + 3 * MINUTE, last: false }),
    ];
    const watched = past({ order: anOrder({ checks: [aMonitorsCheck()] }), seen: { looks, noted: {}, notedAt: NOON } });
    const heard = { ok: true as const, value: new Map() };
    expect(sayOf(aMonitorsCheck({ name: "renamed" }), watched, { order, heard })).to.deep.include({
      says: "stop",
      afterMs: 3 * MINUTE,
    });
    expect(sayOf(aMonitorsCheck({ select: { ids: [7] } }), watched, { order, heard })).to.deep.equal({
      says: "unknown",
    });
  });

  it("on monitors counts an alert that was heard of after the bake", () => {
    const named = anOrder({ checks: [aMonitorsCheck()] });
    const looks = [aLook([watchedNow(aWatched())], { at: NOON + 6 * MINUTE })];
    const quiet = past({ order: named, seen: { looks, noted: {}, notedAt: NOON } });
    const heard = { ok: true as const, value: new Map() };
    expect(sayOf(aMonitorsCheck(), quiet, { order, heard })).to.deep.include({ says: "pass" });
    const nothing = { value: null, scope: "", points: 0, window: null, redBefore: [] };
    const reason = { kind: "alerted" as const, monitors: [aWatched({ triggeredAt: NOON + 8 * MINUTE })] };
    const result = { check: aMonitorsCheck().name, verdict: "fail" as const, reason, ...nothing };
    const late = { at: NOON + 9 * MINUTE, results: [result] };
    expect(sayOf(aMonitorsCheck(), { ...quiet, late }, { order, heard })).to.deep.include({
      says: "stop",
      afterMs: 9 * MINUTE,
    });
    const facts = then(pastDeploy(aPastOrder("k3v9x2"), "stayed", NOON), {
      kind: "alertedLate",
      results: [result],
    });
    expect(pastOf(facts, null).past?.late).to.deep.include({ results: [result] });
  });

  it("is told when points are kept less finely by now", () => {
    const check = aLimit();
    const window = { from: NOON, to: NOON + 5 * MINUTE };
    const coarse = {
      ...line(() => 1, window),
      points: line(() => 1, window).points.filter(({ at }) => at % 60_000 === 0),
    };
    const heard = (series: Series[]) => ({ ok: true as const, value: new Map([["errors/canary", series]]) });
    const within = { window, intervalMs: 10 * SECOND };
    expect(rolledUpTo([check], heard([coarse]), within)).to.equal(MINUTE);
    expect(rolledUpTo([check], heard([line(() => 1, window)]), within)).to.equal(null);
    expect(rolledUpTo([check], heard([]), within)).to.equal(null);
  });
});

describe("the bake of a deploy that is over", () => {
  const read = (how: How, next: How | null = null) => {
    const facts = pastDeploy(aPastOrder("k3v9x2"), how, NOON);
    const after =
      next &&
      folded(
        pastDeploy(aPastOrder("m4w2y7", next === "rollback" ? { kind: "rollback" } : {}), next, NOON + 60 * MINUTE),
      );
    return pastOf(facts, after).past;
  };

  it("is known with its hosts, its time, and whether the change stayed", () => {
    expect(read("stayed")).to.deep.include({
      startedAt: NOON,
      endedAt: NOON + 6 * MINUTE,
      whole: true,
      ending: "stayed",
    });
    expect(read("stopped")).to.deep.include({
      startedAt: NOON,
      endedAt: NOON + 3 * MINUTE,
      whole: false,
      ending: "stopped",
    });
    expect(read("noAnswer")).to.deep.include({ whole: true, ending: "otherwise" });
    expect(read("stayed", "rollback")).to.deep.include({ ending: "takenBack" });
    expect(read("stayed", "stayed")).to.deep.include({ ending: "stayed" });
    expect(read("noCanary")).to.equal(null);
  });

  it("is the last one where people asked for another", () => {
    const facts = then(
      factsUntil("baking"),
      { kind: "judged", at: NOON + 6 * MINUTE, judgement: { verdict: "inconclusive", results: [] } },
      { kind: "retryOrdered", at: NOON + 10 * MINUTE, by: order.by },
      { kind: "judged", at: NOON + 16 * MINUTE, judgement: { verdict: "pass", results: [] } },
      { kind: "ended", at: NOON + 17 * MINUTE, outcome: "deployed" },
    );
    expect(pastOf(facts, null).past).to.include({
      startedAt: NOON + 10 * MINUTE,
      endedAt: NOON + 16 * MINUTE,
      whole: true,
    });
  });

  it("is passed over while it is not over", () => {
    expect(pastOf(factsUntil("baking"), null).past).to.equal(null);
  });
});

describe("what a check came to", () => {
  it("counts a false alarm only among deploys that stayed and could be told", () => {
    const result = {} as never;
    const check = aLimit();
    const stop = { says: "stop", afterMs: 1, check, result } as const;
    const untold = { says: "untold", stops: false, check, result } as const;
    const deploys = [
      [stop, "stayed"],
      [{ says: "pass", check, result }, "stayed"],
      [untold, "stayed"],
      [{ ...untold, stops: true }, "stayed"],
      [stop, "stopped"],
      [stop, "takenBack"],
      [stop, "otherwise"],
      [{ says: "pass", check, result }, "takenBack"],
      [{ says: "cut" }, "stopped"],
    ] as const;
    const replayed = deploys.map(([said, ending]) => ({
      ...{ past: past({ ending }), widthMs: null, askedMs: 10_000 },
      said: new Map([["errors", said]]),
    }));
    expect(tallyOf("errors", replayed)).to.deep.equal({
      check: "errors",
      ...{
        deploys: 9,
        stops: 5,
        right: 2,
        falseAlarms: 2,
        unclear: 1,
        missed: 1,
        toldOfStayed: 3,
        untold: 2,
        stopsUntold: 1,
      },
    });
  });
});
