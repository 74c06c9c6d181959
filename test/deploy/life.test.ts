// The life of a deploy, told by what it does when: well, with a canary that fails, with people who interfere.

import { expect } from "chai";
import type { Order } from "../../src/deploy/order.ts";
import type { Script } from "./simulator.ts";
import { kinds, outcomeOf, reasonOf, running, switches, tell } from "./telling.ts";

describe("a deploy in which everything works", () => {
  const story = tell();

  it("looks at every host, compares, marks the graphs and builds before it touches anything", () => {
    expect([...new Set(kinds(story).slice(0, kinds(story).indexOf("switching")))]).to.deep.equal([
      "requested",
      "looked",
      "compared",
      "marked",
      "built",
      "noted",
    ]);
  });

  it("puts the release on the canary, then on the rest batch by batch", () => {
    expect(switches(story)).to.deep.equal([
      "web-01 canary",
      "web-02 canary",
      "web-03 fleet",
      "web-04 fleet",
      "web-05 fleet",
    ]);
  });

  it("does not touch the rest of the fleet before the verdict", () => {
    const judged = story.facts.findIndex(({ kind }) => kind === "judged");
    const firstOfFleet = story.facts.findIndex((fact) => fact.kind === "switching" && fact.phase === "fleet");
    expect(firstOfFleet).to.be.greaterThan(judged);
  });

  it("marks the end and ends as deployed, with every host on the release", () => {
    expect(kinds(story).slice(-2)).to.deep.equal(["marked", "ended"]);
    expect(outcomeOf(story)).to.equal("deployed");
    expect(running(story)).to.deep.equal(["new", "new", "new", "new", "new"]);
  });
});

describe("a deploy whose canary fails", () => {
  const story = tell({ seen: (nth) => (nth === 2 ? "fail" : "pass") });

  it("puts every touched host back and ends as rolled back", () => {
    expect(switches(story)).to.deep.equal(["web-01 canary", "web-02 canary", "web-01 back", "web-02 back"]);
    expect(outcomeOf(story)).to.equal("rolledBack");
    expect(reasonOf(story)).to.deep.equal({ kind: "verdict" });
  });

  it("does not measure again once the failure is certain, however good it would look", () => {
    expect(kinds(story).filter((kind) => kind === "measured")).to.have.length(3);
  });

  it("goes back although a person orders it to go on", () => {
    const after = kinds(story).lastIndexOf("judged") + 1;
    const stubborn = tell({ seen: (nth) => (nth === 2 ? "fail" : "pass"), orders: { [after]: "promote" } });
    expect(outcomeOf(stubborn)).to.equal("rolledBack");
    expect(kinds(stubborn)).not.to.include("promoteOrdered");
  });
});

describe("a deploy whose checks cannot tell", () => {
  const asked = (script: Partial<Script>) => tell({ seen: () => "silent", ...script });
  const at = kinds(asked({})).indexOf("judged") + 1;

  it("asks, and goes back when nobody answers in time", () => {
    const story = asked({});
    expect(outcomeOf(story)).to.equal("rolledBack");
    expect(reasonOf(story)).to.deep.equal({ kind: "noAnswer" });
  });

  it("goes on when a person promotes it", () => {
    expect(outcomeOf(asked({ orders: { [at]: "promote" } }))).to.equal("deployed");
  });

  it("bakes once more when a person says so, over a window of its own", () => {
    const looks = kinds(asked({})).filter((kind) => kind === "measured").length;
    const story = tell({ seen: (nth) => (nth < looks ? "silent" : "pass"), orders: { [at]: "retry" } });
    const windows = story.facts.flatMap((fact) => (fact.kind === "measured" && fact.last ? [fact.window] : []));
    expect(windows).to.have.length(2);
    expect(windows[1]?.from).to.be.greaterThan(windows[0]?.to ?? 0);
    expect(outcomeOf(story)).to.equal("deployed");
  });

  it("asks the metrics service a bounded number of times while that is in trouble, then a person", () => {
    const story = tell({ seen: () => "trouble" });
    const last = story.facts.filter((fact) => fact.kind === "measured" && fact.last);
    expect(last).to.have.length(5);
    expect(new Set(last.map((fact) => fact.kind === "measured" && JSON.stringify(fact.window))).size).to.equal(1);
    expect(reasonOf(story)).to.deep.equal({ kind: "noAnswer" });
  });

  it("passes when the metrics service recovers within the last looks", () => {
    const looks = tell({ seen: () => "trouble" }).facts.filter(({ kind }) => kind === "measured").length;
    expect(outcomeOf(tell({ seen: (nth) => (nth < looks - 1 ? "trouble" : "pass") }))).to.equal("deployed");
  });
});

describe("a deploy without checks", () => {
  it("never passes by itself", () => {
    const story = tell({ with: { checks: [] } });
    expect(reasonOf(story)).to.deep.equal({ kind: "noAnswer" });
    expect(running(story)).to.deep.equal(["old", "old", "old", "old", "old"]);
  });
});

describe("a deploy without canary hosts", () => {
  it("goes out without a bake", () => {
    const story = tell({ with: { canary: [] } });
    expect(kinds(story)).not.to.include.members(["bakeStarted", "measured"]);
    expect(outcomeOf(story)).to.equal("deployed");
  });
});

describe("a person who aborts or rolls back", () => {
  const whole = tell();
  const ends = whole.facts.length - 1;

  it("is obeyed at every moment: no host gets the release after that and every host is back", () => {
    for (const wish of ["abort", "rollBack"] as const) {
      for (let at = 2; at < ends; at++) {
        const story = tell({ orders: { [at]: wish } });
        expect(outcomeOf(story), `${wish} after fact ${at}`).to.be.oneOf(["untouched", "rolledBack"]);
        expect(running(story), `${wish} after fact ${at}`).to.deep.equal(["old", "old", "old", "old", "old"]);
      }
    }
  });

  it("is obeyed after a fault of the bot, at every step", () => {
    for (let at = 1; at < ends; at++) {
      const story = tell({ faultAt: at });
      expect(kinds(story), `fault at ${at}`).to.include("broke");
      expect(outcomeOf(story), `fault at ${at}`).to.be.oneOf(["untouched", "rolledBack"]);
    }
  });
});

describe("the way back as an order of its own", () => {
  const back = (script: Partial<Script> = {}, parts: Partial<Order> = {}) =>
    tell({ ...script, with: { kind: "rollback", canary: [], ...parts } });

  it("has no canary, no build, no bake", () => {
    const story = back();
    expect(kinds(story)).not.to.include.members(["built", "bakeStarted", "measured"]);
    expect(outcomeOf(story)).to.equal("deployed");
  });

  it("goes on with the hosts that answer and names the others", () => {
    const story = back({ reached: (host) => host !== "web-03" });
    expect(outcomeOf(story)).to.equal("incomplete");
    expect(story.deploy.hosts.get("web-03")?.is).to.equal("unreachable");
  });

  it("tries a host that fails several times, asks nobody, and does the others meanwhile", () => {
    const story = back({ fate: (host) => (host === "web-03" ? "ill" : "well") });
    expect(switches(story).filter((one) => one === "web-03 fleet")).to.have.length(4);
    expect(kinds(story)).not.to.include("asked");
    expect(story.deploy.hosts.get("web-05")?.is).to.equal("new");
    expect(outcomeOf(story)).to.equal("incomplete");
  });
});
