// What a person typed once and Slack delivers again, late: it was meant for the deploy that ran then, and for no other one.

import { expect } from "chai";
import type { Reply } from "../../src/chat/command.ts";
import { HOSTS, type RunningBot, said } from "../support/bots.ts";
import { teammate } from "../support/build.ts";
import { bothStores } from "../support/stores.ts";
import { until } from "../support/until.ts";
import { FourteenStage } from "./fourteen-stage.ts";

describe("an order that comes in again when the next deploy runs already", function () {
  this.timeout(30_000);
  const [embedded] = bothStores();
  if (!embedded) throw new Error("there is an embedded store");
  const on = new FourteenStage(embedded);
  let bot: RunningBot;
  before(() => embedded.start());
  after(() => embedded.stop());
  beforeEach(async () => {
    on.begin();
    bot = await on.bots.start();
  });
  afterEach(() => on.end());

  /** In the middle of its first host. */
  async function held(): Promise<() => void> {
    const { begun, letGo } = on.bots.fleet.hold(HOSTS[0] ?? "");
    await bot.type("/deploy web", teammate);
    await begun;
    return letGo;
  }

  for (const [command, text] of [
    ["lockstep", "abort web"],
    ["rollback", "web"],
  ] as const)
    it(`is answered as before, and changes nothing about that one: /${command} ${text}`, async () => {
      const delivered = (): Promise<Reply> => bot.answerer.typed({ command, text, by: teammate }, "k3v9x2ab");
      let letGo = await held();
      const first = said(await delivered());
      letGo();
      await until("the first one is over", async () => (await bot.target()).running === null);
      letGo = await held();
      expect(said(await delivered())).to.equal(first);
      letGo();
      expect(await on.ended(bot, 2)).to.equal("deployed");
      expect(await bot.count("deployStarted")).to.equal(2);
    });
});
