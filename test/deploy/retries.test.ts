// A host that failed is tried again within its budget, and only then counts as failed.

import { expect } from "chai";
import { planBeside } from "../../src/deploy/beside.ts";
import { afterPreparing } from "../../src/deploy/hosts.ts";
import { plan } from "../../src/deploy/plan.ts";
import type { HostTrouble } from "../../src/ports/fleet.ts";
import { anOrder, factsUntil, folded, hostsNamed, NOON, then } from "../support/build.ts";
import { outcomeOf, switches, tell } from "./telling.ts";

const HOUR_LATER = NOON + 3_600_000;

const failed = (host: string, phase: "canary" | "fleet", trouble: HostTrouble, touched: "no" | "yes" = "no") =>
  [
    { kind: "switching", host, phase },
    { kind: "notSwitched", host, phase, trouble, touched, detail: "", output: "" },
  ] as const;

describe("a host of the fleet that fails", () => {
  const order = anOrder({ retries: 1 });
  const promoting = factsUntil("promoting", order);

  it("is tried again as often as the order says, then a person is asked", () => {
    const once = then(promoting, ...failed("web-03", "fleet", "unhealthy", "yes"));
    expect(plan(folded(once), HOUR_LATER)).to.deep.equal({ do: "switch", hosts: ["web-03"], phase: "fleet" });
    const twice = then(once, ...failed("web-03", "fleet", "unhealthy", "yes"));
    expect(plan(folded(twice), HOUR_LATER)).to.deep.include({
      do: "decide",
      fact: { kind: "asked", hosts: ["web-03"] },
    });
  });

  it("is waited for before it is tried again", () => {
    const facts = then(promoting, ...failed("web-03", "fleet", "refused"));
    const at = facts.at(-1)?.at ?? 0;
    expect(plan(folded(facts), at)).to.deep.equal({ do: "wait", until: at + 3_000 });
  });

  it("is not tried again where a person has to mend something first", () => {
    for (const trouble of ["diskFull", "noLogin", "wrongHostKey", "notPermitted", "readOnly"] as const) {
      const facts = then(promoting, ...failed("web-03", "fleet", trouble));
      expect(plan(folded(facts), HOUR_LATER), trouble).to.deep.include({ do: "decide" });
    }
  });

  it("goes out after all when the second try works", () => {
    const story = tell({
      with: { retries: 1 },
      fate: (host, phase, nth) => (host === "web-04" && phase === "fleet" && nth === 0 ? "ill" : "well"),
    });
    expect(outcomeOf(story)).to.equal("deployed");
    expect(switches(story).filter((one) => one === "web-04 fleet").length).to.equal(2);
  });

  it("does not keep the others of its batch waiting where one may fail", () => {
    const lenient = anOrder({ retries: 1, maxFailedHosts: 1 });
    const facts = then(factsUntil("promoting", lenient), ...failed("web-03", "fleet", "refused"));
    expect(plan(folded(facts), HOUR_LATER)).to.deep.equal({ do: "switch", hosts: ["web-04"], phase: "fleet" });
  });
});

describe("a canary host that fails", () => {
  const canary = then(factsUntil("canary", anOrder({ retries: 1 })), { kind: "noted", monitors: {} });

  it("is tried again when it could not be reached", () => {
    const facts = then(canary, ...failed("web-01", "canary", "refused"));
    expect(plan(folded(facts), HOUR_LATER)).to.deep.equal({ do: "switch", hosts: ["web-01"], phase: "canary" });
  });

  it("is the canary's answer when its service does not start", () => {
    const facts = then(canary, ...failed("web-01", "canary", "unhealthy", "yes"));
    expect(plan(folded(facts), HOUR_LATER)).to.deep.equal({
      do: "decide",
      fact: { kind: "backOrdered", why: { kind: "host", host: "web-01" } },
    });
  });
});

describe("failures that are counted by batch", () => {
  const batches = [hostsNamed("a1", "a2", "a3"), hostsNamed("b1", "b2", "b3")];
  const order = anOrder({ batches, maxFailedHosts: 2, maxFailedInBatch: [1, 1] });
  const promoting = factsUntil("promoting", order);

  it("stop the deploy when there are too many in one batch, although the fleet may have more", () => {
    const facts = then(promoting, ...failed("a1", "fleet", "diskFull"), ...failed("a2", "fleet", "diskFull"));
    expect(plan(folded(facts), HOUR_LATER)).to.deep.include({
      do: "decide",
      fact: { kind: "asked", hosts: ["a1", "a2"] },
    });
  });

  it("let it go on with one in each", () => {
    const first = then(promoting, ...failed("a1", "fleet", "diskFull"));
    expect(plan(folded(first), HOUR_LATER)).to.deep.include({ do: "switch", hosts: ["a2", "a3"] });
  });
});

describe("what goes on beside the bake", () => {
  const order = anOrder({ prepareEarly: true });
  const baking = factsUntil("baking", order);

  it("puts the release on every host that waits for it, in the order of the batches", () => {
    expect(planBeside(folded(baking))).to.deep.equal({ do: "prepare", hosts: ["web-03", "web-04", "web-05"] });
  });

  it("is nothing before the canary has it, where it is switched off, and on the way back", () => {
    expect(planBeside(folded(factsUntil("canary", order)))).to.equal(null);
    expect(planBeside(folded(factsUntil("baking", anOrder())))).to.equal(null);
    const back = then(baking, { kind: "backOrdered", why: { kind: "noAnswer" } });
    expect(planBeside(folded(back))).to.equal(null);
    expect(planBeside(folded(factsUntil("preparing", anOrder({ kind: "rollback", prepareEarly: true }))))).to.equal(
      null,
    );
  });

  it("leaves out hosts that have it or could not take it, and begins again what another process had begun", () => {
    const facts = then(
      baking,
      { kind: "preparing", hosts: ["web-03", "web-04", "web-05"] },
      { kind: "prepared", host: "web-03", sent: 1 },
      { kind: "notPrepared", host: "web-04", trouble: "diskFull", detail: "", output: "" },
    );
    expect(planBeside(folded(facts))).to.deep.equal({ do: "prepare", hosts: ["web-05"] });
  });

  it("goes on for later batches while one is switched", () => {
    const facts = factsUntil("promoting", order);
    expect(planBeside(folded(facts))).to.deep.equal({ do: "prepare", hosts: ["web-05"] });
  });

  it("has nothing to do for commands that prepare nothing", () => {
    const site = { ...order.site, kind: "commands" as const };
    const facts = factsUntil("baking", anOrder({ prepareEarly: true, site }));
    expect(planBeside(folded(facts))).to.equal(null);
  });

  it("says nothing of a host that is switched by then", () => {
    const facts = then(factsUntil("promoting", order), { kind: "switching", host: "web-03", phase: "fleet" });
    const hosts = afterPreparing(folded(facts).hosts, ["web-03"]);
    expect(hosts.get("web-03")?.is).to.equal("switching");
  });
});

describe("a site of commands", () => {
  it("has nothing to build", () => {
    const site = { ...anOrder().site, kind: "commands" as const };
    const { steps, deploy } = tell({ with: { site } });
    expect(steps.map((step) => step.do)).not.to.include("build");
    expect(deploy.stage === "ended" && deploy.outcome).to.equal("deployed");
  });
});

describe("the way back", () => {
  it("leaves hosts alone that never got the other release", () => {
    const order = anOrder({ kind: "rollback", canary: [], batches: [hostsNamed("web-01", "web-02")] });
    const [requested, ...looked] = factsUntil("canary", order);
    const already = looked.flatMap((fact) =>
      fact.kind === "looked" && fact.host === "web-02"
        ? [{ ...fact, current: order.release.name, healthy: order.release.name }]
        : fact.kind === "looked"
          ? [fact]
          : [],
    );
    const facts = then([requested ?? expect.fail(), ...already], { kind: "promoteOrdered", by: order.by });
    expect(plan(folded(facts), HOUR_LATER)).to.deep.equal({ do: "switch", hosts: ["web-01"], phase: "fleet" });
  });
});
