// Freezes as they are kept: told of where deploys are shown, and over in time.

import { expect } from "chai";
import { decideFreeze } from "../../src/locks/freezes.ts";
import { keep } from "../../src/runner/keep.ts";
import { keptFreezes } from "../../src/runner/keptFreezes.ts";
import { HOUR, onCall } from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";

describe("freezes that are kept", () => {
  it("are told of in the channel, once, and run out in time", async () => {
    const { parts, clock, thread } = memoryParts();
    const freeze = { by: onCall, environment: "staging", reason: "incident", until: HOUR };
    await parts.freezes.change((state, now) => decideFreeze(state, freeze, now));
    const keeping = keep(keptFreezes(parts), parts, {
      stopping: new AbortController().signal,
      notices: new Map(),
    });
    const said = () => thread.posted.map(({ to, words }) => [to, words]);
    await clock.pass(HOUR - 1);
    expect(said()).to.deep.equal([
      [
        "#deploys",
        "Deploys in staging are frozen by U0CALL since 1970-01-01 00:00 UTC (incident), until 1970-01-01 01:00 UTC. Running deploys finish, and a rollback is always possible.",
      ],
    ]);
    await clock.pass(1);
    expect(await keeping).to.equal(true);
    expect(said().slice(1)).to.deep.equal([["#deploys", "The freeze is over: deploys in staging may start again."]]);
    expect((await parts.freezes.read()).freezes).to.deep.equal([]);
  });
});
