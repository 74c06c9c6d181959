// Monitors after a bake that has passed: for how long they are watched, what counts, and what becomes of the deploy.

import { expect } from "chai";
import type { Look, Watched } from "../../src/canary/readings.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { closesAt, lateFact, nextWatchLook, type Watch, watchStands, watchUntil } from "../../src/deploy/watch.ts";
import {
  aLook,
  aMonitorsCheck,
  anOrder,
  aWatched,
  deployAt,
  factsUntil,
  folded,
  HOUR,
  MINUTE,
  NOON,
  SECOND,
  then,
  watchedNow,
} from "../support/build.ts";
import { kinds, outcomeOf, switches, tell } from "./telling.ts";

const checks = [...anOrder().checks, aMonitorsCheck()];
const order = anOrder({ checks });
const withMonitors = (stage: Parameters<typeof factsUntil>[0]) => factsUntil(stage, order);

/** The bake has passed at noon, with these monitors at its end. */
function aWatch(...watched: Watched[]): Watch {
  const looks = [aLook([watchedNow(...watched)])];
  return { passedAt: NOON, bake: { startedAt: NOON - 5 * MINUTE, notedAt: NOON - 6 * MINUTE, noted: {}, looks } };
}
const minutes = (watch: Watch) => (watchUntil(watch) - NOON) / MINUTE;

describe("the watch after the bake", () => {
  it("is as long as the slowest monitor may be late, and a minute", () => {
    const monitors = [5, 20, 10].map((lag, id) => aWatched({ id, lagMs: lag * MINUTE }));
    expect(minutes(aWatch(...monitors))).to.equal(21);
  });

  it("is six minutes where a monitor does not say, at least", () => {
    expect(minutes(aWatch(aWatched({ lagMs: null })))).to.equal(6);
    expect(minutes(aWatch(aWatched(), aWatched({ id: 2, lagMs: MINUTE })))).to.equal(6);
    expect(minutes({ ...aWatch(), bake: { ...aWatch().bake, looks: [] } })).to.equal(6);
  });

  it("is an hour and a minute at most: a monitor over a day tells nothing about five minutes", () => {
    expect(minutes(aWatch(aWatched({ lagMs: 24 * HOUR })))).to.equal(61);
  });

  it("is ahead until the verdict, open from then on, also after the end, and over in time", () => {
    const stands = (facts: DeployFact[], now = NOON + MINUTE) => watchStands(folded(facts), now);
    expect(stands(withMonitors("canary"))).to.equal("ahead");
    expect(stands(withMonitors("baking"))).to.equal("ahead");
    expect(stands(withMonitors("promoting"))).to.equal("open");
    expect(stands(withMonitors("ended"))).to.equal("open");
    expect(stands(withMonitors("ended"), closesAt(folded(withMonitors("ended"))))).to.equal("over");
    expect(stands(then(withMonitors("ended"), { kind: "watchEnded", results: [] }))).to.equal("over");
  });

  it("is none without a check of monitors, after a person's word, or on the way back", () => {
    const by = { id: "U0YOU", name: "you" };
    const promoted = then(withMonitors("baking"), { kind: "promoteOrdered", by });
    const back = then(withMonitors("promoting"), { kind: "backOrdered", why: { kind: "person", by } });
    const rollback = factsUntil("preparing", { ...order, kind: "rollback" });
    for (const facts of [factsUntil("baking"), factsUntil("ended"), promoted, back, rollback])
      expect(watchStands(folded(facts), NOON)).to.equal("over");
  });
});

describe("a look of the watch", () => {
  const watch = aWatch(aWatched({ lagMs: 4 * MINUTE }));
  const poll = { pollMs: 20 * SECOND };
  const next = (now: number, previous: Look | null = null) => {
    const { dueAt, last } = nextWatchLook(watch, poll, { previous, now: NOON + now * SECOND });
    return [(dueAt - NOON) / SECOND, last];
  };
  const at = (seconds: number, last = false) => aLook([], { at: NOON + seconds * SECOND, last });

  it("is due every poll since the verdict, and the last one at the end", () => {
    expect(next(0)).to.deep.equal([20, false]);
    expect(next(20, at(20))).to.deep.equal([40, false]);
    expect(next(281, at(280))).to.deep.equal([300, true]);
  });

  it("is due at once when a process takes the watch up, and missed ones are not made up for", () => {
    expect(next(50)).to.deep.equal([40, false]);
    expect(next(90, at(41))).to.deep.equal([60, false]);
    expect(next(3_600)).to.deep.equal([300, true]);
  });

  it("is taken again after a pause when the last one had no answer, whatever the clock does", () => {
    expect(next(302, at(301, true))).to.deep.equal([321, true]);
    expect(next(100, at(301, true))).to.deep.equal([100, true]);
  });
});

describe("what a look of the watch comes to", () => {
  const noted = { monitors: [aWatched({ id: 2, name: "Disk", state: "alert" }), aWatched()] };
  const watch: Watch = { ...aWatch(aWatched()), bake: { ...aWatch(aWatched()).bake, noted } };
  const disk = aWatched({ id: 2, name: "Disk", state: "alert" });
  const look = (last: boolean, ...watched: Watched[]) => aLook([watchedNow(...watched)], { last, at: NOON + MINUTE });
  const silent = (last: boolean) =>
    aLook([{ ...watchedNow(), trouble: { kind: "serviceError", detail: "500" } }], { last, at: NOON + MINUTE });
  const fact = (one: Look, lastLooks = 0) => lateFact({ order, watch }, one, lastLooks);

  it("is an alert when a monitor alerts, or has alerted and resolved since", () => {
    const since = { triggeredAt: NOON + SECOND, resolvedAt: NOON + 2 * SECOND };
    for (const alerted of [aWatched({ state: "alert" }), aWatched(since)]) {
      const found = fact(look(false, alerted, disk));
      expect(found?.kind).to.equal("alertedLate");
      const [result] = found && "results" in found ? found.results : [];
      expect(result?.reason).to.deep.equal({ kind: "alerted", monitors: [alerted] });
    }
  });

  it("is nothing while all is quiet, and the end of the watch in silence", () => {
    expect(fact(look(false, aWatched(), disk))).to.equal(null);
    expect(fact(look(true, aWatched(), disk), 1)).to.deep.include({ kind: "watchEnded", results: [] });
  });

  it("leaves out what was red before the deploy", () => {
    expect(fact(look(false, aWatched(), { ...disk, triggeredAt: NOON + SECOND }))).to.equal(null);
  });

  it("is no alert without an answer, also for a check that goes back when it cannot tell; at the end it says so, once", () => {
    const strictly = [aMonitorsCheck({ inconclusive: "fail" })];
    const strict = (one: Look, lastLooks: number) =>
      lateFact({ order: { ...order, checks: strictly }, watch }, one, lastLooks);
    expect(strict(silent(false), 0)).to.equal(null);
    expect(strict(silent(true), 4)).to.equal(null);
    const found = strict(silent(true), 5);
    expect(found?.kind).to.equal("watchEnded");
    expect(found?.results.map(({ reason }) => reason.kind)).to.deep.equal(["trouble"]);
  });

  it("says at the end which monitors cannot tell, such as a muted or a removed one", () => {
    for (const [watched, kind] of [
      [[aWatched({ muted: true }), disk], "muted"],
      [[aWatched({ state: "noData" }), disk], "monitorsWithoutData"],
      [[disk], "monitorsGone"],
    ] as const)
      expect(fact(look(true, ...watched), 1)?.results[0]?.reason.kind).to.equal(kind);
  });
});

describe("an alert after the bake", () => {
  const alertedLate = { kind: "alertedLate" as const, results: [] };
  const went = tell({ with: { checks } });
  const firstOfFleet = went.facts.findIndex((fact) => fact.kind === "switched" && fact.phase === "fleet");

  it("sends every host back while the fleet is being switched, also one that was under way", () => {
    const late = tell({ with: { checks }, orders: { [firstOfFleet + 1]: "lateAlert" } });
    expect(switches(late)).to.deep.equal([
      "web-01 canary",
      "web-02 canary",
      ...["web-03 fleet", "web-04 fleet"],
      ...["web-01 back", "web-02 back", "web-03 back", "web-04 back"],
    ]);
    expect(outcomeOf(late)).to.equal("rolledBack");
    expect(kinds(late)).to.include("alertedLate").and.not.include("backOrdered");
  });

  it("sends back what waits for an answer about failed hosts", () => {
    const asking = then(withMonitors("promoting"), { kind: "asked", hosts: ["web-03"] }, alertedLate);
    expect(deployAt("rollingBack", asking).why).to.deep.equal({ kind: "lateAlert" });
  });

  it("leaves a deploy that has ended as it is, and is remembered", () => {
    const { outcome, lateAt, watch, judgement } = deployAt("ended", then(withMonitors("ended"), alertedLate));
    expect({ outcome, watch, verdict: judgement?.verdict }).to.deep.equal({
      outcome: "deployed",
      watch: null,
      verdict: "fail",
    });
    expect(lateAt).to.be.a("number");
  });

  it("touches nothing when the bot had stopped at a fault of its own", () => {
    const broken = then(withMonitors("promoting"), { kind: "broke", step: "switch", detail: "a fault" }, alertedLate);
    expect(deployAt("broken", broken).lateAt).to.be.a("number");
  });

  it("counts once, and not when nothing is watched", () => {
    const twice = deployAt("ended", then(withMonitors("ended"), alertedLate, alertedLate));
    expect(twice.lateAt).to.equal(deployAt("ended", then(withMonitors("ended"), alertedLate)).lateAt);
    expect(deployAt("ended", then(factsUntil("ended"), alertedLate)).lateAt).to.equal(null);
  });
});
