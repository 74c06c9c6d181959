// Pauses between tries, on a clock that is set back meanwhile.

import { expect } from "chai";
import { Pacing } from "../../src/runner/pacing.ts";
import { ManualClock } from "../support/clock.ts";

describe("a pause before something is tried again", () => {
  it("is over when the clock was set back: nobody waits for the time it had", async () => {
    const clock = new ManualClock();
    await clock.pass(7_200_000);
    const pacing = new Pacing(clock);
    pacing.failed(30_000);
    expect(pacing.retryAt() - clock.now()).to.equal(30_000);
    clock.setBack(3_600_000);
    expect(pacing.retryAt()).to.be.at.most(clock.now());
    pacing.pause(1_000);
    expect(pacing.retryAt() - clock.now()).to.equal(1_000);
    await pacing.beforeUpdate(new AbortController().signal);
    clock.setBack(3_600_000);
    let done = false;
    void pacing.beforeUpdate(new AbortController().signal).then(() => {
      done = true;
    });
    await clock.pass(1_000);
    expect(done).to.equal(true);
  });
});
