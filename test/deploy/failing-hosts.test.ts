// Hosts that fail a deploy: before it begins, on the canary, in the fleet, and on the way back.

import { expect } from "chai";
import { OLD } from "../support/build.ts";
import { kinds, outcomeOf, reasonOf, running, switches, tell } from "./telling.ts";

describe("hosts that cannot be reached before anything was touched", () => {
  const without = (host: string) => ({ reached: (name: string) => name !== host });

  it("stop the deploy untouched when one is a canary host", () => {
    const story = tell({ ...without("web-02"), with: { maxFailedHosts: 3 } });
    expect(outcomeOf(story)).to.equal("untouched");
    expect(reasonOf(story)).to.deep.equal({ kind: "hostsUnreachable", hosts: ["web-02"] });
  });

  it("stop the deploy untouched when they are more than may fail", () => {
    expect(outcomeOf(tell(without("web-04")))).to.equal("untouched");
  });

  it("are left out and named when they are as many as may fail", () => {
    const story = tell({ ...without("web-04"), with: { maxFailedHosts: 1 } });
    expect(outcomeOf(story)).to.equal("incomplete");
    expect(story.deploy.hosts.get("web-04")?.is).to.equal("unreachable");
    expect(running(story)).to.deep.equal(["new", "new", "new", "old", "new"]);
  });

  it("are looked at again before they count as lost", () => {
    const story = tell({ reached: (host, nth) => host !== "web-01" || nth === 2 });
    expect(outcomeOf(story)).to.equal("deployed");
  });
});

describe("a release that cannot be built", () => {
  it("ends the deploy untouched, with the reason", () => {
    const story = tell({ builds: false });
    expect(outcomeOf(story)).to.equal("untouched");
    expect(reasonOf(story)).to.deep.equal({ kind: "build", detail: "no" });
  });
});

describe("a canary host that fails", () => {
  it("sends the canary back, and does not bake", () => {
    const story = tell({ fate: (host, phase) => (host === "web-02" && phase === "canary" ? "ill" : "well") });
    expect(outcomeOf(story)).to.equal("rolledBack");
    expect(reasonOf(story)).to.deep.equal({ kind: "host", host: "web-02" });
    expect(kinds(story)).not.to.include("bakeStarted");
  });

  it("is not put back when it never had the release", () => {
    const story = tell({ fate: (host, phase) => (host === "web-01" && phase === "canary" ? "refused" : "well") });
    expect(switches(story)).not.to.include("web-01 back");
    expect(reasonOf(story)).to.deep.equal({ kind: "host", host: "web-01" });
  });

  it("whose connection is lost is looked at, and switched again when it is not done", () => {
    const story = tell({ fate: (host, _phase, nth) => (host === "web-01" && nth === 0 ? "lostHalf" : "well") });
    expect(switches(story).filter((one) => one === "web-01 canary")).to.have.length(2);
    expect(outcomeOf(story)).to.equal("deployed");
  });

  it("whose connection is lost after the work was done counts as done", () => {
    const story = tell({ fate: (host, _phase, nth) => (host === "web-01" && nth === 0 ? "lostDone" : "well") });
    expect(switches(story).filter((one) => one === "web-01 canary")).to.have.length(1);
    expect(outcomeOf(story)).to.equal("deployed");
  });

  it("whose connection is lost every time counts as failed after a few times", () => {
    const story = tell({ fate: (host, phase) => (host === "web-01" && phase === "canary" ? "lostHalf" : "well") });
    expect(switches(story).filter((one) => one === "web-01 canary")).to.have.length(3);
    expect(outcomeOf(story)).to.equal("rolledBack");
    expect(running(story)).to.deep.equal(["old", "old", "old", "old", "old"]);
  });
});

describe("hosts of the fleet that fail", () => {
  const ill = (host: string, phase: string) => (host === "web-03" && phase === "fleet" ? "ill" : "well");
  const at = kinds(tell({ fate: ill })).indexOf("asked") + 1;

  it("make the deploy ask when they are more than may fail, and go back without an answer", () => {
    const story = tell({ fate: ill });
    expect(kinds(story)).to.include("asked");
    expect(outcomeOf(story)).to.equal("rolledBack");
    expect(switches(story)).not.to.include("web-05 fleet");
  });

  it("are looked at and switched again when a person says so", () => {
    const story = tell({
      fate: (host, phase, nth) => (nth === 0 ? ill(host, phase) : "well"),
      orders: { [at]: "retry" },
    });
    expect(outcomeOf(story)).to.equal("deployed");
  });

  it("go back to what they had at first, also after they were tried again", () => {
    const story = tell({ fate: ill, orders: { [at]: "retry" } });
    expect(story.facts.filter(({ kind }) => kind === "asked")).to.have.length(2);
    expect(outcomeOf(story)).to.equal("rolledBack");
    expect([...story.world.values()].map(({ current }) => current)).to.deep.equal(Array(5).fill(OLD.name));
  });

  it("are named at the end when they are as many as may fail", () => {
    const story = tell({ fate: ill, with: { maxFailedHosts: 1 } });
    expect(outcomeOf(story)).to.equal("incomplete");
    expect(story.deploy.hosts.get("web-03")?.is).to.equal("ill");
  });
});

describe("a host that cannot be put back", () => {
  it("is told several times, then named as stuck", () => {
    const story = tell({
      seen: () => "fail",
      fate: (host, phase) => (phase === "back" && host === "web-01" ? "refused" : "well"),
    });
    expect(switches(story).filter((one) => one === "web-01 back")).to.have.length(4);
    expect(outcomeOf(story)).to.equal("incomplete");
    expect(story.deploy.hosts.get("web-01")?.is).to.equal("stuck");
    expect(story.deploy.hosts.get("web-02")?.is).to.equal("back");
  });

  it("is told to go back also when it cannot be looked at", () => {
    const story = tell({
      fate: (host, phase, nth) => (phase === "canary" && host === "web-01" && nth === 0 ? "lostDone" : "well"),
      reached: (host, nth) => host !== "web-01" || nth === 0,
    });
    expect(switches(story)).to.include("web-01 back");
    expect(outcomeOf(story)).to.equal("rolledBack");
  });
});
