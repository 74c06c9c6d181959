// When the canary is measured and over which window: asking again asks the same question, and the last one covers the whole bake.

import { expect } from "chai";
import fc from "fast-check";
import { bakeEnd, bakeFrom, nextLook, verdictBy } from "../../src/deploy/bake.ts";
import { plan } from "../../src/deploy/plan.ts";
import { aLook, anOrder, deployAt, factsUntil, folded, MINUTE, NOON, SECOND, then } from "../support/build.ts";

const order = anOrder().bake;
const bake = { startedAt: NOON, noted: {}, looks: [] };

describe("the looks of a bake", () => {
  it("come every poll and see what is older than the settling time", () => {
    expect(nextLook(bake, order, NOON)).to.deep.equal({
      dueAt: NOON + 30 * SECOND,
      from: NOON + 30 * SECOND,
      to: NOON + 30 * SECOND,
    });
    const later = { ...bake, looks: [aLook([], { at: NOON + 90 * SECOND, last: false })] };
    expect(nextLook(later, order, NOON + 91 * SECOND)).to.deep.equal({
      dueAt: NOON + 120 * SECOND,
      from: NOON + 30 * SECOND,
      to: NOON + 60 * SECOND,
    });
  });

  it("end with one over the whole bake, once all of it has settled", () => {
    const story = { ...bake, looks: [aLook([], { at: NOON + 5.5 * MINUTE, last: false })] };
    expect(nextLook(story, order, NOON + 5.6 * MINUTE)).to.deep.equal({
      dueAt: NOON + 6 * MINUTE,
      from: bakeFrom(bake, order),
      to: bakeEnd(bake, order),
    });
  });

  it("that were missed are not made up for", () => {
    expect(nextLook(bake, order, NOON + 3 * MINUTE).dueAt).to.equal(NOON + 3 * MINUTE);
  });

  it("are one alone, the last, when the process wakes up long after the bake", () => {
    const facts = factsUntil("baking");
    const { startedAt } = deployAt("baking", facts).bake;
    expect(plan(deployAt("baking", facts), NOON + 24 * 60 * MINUTE)).to.deep.equal({
      do: "measure",
      from: startedAt + order.warmUpMs,
      to: startedAt + order.forMs,
      last: true,
    });
  });

  it("ask the same question again when the answer was lost, however late", () => {
    const deploy = deployAt("baking", factsUntil("baking"));
    const { startedAt } = deploy.bake;
    const due = Math.ceil(startedAt / order.pollMs) * order.pollMs + 2 * MINUTE;
    expect(plan(deploy, due)).to.deep.equal(plan(deploy, due + 29 * SECOND));
  });

  it("fall on the same instants for all bakes, whenever they began", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 29_999 }), fc.integer({ min: 0, max: 200_000 }), (late, sinceStart) => {
        const other = { ...bake, startedAt: NOON + late };
        const next = nextLook(other, order, NOON + late + sinceStart);
        expect(next.dueAt % order.pollMs).to.equal(0);
        expect(next.dueAt).to.be.greaterThan(other.startedAt);
        if (next.dueAt < NOON + late + sinceStart)
          expect(NOON + late + sinceStart - next.dueAt).to.be.below(order.pollMs);
      }),
    );
  });

  it("go on from looks that were taken k polls after the start, as an earlier version did", () => {
    const odd = { ...bake, startedAt: NOON + 7 * SECOND };
    const looks = [37, 67].map((at) => aLook([], { at: NOON + at * SECOND, last: false }));
    expect(nextLook({ ...odd, looks }, order, NOON + 68 * SECOND).dueAt).to.equal(NOON + 90 * SECOND);
  });

  it("take the last one again after a pause, or at once by a clock that is a little behind", () => {
    const trouble = {
      kind: "limit" as const,
      check: "errors",
      values: [],
      trouble: { kind: "timedOut" as const, detail: "" },
    };
    const looked = then(factsUntil("baking"), {
      kind: "measured",
      ...aLook([trouble], { at: NOON + 7 * MINUTE }),
    });
    const deploy = deployAt("baking", looked);
    expect(plan(deploy, NOON + 7 * MINUTE)).to.deep.equal({ do: "wait", until: NOON + 7 * MINUTE + order.pollMs });
    expect(plan(deploy, NOON + 7 * MINUTE - 20 * SECOND)).to.include({ do: "measure", last: true });
  });

  it("are over, with nothing known, when the service is silent for as long as the budget allows", () => {
    fc.assert(
      fc.property(
        fc.record({
          pollMs: fc.integer({ min: SECOND, max: 90 * SECOND }),
          slow: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        ({ pollMs, slow }) => {
          const slowOrder = anOrder({ bake: { ...order, pollMs } });
          const times = {
            kind: "limit" as const,
            check: "errors",
            values: [],
            trouble: { kind: "timedOut" as const, detail: "" },
          };
          let facts = factsUntil("baking", slowOrder);
          let now = NOON + MINUTE;
          const { bake: began } = deployAt("baking", facts);
          for (let turn = 0; turn < 1000; turn++) {
            const step = plan(folded(facts), now);
            if (step.do === "wait") now = step.until;
            else if (step.do !== "measure") break;
            else {
              now += Math.floor(slow * pollMs);
              const { from, to, last } = step;
              const names = slowOrder.checks.map(({ name }) => ({ ...times, check: name }));
              facts = [...facts, { kind: "measured", at: now, window: { from, to }, last, readings: names }];
            }
          }
          const step = plan(folded(facts), now);
          expect(step).to.have.nested.property("fact.judgement.verdict", "inconclusive");
          expect(now).to.be.at.most(verdictBy(began, slowOrder.bake));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("never end behind the bake, never see what has not settled, and have the same window at any time before the next", () => {
    const amount = (max: number) => fc.integer({ min: 1, max: max * SECOND });
    fc.assert(
      fc.property(
        fc.record({ forMs: amount(600), warmUpMs: amount(700), settleMs: amount(120), pollMs: amount(90) }),
        fc.integer({ min: -600 * SECOND, max: 3_600 * SECOND }),
        fc.array(fc.integer({ min: 0, max: 700 * SECOND }), { maxLength: 3 }),
        (times, sinceStart, past) => {
          const bakeOrder = { ...times, intervalMs: 10 * SECOND };
          const looks = past.sort((a, b) => a - b).map((at) => aLook([], { at: NOON + at, last: false }));
          const next = nextLook({ ...bake, looks }, bakeOrder, NOON + sinceStart);
          expect(next.from).to.be.at.most(next.to);
          expect(next.to).to.be.at.most(bakeEnd(bake, bakeOrder));
          if (next.to < bakeEnd(bake, bakeOrder) && next.to > next.from)
            expect(next.to).to.be.at.most(next.dueAt - bakeOrder.settleMs);
          if (next.dueAt > NOON + sinceStart)
            expect(nextLook({ ...bake, looks }, bakeOrder, next.dueAt)).to.deep.equal(next);
        },
      ),
    );
  });
});
