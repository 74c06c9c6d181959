// What people may order of a deploy, stage by stage, and what an order does to the step under way.

import { expect } from "chai";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { advance } from "../../src/deploy/fold.ts";
import { momentOf } from "../../src/deploy/moments.ts";
import { releaseName, shaIn } from "../../src/deploy/releases.ts";
import { decideWish, type Wish, wishesAt } from "../../src/deploy/rules.ts";
import {
  aLook,
  anOrder,
  aReading,
  factsUntil,
  folded,
  HOUR,
  judgement,
  NOON,
  onCall,
  then,
  you,
} from "../support/build.ts";

const baking = factsUntil("baking");
const promoting = factsUntil("promoting");
const STAGES: Record<string, DeployFact[]> = {
  preparing: factsUntil("preparing"),
  canary: factsUntil("canary"),
  baking,
  "asking about the verdict": then(baking, { kind: "judged", judgement: judgement("inconclusive") }),
  "asking about hosts": then(promoting, { kind: "asked", hosts: ["web-03"] }),
  promoting,
  "rolling back": then(baking, { kind: "backOrdered", why: { kind: "noAnswer" } }),
  broken: then(baking, { kind: "broke", step: "measure", detail: "a fault" }),
  ended: factsUntil("ended"),
};

const ALLOWED: Record<string, Wish[]> = {
  preparing: ["abort", "rollBack"],
  canary: ["abort", "rollBack"],
  baking: ["abort", "promote", "rollBack"],
  "asking about the verdict": ["abort", "promote", "retry", "rollBack"],
  "asking about hosts": ["abort", "retry", "rollBack"],
  promoting: ["abort", "rollBack"],
  "rolling back": [],
  broken: ["abort", "rollBack"],
  ended: [],
};

describe("a person who orders something of a deploy that is", () => {
  for (const [stage, facts] of Object.entries(STAGES)) {
    const allowed = ALLOWED[stage] ?? [];
    it(`${stage} may ${allowed.join(", ") || "nothing"}`, () => {
      const deploy = folded(facts);
      for (const wish of ["abort", "promote", "retry", "rollBack"] as const) {
        const decided = decideWish(deploy, wish, { by: onCall, now: NOON });
        expect(decided.ok, wish).to.equal(allowed.includes(wish));
        // An order that was taken does something; one that does nothing is refused.
        if (decided.ok) expect(advance(deploy, decided.fact).stage).not.to.equal(deploy.stage);
        else {
          const goingBack = stage === "rolling back" && wish === "rollBack";
          const why = stage === "ended" ? "alreadyOver" : goingBack ? "alreadyGoingBack" : "tooLate";
          expect(decided.refusal.kind).to.equal(why);
        }
      }
      for (const wish of wishesAt(deploy)) expect(allowed, "a button").to.include(wish);
    });
  }

  it("is recorded by name", () => {
    const decided = decideWish(folded(baking), "promote", { by: onCall, now: NOON });
    expect(decided.ok && decided.fact).to.deep.equal({ kind: "promoteOrdered", at: NOON, by: onCall });
  });

  it("may not take back a way back that is under way: it would be neither the one nor the other", () => {
    const back = then(factsUntil("preparing", anOrder({ kind: "rollback", canary: [] })), {
      kind: "promoteOrdered",
      by: onCall,
    });
    expect(wishesAt(folded(back))).to.deep.equal([]);
  });
});

describe("a rollback that is under way", () => {
  const going = factsUntil("preparing", anOrder({ kind: "rollback", canary: [] }));

  it("is not cancelled by asking for it again: only by an abort", () => {
    const asked = decideWish(folded(going), "rollBack", { by: onCall, now: NOON });
    expect(asked).to.deep.equal({ ok: false, refusal: { kind: "alreadyGoingBack" } });
    expect(decideWish(folded(going), "abort", { by: onCall, now: NOON }).ok).to.equal(true);
  });
});

describe("a canary that has failed, before the verdict is written down", () => {
  it("cannot be promoted any more", () => {
    const look = { ...aLook([aReading(99)], { last: false }), kind: "measured" as const };
    const asked = decideWish(folded(then(baking, look)), "promote", { by: onCall, now: NOON });
    expect(asked).to.deep.equal({ ok: false, refusal: { kind: "tooLate", what: "promote" } });
  });
});

describe("the name of a release", () => {
  it("is its time and its commit, and tells the commit again", () => {
    const name = releaseName(NOON, "1a2b3c4d".repeat(5));
    expect(name).to.equal("20261120120000-1a2b3c4");
    expect(shaIn(name)).to.equal("1a2b3c4");
  });

  it("that something else has made tells nothing", () => {
    for (const name of ["20261120120000", "v1.2.3", "20261120120000-", "20261120120000-../etc", ""])
      expect(shaIn(name)).to.equal(null);
  });
});

describe("a button that stands under another moment than the one it was made for", () => {
  const asking = (since: number) =>
    folded(
      then(
        factsUntil("baking"),
        { kind: "judged", judgement: judgement("inconclusive") },
        { kind: "retryOrdered", by: you },
        { kind: "judged", at: NOON + since, judgement: judgement("inconclusive") },
      ),
    );

  it("does not go on, but still goes back", () => {
    const shown = momentOf(asking(HOUR));
    const later = asking(2 * HOUR);
    const said = { by: you, now: NOON + 3 * HOUR, seen: shown };
    expect(later.stage).to.equal("asking");
    for (const wish of ["promote", "retry"] as const)
      expect(decideWish(later, wish, said)).to.deep.equal({ ok: false, refusal: { kind: "tooLate", what: wish } });
    expect(decideWish(later, "rollBack", said).ok).to.equal(true);
    expect(decideWish(later, "promote", { ...said, seen: momentOf(later) }).ok).to.equal(true);
  });
});
