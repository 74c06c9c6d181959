// Of the fourteen: giving up and taking a lock that was seen.

import { expect } from "chai";
import { plain } from "../../src/chat/text.ts";
import type { Button } from "../../src/views/message.ts";
import { buttonOf, HOSTS, type RunningBot, said } from "../support/bots.ts";
import { onCall, teammate, you } from "../support/build.ts";
import { until } from "../support/until.ts";
import type { FourteenStage } from "./fourteen-stage.ts";

/** The teammate's lock is locked again, by their own doing or another's. */
const CHANGES: [string, (bot: RunningBot) => Promise<unknown>][] = [
  ["was said again with another reason", (bot) => bot.type("/lock web still at it", teammate)],
  ["was extended", async (bot) => bot.press(extend((await bot.target()).lock?.seen ?? 0), teammate)],
  [
    "was given back and taken by somebody else",
    async (bot) => [await bot.type("/unlock web", teammate), await bot.type("/lock web load test", onCall)],
  ],
  [
    "was taken over by somebody else",
    async (bot) => bot.fillIn(buttonOf(await bot.type("/lock web", onCall), "lock:takeOver"), "incident", onCall),
  ],
  ["was given back", (bot) => bot.type("/unlock web", teammate)],
];

const extend = (seen: number): Pick<Button, "action" | "value"> => ({
  action: "lock:extend",
  value: JSON.stringify({ service: "web", environment: "production", seen, forMs: 60_000 }),
});

export function describeChanged(on: FourteenStage): void {
  describe("9. a lock that has changed since somebody saw it", () => {
    for (const [situation, change] of CHANGES) {
      it(`(it ${situation}) is neither unlocked nor taken over by them`, async () => {
        const bot = await on.bots.start();
        const elsewhere = await on.bots.start();
        await bot.type("/lock web db migration", teammate);
        const shown = await bot.type("/unlock web they are gone", you);
        const ways = ["lock:unlockOther", "lock:takeOver"].map((action) => buttonOf(shown, action));
        const forms = await Promise.all(ways.map((one) => bot.press(one, you)));
        await change(elsewhere);
        const before = await bot.facts();
        for (const [i, { form }] of forms.entries()) {
          if (!form) expect.fail("no form has opened");
          const answers = [
            await bot.answerer.sent({ ...form, words: "they are gone", by: you }),
            await bot.press(ways[i] ?? expect.fail(), you),
          ];
          for (const answer of answers)
            expect(said(answer)).to.match(
              /not the one you were shown any more, so nothing was done|that you were shown is gone/,
            );
        }
        expect(await bot.facts()).to.deep.equal(before);
      });
    }

    it("is not unlocked by its owner's older button either", async () => {
      const bot = await on.bots.start();
      const elsewhere = await on.bots.start();
      await bot.type("/lock web db migration", teammate);
      const { lock } = await bot.target();
      await elsewhere.type("/lock web now for real", teammate);
      const answer = await bot.press({ ...extend(lock?.seen ?? 0), action: "lock:unlock" }, teammate);
      expect(said(answer)).to.match(/has changed since you were shown it, so nothing was done/);
      expect((await bot.target()).lock).to.include({ reason: "now for real" });
    });
  });
}

export function describeTakeOver(on: FourteenStage): void {
  describe("10. taking over a lock that is in the way of a deploy", () => {
    const inTheWay = async (bot: RunningBot) => {
      await bot.type("/lock web db migration", teammate);
      const refused = await bot.type("/deploy web", you);
      expect(said(refused)).to.match(/^web in production is locked by U0MATE .*db migration/);
      return buttonOf(refused, "lock:takeOver");
    };

    for (const words of ["", "   "]) {
      it(`needs a reason: ${JSON.stringify(words)} is none`, async () => {
        const bot = await on.bots.start();
        const answer = await bot.fillIn(await inTheWay(bot), words, you);
        expect(said(answer)).to.match(/^It needs a reason/);
        expect((await bot.target()).lock?.by).to.deep.equal(teammate);
        await on.expectNothingStarted(bot);
        expect(on.bots.direct(teammate)).to.deep.equal([]);
      });
    }

    it("with a reason tells the one who had it, is on record, and the deploy goes out at once", async () => {
      const bot = await on.bots.start();
      const answer = await bot.fillIn(await inTheWay(bot), "the site is down", you);
      expect(said(answer)).to.match(/^You have taken web in production over from U0MATE, who is told.* has begun/);
      const told = await until("they are told", () => on.bots.direct(teammate)[0]);
      expect(plain(told.summary)).to.match(/^U0YOU has taken web in production over from you.*the site is down/);
      const [, taken] = await bot.facts();
      expect(taken).to.deep.include({ kind: "takenOver", by: you, reason: "the site is down" });
      expect(taken?.kind === "takenOver" && taken.from).to.include({ reason: "db migration" });
      expect(await on.ended(bot)).to.equal("deployed");
      expect((await bot.target()).lock?.by).to.deep.equal(you);
      expect(on.bots.direct(teammate)).to.have.length(1);
    });

    it("is not possible while its owner deploys under it, also with a form that was opened before", async () => {
      const bot = await on.bots.start();
      const button = await inTheWay(bot);
      const { form } = await bot.press(button, you);
      const hold = on.bots.fleet.hold(HOSTS[1] ?? "");
      await bot.type("/deploy web", teammate);
      await hold.begun;
      const refused = /^web in production is held by the deploy that U0MATE started/;
      expect(said(await bot.press(button, you))).to.match(refused);
      if (!form) expect.fail("no form has opened");
      expect(said(await bot.answerer.sent({ ...form, words: "the site is down", by: you }))).to.match(refused);
      hold.letGo();
      expect(await on.ended(bot)).to.equal("deployed");
      expect(await bot.count("takenOver")).to.equal(0);
    });
  });
}
