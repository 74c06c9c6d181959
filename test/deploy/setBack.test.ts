// A clock that goes back while a deploy is under way, as the plan sees it: nothing passes on times that cannot be trusted, and nobody waits for the old time to
// come again.

import { expect } from "chai";
import fc from "fast-check";
import { nextLook } from "../../src/deploy/bake.ts";
import type { DeployFact, FactOf } from "../../src/deploy/facts.ts";
import { plan } from "../../src/deploy/plan.ts";
import { nextWatchLook } from "../../src/deploy/watch.ts";
import {
  aLimit,
  aLook,
  aMonitorsCheck,
  anOrder,
  aReading,
  aWatched,
  deployAt,
  factsUntil,
  folded,
  HOUR,
  judgement,
  MINUTE,
  NOON,
  SECOND,
  then,
  watchedNow,
} from "../support/build.ts";

const order = anOrder();
const newest = (facts: DeployFact[]) => Math.max(...facts.map(({ at }) => at));

/** These facts, and what follows from them at once at `now`, up to the first thing that is not a decision. */
function decided(facts: DeployFact[], now: number) {
  const all = [...facts];
  for (let step = plan(folded(all), now); step.do === "decide"; step = plan(folded(all), now))
    all.push({ ...step.fact, at: now } as DeployFact);
  return { facts: all, step: plan(folded(all), now) };
}

const looked = (seen: number) =>
  then(factsUntil("baking"), {
    kind: "measured",
    ...aLook([aReading(seen), aReading(10, aLimit({ name: "jobs", atLeast: 1, atMost: null }))], {
      at: NOON + 2 * MINUTE,
      last: false,
    }),
  });

describe("a bake whose clock is set back by an hour", () => {
  it("is judged at once as one of which nobody can tell, with the clock as the reason", () => {
    const { facts, step } = decided(looked(0), NOON - HOUR);
    expect(facts.slice(-2).map(({ kind }) => kind)).to.deep.equal(["clockSetBack", "judged"]);
    const { judgement } = facts.at(-1) as FactOf<"judged">;
    expect(judgement.verdict).to.equal("inconclusive");
    const reason = { kind: "clockSetBack", byMs: HOUR + 2 * MINUTE };
    expect(judgement.results.map((result) => result.reason)).to.deep.equal([reason, reason]);
    expect(step).to.deep.equal({ do: "wait", until: NOON - HOUR + order.askMs });
  });

  it("goes back where a check that cannot tell fails the canary, and where one has failed", () => {
    const strict = anOrder({ checks: [aLimit({ inconclusive: "fail" })] });
    expect(folded(decided(factsUntil("baking", strict), NOON - HOUR).facts).stage).to.equal("rollingBack");
    const failed = decided(looked(9), NOON - HOUR).facts.at(-1) as FactOf<"judged">;
    expect(failed.judgement.results[0]?.reason).to.include({ kind: "aboveLimit" });
  });

  it("asks also where all its checks are soft, and where only its last look was taken before", () => {
    const soft = anOrder({ checks: [aLimit({ soft: { owner: "U0SRE", until: null, since: null } as never })] });
    expect(folded(decided(factsUntil("baking", soft), NOON - HOUR).facts).stage).to.equal("asking");
    const last = then(factsUntil("baking"), {
      kind: "measured",
      ...aLook([aReading(0), aReading(10, aLimit({ name: "jobs", atLeast: 1, atMost: null }))]),
    });
    expect(folded(decided(last, NOON - HOUR).facts).stage).to.equal("asking");
  });

  it("is judged so also when a bot whose clock is right goes on behind one that was ahead, before a first look", () => {
    expect(folded(decided(factsUntil("baking"), NOON - 5 * MINUTE).facts).stage).to.equal("asking");
  });

  it("can be begun again on the clock as it is, and passes like any other", () => {
    const now = NOON - HOUR;
    const asked = decided(looked(0), now).facts;
    const again = folded([...asked, { kind: "retryOrdered", at: now + SECOND, by: order.by }]);
    expect(again).to.deep.include({ stage: "baking" });
    expect(again.stage === "baking" && again.bake).to.deep.include({ startedAt: now + SECOND, looks: [] });
    expect(again.stage === "baking" && again.bake.notedAt).to.be.at.most(now);
    expect(plan(again, now + 2 * SECOND)).to.deep.equal({ do: "wait", until: now + 30 * SECOND });
  });
});

describe("clocks of several bots that are some seconds apart", () => {
  it("change nothing but when the next look is taken: within its poll, and never over a time to come", () => {
    const limits = { min: 0, max: 30 * SECOND };
    fc.assert(
      fc.property(fc.integer(limits), fc.integer({ min: 1, max: 420 }), fc.boolean(), (behind, seconds, isLast) => {
        const at = NOON + seconds * SECOND;
        const last = isLast && seconds >= 361;
        const now = at - behind;
        const bake = { startedAt: NOON, noted: {}, notedAt: NOON, looks: [aLook([], { at, last })] };
        const { dueAt, from, to } = nextLook(bake, order.bake, now);
        expect(dueAt).to.be.at.most(Math.max(now + order.bake.pollMs, NOON + 6 * MINUTE));
        if (to > from) expect(to).to.be.at.most(Math.max(dueAt, now));
      }),
    );
    const facts = looked(0);
    expect(plan(folded(facts), newest(facts) - 30 * SECOND).do).to.equal("measure");
  });
});

describe("whatever else a deploy waits for when its clock is set back by an hour", () => {
  it("is a question that keeps the time it had left", () => {
    const asked = then(factsUntil("baking"), { kind: "judged", judgement: judgement("inconclusive") });
    const since = newest(asked);
    // The clock goes back a moment after the question; and after ten minutes that somebody's fact tells of.
    expect(decided(asked, since - HOUR).step).to.deep.equal({ do: "wait", until: since - HOUR + order.askMs });
    const later = [...asked, { kind: "falseAlarm", at: since + 10 * MINUTE, check: "jobs", by: order.by } as const];
    const now = since + 10 * MINUTE - HOUR;
    expect(decided(later, now).step).to.deep.equal({ do: "wait", until: now + order.askMs - 10 * MINUTE });
  });

  it("is a pause between batches that keeps the time it had left", () => {
    const phased = anOrder({ between: [{ pauseMs: 3 * MINUTE, checks: [] }] });
    const paused = then(factsUntil("promoting", phased), { kind: "bakeStarted", batch: 0 });
    const now = newest(paused) - HOUR;
    expect(decided(paused, now).step).to.deep.equal({ do: "wait", until: now + 3 * MINUTE });
  });

  it("is a host that is tried again", () => {
    const { facts } = decided(factsUntil("promoting"), NOON - HOUR);
    expect(plan(folded(facts), NOON - HOUR).do).to.equal("switch");
  });

  it("are monitors that are watched for no longer than they would have been, from before the canary went out", () => {
    const watching = anOrder({ checks: [aMonitorsCheck()] });
    const facts = factsUntil("promoting", watching);
    const watch = deployAt("promoting", facts).watch ?? expect.fail();
    const now = newest(facts) - HOUR;
    const after = folded(decided(facts, now).facts).watch ?? expect.fail();
    expect(after.passedAt).to.equal(now);
    expect(watch.passedAt - watch.bake.notedAt).to.equal(after.passedAt - after.bake.notedAt);
    const previous = aLook([watchedNow(aWatched())], { at: watch.passedAt + 20 * SECOND, last: false });
    const { dueAt } = nextWatchLook(watch, order.bake, { previous, now: watch.passedAt + SECOND });
    expect(dueAt).to.be.at.most(watch.passedAt + SECOND + order.bake.pollMs);
  });
});
