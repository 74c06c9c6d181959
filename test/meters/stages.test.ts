// How long a deploy was in which stage: by its facts, without those of its hosts.

import { expect } from "chai";
import { fold } from "../../src/deploy/fold.ts";
import { StageReader } from "../../src/meters/stages.ts";
import { factsUntil, judgement, NOON, then } from "../support/build.ts";

describe("the stages of a deploy", () => {
  it("are left one after the other, and together take as long as the deploy", () => {
    const facts = factsUntil("ended");
    const left = new StageReader().read(facts);
    expect(left.map(({ stage }) => stage)).to.deep.equal(["preparing", "canary", "baking", "promoting"]);
    const seconds = left.reduce((sum, one) => sum + one.seconds, 0);
    expect(seconds * 1_000).to.equal((facts.at(-1)?.at ?? 0) - NOON);
  });

  it("are the same, read fact by fact or at once", () => {
    const facts = factsUntil("ended");
    const reader = new StageReader();
    const slowly = facts.flatMap((_, i) => reader.read(facts.slice(0, i + 1)));
    expect(slowly).to.deep.equal(new StageReader().read(facts));
  });

  it("are those that the deploy is in, at each of its facts", () => {
    const asked = then(factsUntil("baking"), { kind: "judged", judgement: judgement("inconclusive") });
    const you = { id: "U0YOU", name: "you" };
    const back = then(
      asked,
      { kind: "retryOrdered", by: you },
      { kind: "backOrdered", why: { kind: "person", by: you } },
    );
    for (const facts of [factsUntil("ended"), then(back, { kind: "ended", outcome: "rolledBack" })]) {
      facts.forEach((_, i) => {
        const some = facts.slice(0, i + 1);
        const reader = new StageReader();
        reader.read(some);
        expect(reader.current?.stage, `after ${some.at(-1)?.kind}`).to.equal(fold(some)?.stage);
      });
    }
  });
});
