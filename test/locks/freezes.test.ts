// Freezes: of an environment or of everything, replaced, lifted and run out.

import { expect } from "chai";
import {
  decideFreeze,
  decideLift,
  foldFreezes,
  freezeFact,
  freezeOf,
  freezesAt,
  freezesOver,
  nextFreezeEnd,
  nothingFrozen,
} from "../../src/locks/freezes.ts";
import { HOUR, NOON, onCall, teammate } from "../support/build.ts";
import { aFreeze, factsOf, refusalOf } from "../support/targets.ts";

const NOW = NOON + 1;
const frozen = (environment: string | null, until: number | null = null, by = onCall, at = NOON) =>
  ({ kind: "frozen", at, by, environment, reason: "incident", until }) as const;
const lifted = (environment: string | null) => ({ kind: "lifted", at: NOON, by: onCall, environment }) as const;
const request = (parts: { reason?: string; until?: number | null; environment?: string | null } = {}) => ({
  by: onCall,
  environment: null,
  reason: "incident",
  until: null,
  ...parts,
});

describe("a freeze", () => {
  it("is not replaced by somebody else, who may not know of it; its owner may say it again", () => {
    const state = foldFreezes([frozen(null)]);
    const mine = state.freezes[0] ?? expect.fail();
    const other = { ...request({ reason: "my own thing" }), by: teammate };
    expect(refusalOf(decideFreeze(state, other, NOON))).to.deep.equal({ kind: "frozenAlready", freeze: mine });
    expect(decideFreeze(state, { ...other, by: mine.by }, NOON).ok).to.equal(true);
    expect(decideFreeze(state, { ...other, environment: "staging" }, NOON).ok).to.equal(true);
  });

  it("needs a reason, of a size that leaves room for the rest", () => {
    expect(factsOf(decideFreeze(nothingFrozen, request({ reason: " incident " }), NOON))).to.deep.equal([frozen(null)]);
    expect(refusalOf(decideFreeze(nothingFrozen, request({ reason: "  " }), NOON))).to.deep.equal({
      kind: "reasonNeeded",
    });
    expect(refusalOf(decideFreeze(nothingFrozen, request({ reason: "x".repeat(301) }), NOON))?.kind).to.equal(
      "reasonTooLong",
    );
  });

  it("lasts at most a year, or until somebody lifts it", () => {
    const year = 365 * 24 * HOUR;
    for (const until of [NOON + year + 1, 1e300, Number.POSITIVE_INFINITY])
      expect(refusalOf(decideFreeze(nothingFrozen, request({ until }), NOON))).to.deep.equal({
        kind: "freezeTooLong",
        longestMs: year,
      });
    for (const until of [NOON + year, null])
      expect(decideFreeze(nothingFrozen, request({ until }), NOON).ok).to.equal(true);
  });

  it("of an environment holds up that one alone", () => {
    const state = foldFreezes([frozen("production")]);
    expect(freezeOf(state, "production", NOW)).to.deep.equal(aFreeze({ environment: "production" }));
    expect(freezeOf(state, "staging", NOW)).to.equal(null);
  });

  it("of everything holds up all, and is the one that is told of", () => {
    const state = foldFreezes([frozen("production"), frozen(null)]);
    for (const environment of ["production", "staging"])
      expect(freezeOf(state, environment, NOW)).to.deep.equal(aFreeze());
  });

  it("is replaced when it is said again, by whomever", () => {
    const state = foldFreezes([frozen(null), frozen(null, NOON + HOUR, teammate, NOW)]);
    expect(state.freezes).to.deep.equal([aFreeze({ by: teammate, until: NOON + HOUR, since: NOW })]);
  });

  it("holds until its time is over, and not a moment longer", () => {
    const state = foldFreezes([frozen(null, NOON + HOUR)]);
    expect(freezesAt(state, NOON + HOUR - 1)).to.have.length(1);
    expect(freezesAt(state, NOON + HOUR)).to.deep.equal([]);
    expect(freezeOf(state, "production", NOON + HOUR)).to.equal(null);
    expect(foldFreezes([{ kind: "ranOut", at: NOON + HOUR, environment: null }], state).freezes).to.deep.equal([]);
  });
});

describe("freezes whose time is over", () => {
  const state = foldFreezes([frozen("production", NOON + HOUR), frozen("staging", NOON + 2 * HOUR), frozen(null)]);

  it("run out, and the others stay", () => {
    expect(freezesOver(state, NOON + HOUR - 1)).to.deep.equal([]);
    const over = freezesOver(state, NOON + HOUR);
    expect(over).to.deep.equal([{ kind: "ranOut", at: NOON + HOUR, environment: "production" }]);
    expect(foldFreezes(over, state).freezes.map(({ environment }) => environment)).to.deep.equal(["staging", null]);
  });

  it("are due when the first of them ends, and never when none ends by itself", () => {
    expect(nextFreezeEnd(state)).to.equal(NOON + HOUR);
    expect(nextFreezeEnd(foldFreezes([frozen(null)]))).to.equal(Number.POSITIVE_INFINITY);
    expect(nextFreezeEnd(foldFreezes([]))).to.equal(Number.POSITIVE_INFINITY);
  });
});

describe("lifting a freeze", () => {
  const both = foldFreezes([frozen("production"), frozen(null)]);

  it("ends that one and no other", () => {
    const facts = factsOf(decideLift(both, { by: onCall, environment: null }, NOON));
    expect(facts).to.deep.equal([lifted(null)]);
    const after = foldFreezes(facts, both);
    expect(freezeOf(after, "production", NOW)).to.deep.equal(aFreeze({ environment: "production" }));
    expect(freezeOf(after, "staging", NOW)).to.equal(null);
  });

  it("is refused when that is not frozen, with what is", () => {
    const refusal = { kind: "notFrozen", environment: "staging", others: both.freezes };
    expect(refusalOf(decideLift(both, { by: onCall, environment: "staging" }, NOON))).to.deep.equal(refusal);
    const over = foldFreezes([frozen(null, NOON + HOUR)]);
    expect(refusalOf(decideLift(over, { by: onCall, environment: null }, NOON + HOUR))?.kind).to.equal("notFrozen");
  });
});

describe("the facts of freezes", () => {
  it("are the same after they were written down and read again, and fold at once as in pieces", () => {
    const all = [frozen(null, NOON + HOUR), frozen("production"), lifted(null), frozen(null)];
    const read = all.map((fact) => freezeFact.parse(JSON.parse(JSON.stringify(fact))));
    expect(read).to.deep.equal(all);
    for (let i = 0; i <= all.length; i++)
      expect(foldFreezes(all.slice(i), foldFreezes(all.slice(0, i)))).to.deep.equal(foldFreezes(all));
    expect(foldFreezes(all).version).to.equal(4);
  });
});
