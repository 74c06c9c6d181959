// What the fourteen tests share: a store, bots on it, and what has to be so after each of them.

import { expect } from "chai";
import type { Outcome } from "../../src/deploy/facts.ts";
import { Bots, type RunningBot } from "../support/bots.ts";
import type { StoreUnderTest } from "../support/stores.ts";
import { until } from "../support/until.ts";

export class FourteenStage {
  bots!: Bots;
  readonly store: StoreUnderTest;

  constructor(store: StoreUnderTest) {
    this.store = store;
  }

  begin(): void {
    this.bots = new Bots(this.store);
  }

  async end(): Promise<void> {
    await this.bots.stop();
    await this.store.empty();
    expect(this.bots.faults, "no bot calls anything a fault of its own").to.deep.equal([]);
  }

  /** Waits until so many deploys have ended; resolves with how the last one did. */
  async ended(bot: RunningBot, count = 1): Promise<Outcome> {
    const ends = async () => (await bot.facts()).filter((fact) => fact.kind === "deployEnded");
    await until(`${count} deploys have ended`, async () => (await ends()).length >= count);
    return (await ends())[count - 1]?.outcome ?? expect.fail();
  }

  /** Nothing was begun and no host has heard of anything. */
  async expectNothingStarted(bot: RunningBot): Promise<void> {
    expect(await bot.count("deployStarted")).to.equal(0);
    expect(await bot.parts.journal.streams("deploy/")).to.deep.equal([]);
    expect(this.bots.fleet.ordered).to.deep.equal([]);
  }
}
