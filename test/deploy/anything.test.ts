// Deploys to which anything may happen: random hosts, outcomes, orders, crashes, faults and clocks. What has to hold, holds.

import { expect } from "chai";
import fc from "fast-check";
import { aMonitorsCheck, anOrder } from "../support/build.ts";
import { expectInvariants } from "./invariants.ts";
import { type Fate, type Script, type Seen, simulate } from "./simulator.ts";

const FATES: Fate[] = ["well", "ill", "refused", "lostBefore", "lostHalf", "lostDone"];
const SEEN: Seen[] = ["pass", "fail", "silent", "trouble"];

/** Mostly well: a path on which everything fails at once never gets far. */
const fates = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant<Fate>("well") }, fc.constantFrom(...FATES)), {
  minLength: 1,
  maxLength: 12,
});
const looks = fc.array(fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.boolean()), {
  minLength: 1,
  maxLength: 8,
});
const seen = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant<Seen>("pass") }, fc.constantFrom(...SEEN)), {
  minLength: 1,
  maxLength: 6,
});
const place = fc.integer({ min: 1, max: 60 });
const orders = fc.dictionary(
  place.map(String),
  fc.constantFrom("abort" as const, "promote" as const, "retry" as const, "rollBack" as const, "lateAlert" as const),
  { maxKeys: 3 },
);
const jumps = fc.dictionary(place.map(String), fc.integer({ min: -86_400_000, max: 86_400_000 }), { maxKeys: 2 });

const script = fc.record({
  kind: fc.constantFrom("deploy" as const, "deploy" as const, "rollback" as const),
  maxFailedHosts: fc.integer({ min: 0, max: 2 }),
  withCanary: fc.boolean(),
  fates,
  looks,
  seen,
  orders,
  jumps,
  crash: fc.option(
    fc.record({ after: place, fate: fc.constantFrom("lostBefore" as const, "lostHalf" as const, "lostDone" as const) }),
    {
      nil: undefined,
    },
  ),
  faultAt: fc.option(place, { nil: undefined, freq: 6 }),
  builds: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
  lateMs: fc.constantFrom(0, 0, 7_000, 3_600_000),
});

type Random = typeof script extends fc.Arbitrary<infer T> ? T : never;

function scriptFrom({ kind, maxFailedHosts, withCanary, fates, looks, seen, ...rest }: Random): Script {
  const whole = anOrder({ kind, maxFailedHosts, checks: [...anOrder().checks, aMonitorsCheck()] });
  const noCanary = { canary: [], batches: [[...whole.canary, ...whole.batches.flat()]] };
  const order = withCanary && kind === "deploy" ? whole : { ...whole, ...noCanary };
  // Neighbouring hosts see different parts of the lists.
  const at = <T>(list: T[], host: string, nth: number) => list[(Number(host.slice(-1)) * 3 + nth) % list.length] as T;
  return {
    ...rest,
    order,
    fate: (host, _phase, nth) => at(fates, host, nth),
    reached: (host, nth) => at(looks, host, nth),
    seen: (nth) => seen[nth % seen.length] as Seen,
  };
}

describe("a deploy to which anything may happen", () => {
  it("ends, tells the truth about every host, and never goes forward again after it was sent back", () => {
    fc.assert(
      fc.property(script, (random) => {
        expectInvariants(simulate(scriptFrom(random)));
      }),
      { numRuns: 1_500 },
    );
  });

  it("ends also when nothing works at all", () => {
    for (const fate of FATES) {
      for (const one of SEEN) {
        const order = anOrder({ maxFailedHosts: 1 });
        const story = simulate({ order, fate: () => fate, reached: (_host, nth) => nth < 1, seen: () => one });
        expectInvariants(story);
        expect(story.facts.length, "facts").to.be.lessThan(200);
      }
    }
  });
});
