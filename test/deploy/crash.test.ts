// The process dies between any two facts, and another one takes up the deploy from the journal alone.

import { expect } from "chai";
import type { Phase } from "../../src/deploy/facts.ts";
import { type DeployFact, deployFact } from "../../src/deploy/facts.ts";
import { advance, type Deploy, fold } from "../../src/deploy/fold.ts";
import { plan } from "../../src/deploy/plan.ts";
import { anOrder, factsUntil, folded, NOON, then } from "../support/build.ts";
import { expectInvariants } from "./invariants.ts";
import { type Script, simulate } from "./simulator.ts";

const PATHS: Record<string, Partial<Script>> = {
  "in which everything works": {},
  "whose canary fails": { seen: (nth) => (nth === 2 ? "fail" : "pass") },
  "whose checks cannot tell": { seen: () => "silent" },
  "with a canary host that fails": {
    fate: (host, phase) => (host === "web-02" && phase === "canary" ? "ill" : "well"),
  },
  "with a host of the fleet that fails": {
    fate: (host, phase) => (host === "web-04" && phase === "fleet" ? "ill" : "well"),
  },
  "with a host that is hard to put back": {
    seen: () => "fail",
    fate: (host, phase, nth) => (host === "web-01" && phase === "back" && nth < 2 ? "refused" : "well"),
  },
  "with a connection that is lost": {
    fate: (host, _phase, nth) => (host === "web-03" && nth === 0 ? "lostHalf" : "well"),
  },
  "that is aborted while the canary goes out": { orders: { 12: "abort" } },
  "that goes back": { order: anOrder({ kind: "rollback", canary: [] }) },
};

const UNFINISHED = ["lostBefore", "lostHalf"] as const;

/** Back is back, whether a host had been touched by then or not. */
const endOf = (deploy: Deploy) => {
  if (deploy.stage !== "ended") return deploy.stage;
  const { outcome, why } = deploy;
  return outcome === "deployed" || outcome === "incomplete" ? outcome : `back (${why?.kind})`;
};

describe("a deploy whose process is killed", () => {
  for (const [path, script] of Object.entries(PATHS)) {
    it(`comes to the same kind of end from every edge of a deploy ${path}`, () => {
      const whole = { order: anOrder(), ...script };
      const undisturbed = simulate(whole);
      // A host that is to fail cannot have been done at the moment of the crash.
      for (const fate of script.fate ? UNFINISHED : ([...UNFINISHED, "lostDone"] as const)) {
        for (let after = 2; after < undisturbed.facts.length; after++) {
          const story = simulate({ ...whole, crash: { after, fate } });
          expectInvariants(story);
          expect(endOf(story.deploy), `killed after fact ${after}, ${fate}`).to.equal(endOf(undisturbed.deploy));
        }
      }
    });
  }

  const interrupted = {
    canary: { host: "web-01", facts: then(factsUntil("canary"), { kind: "noted", monitors: {} }) },
    fleet: { host: "web-03", facts: factsUntil("promoting") },
  };
  for (const [phase, { host, facts }] of Object.entries(interrupted)) {
    it(`looks at a host that was being switched (${phase}) before it does anything else`, () => {
      const deploy = folded(then(facts, { kind: "switching", host, phase: phase as Phase }));
      expect(plan(deploy, NOON + 3_600_000)).to.deep.equal({ do: "look", hosts: [host] });
    });
  }

  it("does not let a host that has to be looked at hold up the way back of the others", () => {
    const back = then(factsUntil("baking"), { kind: "backOrdered", why: { kind: "noAnswer" } });
    const facts = then(back, { kind: "switching", host: "web-01", phase: "back" });
    expect(plan(folded(facts), NOON + 3_600_000)).to.deep.equal({ do: "switch", hosts: ["web-02"], phase: "back" });
    const others = then(facts, { kind: "switched", host: "web-02", phase: "back" });
    expect(plan(folded(others), NOON + 3_600_000)).to.deep.equal({ do: "look", hosts: ["web-01"] });
  });
});

describe("the facts of a deploy", () => {
  const { facts } = simulate({ order: anOrder(), seen: (nth) => (nth === 4 ? "fail" : "pass") });

  it("fold to the same deploy at once and one by one", () => {
    let deploy: Deploy | null = null;
    for (const fact of facts) deploy = advance(deploy, fact);
    expect(deploy).to.deep.equal(fold(facts));
  });

  it("are the same after they were written down and read again", () => {
    const read = facts.map((fact): DeployFact => deployFact.parse(JSON.parse(JSON.stringify(fact))));
    expect(read).to.deep.equal(facts);
  });

  it("count up to the version of the stream", () => {
    expect(folded(facts).version).to.equal(facts.length);
  });

  it("begin with the request, or nothing is known", () => {
    expect(fold([])).to.equal(null);
    expect(() => fold(facts.slice(1))).to.throw('a deploy begins with "requested"');
  });

  it("that come too late change nothing that has been decided", () => {
    const ended = folded(facts);
    for (const late of [
      { kind: "built", at: NOON, bytes: 1, sha256: "" },
      { kind: "promoteOrdered", at: NOON, by: null },
      { kind: "judged", at: NOON, judgement: { verdict: "pass", results: [] } },
      { kind: "backOrdered", at: NOON, why: { kind: "noAnswer" } },
      { kind: "broke", at: NOON, step: "look", detail: "" },
    ] satisfies DeployFact[]) {
      expect(advance(ended, late), late.kind).to.deep.equal({ ...ended, version: ended.version + 1 });
    }
  });
});
