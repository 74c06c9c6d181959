// A phased rollout: a pause after a batch, and the checks over it, asked of all hosts that have the release by then.

import { expect } from "chai";
import { askedOrder } from "../../src/deploy/between.ts";
import { fold } from "../../src/deploy/fold.ts";
import type { Order } from "../../src/deploy/order.ts";
import { aLimit, MINUTE } from "../support/build.ts";
import { kinds, outcomeOf, reasonOf, running, tell } from "./telling.ts";

const later = aLimit({ name: "errors", query: "sum:web.errors{host IN (web-01,web-02,web-03,web-04)}" });
const phased: Partial<Order> = { between: [{ pauseMs: 3 * MINUTE, checks: [later] }] };

/** Hosts in the order in which they got the release, with "bake" where one began. */
const course = ({ facts }: ReturnType<typeof tell>) =>
  facts.flatMap((fact) => (fact.kind === "switched" ? [fact.host] : fact.kind === "bakeStarted" ? ["bake"] : []));

describe("a rollout with checks between its batches", () => {
  it("bakes after each batch but the last", () => {
    const story = tell({ with: phased });
    expect(course(story)).to.deep.equal(["web-01", "web-02", "bake", "web-03", "web-04", "bake", "web-05"]);
    expect(outcomeOf(story)).to.equal("deployed");
  });

  it("asks about all hosts that have the release by then, for as long as the pause", () => {
    const { facts } = tell({ with: phased });
    const second = facts.findLastIndex(({ kind }) => kind === "bakeStarted");
    const deploy = fold(facts.slice(0, second + 1)) ?? expect.fail();
    const asked = askedOrder(deploy);
    expect(asked.canary.map(({ name }) => name)).to.deep.equal(["web-01", "web-02", "web-03", "web-04"]);
    expect(asked.checks).to.deep.equal([later]);
    expect(asked.bake.forMs).to.equal(3 * MINUTE);
    const before = fold(facts.slice(0, second)) ?? expect.fail();
    expect(askedOrder(before)).to.equal(before.order);
  });

  it("takes every host back when a check fails after a batch", () => {
    const looksOfCanary = tell({ with: phased }).facts.filter(({ kind }) => kind === "measured").length;
    const story = tell({ with: phased, seen: (nth) => (nth >= looksOfCanary - 4 ? "fail" : "pass") });
    expect(outcomeOf(story)).to.equal("rolledBack");
    expect(reasonOf(story)).to.deep.equal({ kind: "verdict" });
    expect(course(story)).to.include.members(["web-03", "web-04"]);
    expect(course(story).filter((name) => name === "web-05")).to.deep.equal([]);
    expect(new Set(running(story))).to.deep.equal(new Set(["old"]));
  });

  it("asks a person when they cannot tell, who may go on", () => {
    const whole = tell({ with: phased });
    const inCanary = whole.facts.slice(
      0,
      whole.facts.findIndex(({ kind }) => kind === "judged"),
    );
    const looks = inCanary.filter(({ kind }) => kind === "measured").length;
    const seen = (nth: number) => (nth >= looks ? ("silent" as const) : ("pass" as const));
    const asked = tell({ with: phased, seen });
    expect(reasonOf(asked)).to.deep.equal({ kind: "noAnswer" });
    const judged = asked.facts.findLastIndex(({ kind }) => kind === "judged");
    const promoted = tell({ with: phased, seen, orders: { [judged + 1]: "promote" } });
    expect(outcomeOf(promoted)).to.equal("deployed");
  });

  it("waits without asking anybody where there is only a pause", () => {
    const story = tell({ with: { between: [{ pauseMs: MINUTE, checks: [] }] } });
    const begun = story.facts.findLast(({ kind }) => kind === "bakeStarted")?.at ?? expect.fail();
    const next = story.facts.find((fact) => fact.kind === "switching" && fact.host === "web-05")?.at ?? 0;
    expect(next - begun).to.be.at.least(MINUTE);
    expect(story.facts.filter(({ kind }) => kind === "judged").length).to.equal(1);
  });

  it("knows what was red before, also where there is no canary", () => {
    const hosts = tell().deploy.order;
    const without = { canary: [], batches: [hosts.canary, ...hosts.batches] };
    expect(kinds(tell({ with: { ...without, between: [{ pauseMs: MINUTE, checks: [later] }] } }))).to.include("noted");
    expect(kinds(tell({ with: without }))).not.to.include("noted");
  });

  it("does not bake on the way back", () => {
    const story = tell({ with: { kind: "rollback", canary: [] } });
    expect(kinds(story)).not.to.include("bakeStarted");
  });
});
