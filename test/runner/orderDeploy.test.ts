// Orders to a deploy that moves on at the same moment.

import { expect } from "chai";
import type { Journal } from "../../src/ports/journal.ts";
import { DeployLog } from "../../src/runner/deployLog.ts";
import { orderDeploy } from "../../src/runner/orderDeploy.ts";
import { deployStream } from "../../src/runner/stored.ts";
import { factsUntil, onCall, then } from "../support/build.ts";
import { ManualClock } from "../support/clock.ts";
import { memoryJournal } from "../support/memory.ts";

const STREAM = deployStream("k3v9x2");
const BAKING = factsUntil("baking");

describe("an order to a deploy", () => {
  const asked = { by: onCall, clock: new ManualClock() };
  const kinds = async (journal: Journal) => (await journal.read(STREAM)).map(({ fact }) => fact.kind);

  /** A deploy that bakes, as this process knows it, and what somebody else has written since. */
  async function baking(...since: Parameters<typeof then>[1][]) {
    const journal = memoryJournal();
    await journal.append([{ stream: STREAM, expected: 0, facts: BAKING }]);
    const log = (await DeployLog.open(journal, "k3v9x2")) ?? expect.fail();
    const facts = then(BAKING, ...since).slice(BAKING.length);
    await journal.append([{ stream: STREAM, expected: BAKING.length, facts }]);
    return { journal, log };
  }

  it("is written behind what has come in meanwhile, when it still makes sense", async () => {
    const { journal, log } = await baking({ kind: "retryOrdered", by: onCall });
    expect(await orderDeploy(log, "abort", asked)).to.equal(null);
    expect((await kinds(journal)).slice(BAKING.length)).to.deep.equal(["retryOrdered", "backOrdered"]);
  });

  it("is refused, and not written, when the deploy has ended meanwhile", async () => {
    const { journal, log } = await baking(
      { kind: "backOrdered", why: { kind: "noAnswer" } },
      { kind: "ended", outcome: "untouched" },
    );
    expect((await orderDeploy(log, "abort", asked))?.kind).to.equal("alreadyOver");
    expect((await kinds(journal)).slice(BAKING.length)).to.deep.equal(["backOrdered", "ended"]);
  });
});
