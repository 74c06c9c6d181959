// What is said in the thread: once, in order, the same however often and from wherever it is read.

import { expect } from "chai";
import { plain } from "../../src/chat/text.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import type { Line } from "../../src/views/thread.ts";
import { simulate } from "../deploy/simulator.ts";
import { anOrder, aWatched, factsUntil, judgement, NEW, OLD, onCall, then } from "../support/build.ts";
import { threadLines } from "../support/thread.ts";

const said = ({ message }: Line) =>
  message.parts
    .map((part) => ("text" in part ? (typeof part.text === "string" ? part.text : plain(part.text)) : ""))
    .join("\n");
const allSaid = (facts: DeployFact[]) => threadLines(facts).map(said);
const lastSaid = (facts: DeployFact[]) => allSaid(facts).at(-1) ?? "";

describe("the thread of a deploy in which everything works", () => {
  it("tells of it from the commits to the end", () => {
    const told = allSaid(then(factsUntil("ended")));
    expect(told[0]).to.equal("Going out, since 6161616:\n6262626 Faster search, by teammate");
    expect(told[1]).to.match(/^Built release 20261120120000-6262626 \(2 KB\)\.$/);
    expect(told[2]).to.match(
      /^The canary runs the new release on web-01 and web-02 and is healthy\. It bakes for 5 min/,
    );
    expect(told[3]).to.match(/^The canary is well\./);
    expect(told.slice(4, 6)).to.deep.equal(["Batch 1 of 2 is out: web-03 and web-04.", "Batch 2 of 2 is out: web-05."]);
    expect(told.at(-1)).to.match(/^Deployed\. All 5 hosts run /);
  });
});

describe("the lines of a thread", () => {
  const stories = [
    simulate({ order: anOrder() }),
    simulate({ order: anOrder(), seen: () => "fail" }),
    simulate({ order: anOrder(), seen: () => "trouble", orders: { 30: "retry" } }),
    simulate({ order: anOrder(), fate: (host, phase) => (host === "web-04" && phase !== "back" ? "ill" : "lostHalf") }),
    simulate({ order: anOrder(), faultAt: 14 }),
  ];

  it("have a key of their own each, rising", () => {
    for (const { facts } of stories) {
      const versions = threadLines(facts).map(({ version }) => version);
      expect(versions).to.deep.equal([...new Set(versions)].sort((a, b) => a - b));
    }
  });

  it("are the same from the same facts, and go on from wherever a reader stopped", () => {
    for (const { facts } of stories) {
      const whole = threadLines(facts);
      expect(threadLines(facts)).to.deep.equal(whole);
      for (let after = 0; after <= facts.length; after++)
        expect(threadLines(facts, after)).to.deep.equal(whole.filter(({ version }) => version > after));
    }
  });

  it("stay as they were when more facts come", () => {
    for (const { facts } of stories) {
      const whole = threadLines(facts);
      for (let known = 1; known < facts.length; known++)
        expect(threadLines(facts.slice(0, known))).to.deep.equal(whole.filter(({ version }) => version <= known));
    }
  });

  it("end with how it ended", () => {
    for (const { facts } of stories) expect(threadLines(facts).at(-1)?.version).to.equal(facts.length);
  });
});

describe("a line of the thread", () => {
  const canary = factsUntil("canary");
  const baking = factsUntil("baking");

  it("says on which host something failed, what to do, and shows the output", () => {
    const facts = then(
      canary,
      { kind: "switching", host: "web-01", phase: "canary" },
      {
        kind: "notSwitched",
        host: "web-01",
        phase: "canary",
        trouble: "restartFailed",
        touched: "yes",
        detail: "exit code 1",
        output: "bundler: command not found\n",
      },
    );
    expect(lastSaid(facts)).to.equal(
      "web-01 could not restart the service (exit code 1). Read its output and the service's own log there.\nbundler: command not found",
    );
  });

  it("is not made of what we have stopped ourselves", () => {
    const facts = then(
      canary,
      { kind: "switching", host: "web-01", phase: "canary" },
      {
        kind: "notSwitched",
        host: "web-01",
        phase: "canary",
        trouble: "aborted",
        touched: "unknown",
        detail: "",
        output: "",
      },
    );
    expect(allSaid(facts)).to.deep.equal(allSaid(canary));
  });

  it("says that a host cannot be reached once, after the last look", () => {
    const missed = { kind: "notReached", host: "web-01", trouble: "unreachable", detail: "no answer" } as const;
    const facts = (times: number) => then(factsUntil("preparing"), ...Array.from({ length: times }, () => missed));
    expect(allSaid(facts(2))).to.deep.equal([]);
    expect(allSaid(facts(3))).to.have.length(1);
    expect(lastSaid(facts(3))).to.match(/^web-01 does not answer \(no answer\)\. Is the host up/);
  });

  it("names monitors that were red before the canary went out", () => {
    const facts = then(canary, { kind: "noted", monitors: { monitors: [aWatched({ state: "alert" })], other: null } });
    expect(lastSaid(facts)).to.equal("Already alerting before this deploy, and left out: “Jobs stopped”.");
  });

  it("says once that the clock was set back, and what that means", () => {
    const facts = then(baking, { kind: "clockSetBack", byMs: 3_600_000 });
    expect(lastSaid(facts)).to.match(
      /^The bot's clock was set back by 1 h: .* nobody can tell any more whether it passed\.$/,
    );
  });

  it("says that a marker is not on the graphs, and that the deploy goes on", () => {
    const facts = then(baking, { kind: "marked", which: "end", trouble: "Datadog refuses our keys" });
    expect(lastSaid(facts)).to.match(/marker for the end .* Datadog refuses our keys\. The deploy goes on\./);
  });

  it("names who promoted, who asked to try again, who ordered a rollback", () => {
    expect(lastSaid(then(baking, { kind: "promoteOrdered", by: onCall }))).to.contain("U0CALL promoted it");
    const asking = then(baking, { kind: "judged", judgement: judgement("inconclusive") });
    expect(lastSaid(then(asking, { kind: "retryOrdered", by: onCall }))).to.contain("U0CALL asked to try again");
    expect(lastSaid(then(baking, { kind: "backOrdered", why: { kind: "person", by: onCall } }))).to.equal(
      "U0CALL ordered a rollback. Rolling back: web-01 and web-02.",
    );
  });

  it("is loud, so that the channel sees it, when a person is needed and nobody has asked for it", () => {
    const loud = (facts: DeployFact[]) => threadLines(facts).at(-1)?.message.loud === true;
    const promoting = factsUntil("promoting");
    expect(loud(then(promoting, { kind: "asked", hosts: ["web-03"] }))).to.equal(true);
    expect(loud(then(baking, { kind: "broke", step: "measure", detail: "a fault" }))).to.equal(true);
    expect(loud(then(baking, { kind: "backOrdered", why: { kind: "noAnswer" } }))).to.equal(true);
    expect(loud(then(baking, { kind: "backOrdered", why: { kind: "person", by: onCall } }))).to.equal(false);
  });

  it("lists twenty commits of a long change and counts the rest", () => {
    const commits = Array.from({ length: 20 }, () => ({ ...NEW.commit, subject: "s".repeat(300) }));
    const facts = factsUntil("canary").map((fact) =>
      fact.kind === "compared"
        ? { ...fact, previous: OLD, changes: { ahead: 45, behind: 0, authors: [], commits } }
        : fact,
    );
    const lines = allSaid(facts)[0]?.split("\n") ?? [];
    expect(lines).to.have.length(22);
    expect(lines.at(-1)).to.equal("and 25 more commits");
    expect(Math.max(...lines.map(({ length }) => length))).to.be.lessThan(160);
  });
});
