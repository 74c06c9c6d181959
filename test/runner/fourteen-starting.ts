// Of the fourteen: what happens between asking for a deploy and its beginning.

import { expect } from "chai";
import type { Journal, Write } from "../../src/ports/journal.ts";
import type { Message } from "../../src/views/message.ts";
import { type Bots, buttonOf, hasButton, type RunningBot, said } from "../support/bots.ts";
import { aRelease, onCall, teammate, you } from "../support/build.ts";
import type { Store } from "../support/stores.ts";
import { until } from "../support/until.ts";
import type { FourteenStage } from "./fourteen-stage.ts";

/** Something else happens once, after the look and before the append that begins a deploy. */
function justBefore({ journal, leases }: Store, happens: () => Promise<unknown>): Store {
  let done = false;
  const begins = ({ facts }: Write) => facts.some(({ kind }) => kind === "deployStarted");
  const append: Journal["append"] = async (writes) => {
    if (!done && writes.some(begins)) {
      done = true;
      await happens();
    }
    return journal.append(writes);
  };
  return { leases, journal: { ...journal, append } };
}

export function describeAtLastMoment(on: FourteenStage): void {
  describe("7. between the look and the beginning of a deploy", () => {
    const table: [string, string, RegExp][] = [
      ["a freeze of the environment", "/lock all production incident", /^Deploys in production are frozen .*incident/],
      ["a freeze of everything", "/lock all incident", /^Deploys everywhere are frozen .*incident/],
      ["somebody else's lock", "/lock web db migration", /^web in production is locked by U0CALL .*db migration/],
      ["somebody else's deploy", "/deploy web", /^U0CALL has been deploying web in production since/],
    ];
    for (const [situation, typed, refusal] of table) {
      it(`${situation} comes on: the deploy does not begin, and the reply says why`, async () => {
        const other = await on.bots.start();
        const happens = async () => expect(said(await other.type(typed, onCall))).to.not.match(/cannot|may not/);
        const bot = await on.bots.start({ store: (store) => justBefore(store, happens) });
        expect(said(await bot.type("/deploy web", you))).to.match(refusal);
        const begun = (await bot.facts()).filter((fact) => fact.kind === "deployStarted").map(({ by }) => by.id);
        expect(begun).to.deep.equal(typed.startsWith("/deploy") ? [onCall.id] : []);
        expect(await bot.parts.journal.streams("deploy/")).to.have.length(begun.length);
        if (begun.length === 0) await on.expectNothingStarted(bot);
        else await on.ended(bot);
      });
    }

    it("a freeze of another environment comes on: the deploy begins all the same", async () => {
      const other = await on.bots.start();
      const happens = () => other.type("/lock all staging incident", onCall);
      const bot = await on.bots.start({ store: (store) => justBefore(store, happens) });
      expect(said(await bot.type("/deploy web", you))).to.match(/has begun/);
      expect(await on.ended(bot)).to.equal("deployed");
    });
  });
}

interface Turn {
  bot: RunningBot;
  /** The direct message with the button "Deploy". */
  message: Message;
}

/** You are next in line with a deploy, and the one before you gives the lock back. Who may deploy is in the user group. */
async function yourTurn(bots: Bots, { accept = "5m", group = [you.id] } = {}): Promise<Turn> {
  const bot = await bots.start({
    parts: {
      people: {
        members: async () => ({ ok: true, ids: group }),
        timeZone: async () => ({ ok: true, zone: "Europe/Zurich" }),
      },
    },
    change({ all }) {
      all.locks.accept = accept;
      all.environments.production.who.deploy = ["S0DEPLOYERS"];
    },
  });
  await bot.type("/lock web db migration", teammate);
  const refused = await bot.type("/deploy web", you);
  expect(said(refused)).to.match(/is locked by U0MATE/);
  await bot.press(buttonOf(refused, "line:deploy"), you);
  await bot.type("/unlock web", teammate);
  const turn = () => bots.direct(you).find((one) => hasButton(one, "turn:deploy"));
  return { bot, message: await until("it is your turn", turn) };
}

export function describeInLine(on: FourteenStage): void {
  describe("8. somebody in line with a deploy, at their turn", () => {
    const pressed = async ({ bot, message }: Turn) => bot.press(buttonOf(message, "turn:deploy"), you);

    it("is asked, and the deploy begins when they say so", async () => {
      const turn = await yourTurn(on.bots);
      await on.expectNothingStarted(turn.bot);
      expect(said(await pressed(turn))).to.match(/has begun/);
      expect(await on.ended(turn.bot)).to.equal("deployed");
    });

    it("and too late, when somebody else has locked it since, is refused", async () => {
      const turn = await yourTurn(on.bots, { accept: "100ms" });
      await until("the turn has passed on", async () => (await turn.bot.count("leftLine")) === 1);
      await turn.bot.type("/lock web load test", teammate);
      expect(said(await pressed(turn))).to.match(/^web in production is locked by U0MATE .*load test/);
      await on.expectNothingStarted(turn.bot);
    });

    it("and a freeze that has come on since is refused", async () => {
      const turn = await yourTurn(on.bots);
      await turn.bot.type("/lock all production incident", onCall);
      expect(said(await pressed(turn))).to.match(/^Deploys in production are frozen .*incident/);
      await on.expectNothingStarted(turn.bot);
    });

    it("and without the right to deploy, which was taken away since, is refused", async () => {
      const group = [you.id];
      const turn = await yourTurn(on.bots, { group });
      group.pop();
      expect(said(await pressed(turn))).to.match(/^You may not deploy to production/);
      await on.expectNothingStarted(turn.bot);
    });

    it("and a branch that has moved on since is asked again, and gets what they said yes to", async () => {
      const turn = await yourTurn(on.bots);
      const newer = aRelease("c", "Even faster search");
      on.bots.source.moveTo(newer.commit);
      const again = await pressed(turn);
      expect(said(again))
        .to.match(/nothing was deployed/i)
        .and.match(/main has moved on .*6363636 \(Even faster search\)/);
      await on.expectNothingStarted(turn.bot);
      expect(said(await turn.bot.press(buttonOf(again, "turn:deploy"), you))).to.match(/6363636.* has begun/);
      await on.ended(turn.bot);
      expect((await turn.bot.target()).release?.commit).to.deep.equal(newer.commit);
    });
  });
}
