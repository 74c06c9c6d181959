// What `/canary` answers, where it has to be true of more than a deploy to all hosts that is over.

import { expect } from "chai";
import { plain } from "../../src/chat/text.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { freeTarget } from "../../src/locks/fold.ts";
import { statusText } from "../../src/views/status.ts";
import { anOrder, factsUntil, folded, judgement, NOON, then, you } from "../support/build.ts";

const order = anOrder();
const status = (facts: DeployFact[], running = true) => {
  const state = { ...freeTarget, running: running ? { deploy: order.deploy, by: you, since: NOON } : null };
  return plain(statusText(order.target, { state, deploy: folded(facts), now: NOON }));
};

describe("the status of a target", () => {
  it("says that a running deploy holds it, and afterwards that nobody does", () => {
    expect(status(factsUntil("baking", order))).to.match(/Held by the running deploy until that ends\.$/);
    expect(status(factsUntil("ended", order), false)).to.match(/Nobody holds the lock\.$/);
  });

  it("names the hosts where it is about some only", () => {
    const some = factsUntil("baking", anOrder({ partial: true, outOf: 20 }));
    expect(status(some)).to.include("on 5 of 20 hosts: web-01 … web-05 (5 hosts): canary baking");
  });

  it("does not call hosts ready for what no longer comes", () => {
    const waiting = then(factsUntil("baking", order), { kind: "preparing", hosts: ["web-03"] });
    const ready = then(waiting, { kind: "prepared", host: "web-03", sent: 1 });
    expect(status(ready)).to.include("1 ready to switch").and.include("Prepared: web-03");
    const failed = status(then(ready, { kind: "judged", judgement: judgement("fail") }));
    expect(failed).to.not.match(/ready to switch|Prepared/);
    expect(failed).to.include("Old: web-03 … web-05");
  });

  it("says of a check that came to no end that it was not decided, as the thread does", () => {
    const undecided = {
      ...({ check: "errors", verdict: "inconclusive", reason: { kind: "tooEarly" } } as const),
      ...{ value: null, points: 0, scope: "", window: null, redBefore: [] },
    };
    const facts = then(factsUntil("baking", order), { kind: "judged", judgement: judgement("fail", [undecided]) });
    expect(status(facts)).to.include("errors was not decided yet:").and.not.include("errors cannot tell");
  });
});
