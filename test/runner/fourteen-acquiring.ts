// Of the fourteen: who gets a lock that several want, and who may end it.

import { expect } from "chai";
import type { Person } from "../../src/deploy/order.ts";
import { buttonOf, HOSTS, type RunningBot, said, WEB } from "../support/bots.ts";
import { aRelease, onCall, teammate, you } from "../support/build.ts";
import { until } from "../support/until.ts";
import type { FourteenStage } from "./fourteen-stage.ts";

const PEOPLE = 200;
const BOTS = 4;
const BEGUN = /^The deploy of web .* has begun\./;

export function describeMany(on: FourteenStage): void {
  describe("1. two hundred who want it at once", () => {
    const people = Array.from({ length: PEOPLE }, (_, i): Person => ({ id: `U0PERSON${i}`, name: `person-${i}` }));
    const botOf = (bots: RunningBot[], i: number) => bots[i % BOTS] ?? expect.fail();
    const start = () => Promise.all(Array.from({ length: BOTS }, () => on.bots.start()));

    it("one gets the lock, and everybody else is told who has it, why and since when", async () => {
      const bots = await start();
      const lock = (by: Person, i: number) => botOf(bots, i).bot.locks.lock(WEB, { reason: `for ${by.name}` }, by);
      const answers = await Promise.all(people.map(lock));
      const winner = people.filter((_, i) => answers[i]?.ok);
      expect(winner).to.have.length(1);
      const [held] = await botOf(bots, 0).facts();
      expect(held).to.include({ kind: "locked", reason: `for ${winner[0]?.name}` });
      for (const answer of answers) {
        if (answer.ok) continue;
        const { refusal } = answer;
        if (refusal.kind !== "lockedBy") expect.fail(refusal.kind);
        const { by, reason, since } = refusal.lock;
        expect({ by, reason, since }).to.deep.equal({ by: winner[0], reason: `for ${by.name}`, since: held?.at });
      }
      expect(await botOf(bots, 0).count("locked")).to.equal(1);
    });

    it("one gets to deploy, and everybody else is told who does", async () => {
      const bots = await start();
      const hold = on.bots.fleet.hold(HOSTS[0] ?? "");
      const replies = await Promise.all(people.map((by, i) => botOf(bots, i).type("/deploy web", by)));
      const begun = replies.filter((reply) => BEGUN.test(said(reply)));
      expect(begun.map(said)).to.have.length(1);
      const winner = people[replies.indexOf(begun[0] ?? expect.fail())] ?? expect.fail();
      for (const reply of replies.filter((one) => one !== begun[0]))
        expect(said(reply)).to.match(new RegExp(`^${winner.id} has been deploying web in production since `));
      hold.letGo();
      expect(await on.ended(botOf(bots, 0))).to.equal("deployed");
      expect(await botOf(bots, 0).count("deployStarted")).to.equal(1);
      for (const host of HOSTS) expect(on.bots.fleet.at(host).restarts).to.have.length(1);
    });
  });
}

export function describeTwice(on: FourteenStage): void {
  describe("2. somebody who starts two deploys", () => {
    it("has the second one refused, and keeps their lock when the first one ends, and when the next one does", async () => {
      const bot = await on.bots.start();
      await bot.type("/lock web db migration", you);
      const { lock } = await bot.target();
      const hold = on.bots.fleet.hold(HOSTS[1] ?? "");
      await bot.type("/deploy web", you);
      await hold.begun;
      expect(said(await bot.type("/deploy web", you))).to.match(/^U0YOU has been deploying web in production since/);
      hold.letGo();
      expect(await on.ended(bot)).to.equal("deployed");
      expect((await bot.target()).lock).to.deep.equal(lock);
      expect(said(await bot.type("/deploy web", you))).to.match(BEGUN);
      expect(await on.ended(bot, 2)).to.equal("deployed");
      expect((await bot.target()).lock).to.deep.equal(lock);
    });

    it("of two at the same moment in two processes gets one, whose end leaves the lock alone", async () => {
      const one = await on.bots.start();
      const other = await on.bots.start();
      await one.type("/lock web db migration", you);
      const replies = await Promise.all([one.type("/deploy web", you), other.type("/deploy web", you)]);
      const words = replies.map(said).toSorted();
      expect(words[0]).to.match(BEGUN);
      expect(words[1]).to.match(/^U0YOU has been deploying/);
      await on.ended(one);
      expect((await one.target()).lock).to.include({ reason: "db migration" });
      expect(await one.count("deployStarted")).to.equal(1);
    });

    it("is not let go of by the end of the first one, when that is written late", async () => {
      const bot = await on.bots.start();
      await bot.type("/deploy web", you);
      await on.ended(bot);
      const first = (await bot.facts()).find((fact) => fact.kind === "deployEnded") ?? expect.fail();
      const hold = on.bots.fleet.hold(HOSTS[1] ?? "");
      on.bots.source.moveTo(aRelease("c").commit);
      expect(said(await bot.type("/deploy web", you))).to.match(BEGUN);
      await hold.begun;
      const { running } = await bot.target();
      await bot.parts.targets.change(WEB, () => ({ ok: true, facts: [first] }));
      expect((await bot.target()).running).to.deep.equal(running);
      hold.letGo();
      expect(await on.ended(bot, 3)).to.equal("deployed");
    });
  });
}

export function describeLapsed(on: FourteenStage): void {
  describe("3. a lock that has run out while its owner still deploys", () => {
    it("belongs to the next one, and the end of the deploy and the owner's old buttons leave it alone", async () => {
      const bot = await on.bots.start();
      await bot.bot.locks.lock(WEB, { reason: "db migration", lasting: { forMs: 150 } }, teammate);
      const old = (await bot.target()).lock ?? expect.fail();
      const hold = on.bots.fleet.hold(HOSTS[1] ?? "");
      await bot.type("/deploy web", teammate);
      await hold.begun;
      await until("the lock has run out", async () => (await bot.target()).lock === null);
      const refused = await bot.type("/lock web load test", you);
      expect(said(refused)).to.match(/^web in production is held by the deploy that U0MATE started/);
      await bot.press(buttonOf(refused, "line:wait"), you);
      hold.letGo();
      await on.ended(bot);
      await until("it is your turn", async () => (await bot.target()).offer?.to.id === you.id);
      await bot.type("/lock web load test", you);
      await expectNobodyElses(bot, old.seen);
    });

    it("belongs to the next one also when its owner gives it back from a process that has not heard of that", async () => {
      const bot = await on.bots.start();
      const deaf = await on.bots.start();
      await deaf.bot.locks.lock(WEB, { reason: "db migration", lasting: { forMs: 100 } }, teammate);
      const old = (await deaf.target()).lock ?? expect.fail();
      await until("you have it", async () => (await bot.bot.locks.lock(WEB, { reason: "load test" }, you)).ok);
      await expectNobodyElses(deaf, old.seen);
    });

    /** Whatever the former owner does with the lock that they were shown. */
    async function expectNobodyElses(bot: RunningBot, seen: number): Promise<void> {
      const before = (await bot.facts()).length;
      const value = JSON.stringify({ ...WEB, seen, forMs: 60_000 });
      for (const action of ["lock:unlock", "lock:extend"]) {
        const answer = said(await bot.press({ action, value }, teammate));
        expect(answer, action).to.match(
          /is not the one you were shown any more, so nothing was done: it is held by U0YOU/,
        );
      }
      expect(said(await bot.type("/unlock web", teammate))).to.match(/is locked by U0YOU .*To unlock it all the same/);
      expect(await bot.facts()).to.have.length(before);
      expect((await bot.target()).lock).to.deep.include({ by: you, reason: "load test" });
      expect(said(await bot.type("/deploy web", onCall))).to.match(/^web in production is locked by U0YOU/);
    }
  });
}
