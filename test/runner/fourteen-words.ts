// Of the fourteen: what is typed stays words, and names the same lock whatever else is said.

import { expect } from "chai";
import type { SlackMessage } from "../../src/adapters/slack/blocks.ts";
import { replyToSlack, toSlack } from "../../src/adapters/slack/blocks.ts";
import { buttonOf, HOSTS, said, WEB } from "../support/bots.ts";
import { HOUR, onCall, teammate, you } from "../support/build.ts";
import { until } from "../support/until.ts";
import type { FourteenStage } from "./fourteen-stage.ts";

const REASONS = [
  "I'm testing!",
  "!",
  "not a --global freeze",
  "--global --force",
  "all of it",
  "wait for 30m and look",
  "until it is done",
  `"quotes" and 'more of them'`,
  "@here please wait",
  "<!channel> look, <!here> and <@U0MATE> too",
  "<https://example.com|a safe link> &amp; more",
  "*now* _really_ `now` ~not~",
];

const isOurs = (markup: string) => /^<@U0(?:YOU|MATE|CALL)>$|^<!date\^/.test(markup);

/** The words stand there as they are, and nothing in them is more than words. */
function expectWords({ text, blocks }: SlackMessage, reason: string, people: string[]): void {
  const small = blocks.flatMap((block) => (block.type === "context" ? block.elements : []));
  const markup = [text, ...small.map((one) => ("text" in one ? one.text : ""))].flatMap(
    (one) => one.match(/<[^>]*>/g) ?? [],
  );
  expect(markup.filter((one) => !isOurs(one))).to.deep.equal([]);
  expect(text.match(/<@(\w+)>/g)?.toSorted() ?? []).to.deep.equal(people.map((id) => `<@${id}>`).toSorted());
  const all = JSON.stringify(blocks);
  expect(all).to.not.match(/"type":"(?:broadcast|usergroup|link)"/);
  expect([...all.matchAll(/"user_id":"(\w+)"/g)].map(([, id]) => id).toSorted()).to.deep.equal(people.toSorted());
  expect(all).to.include(JSON.stringify(reason).slice(1, -1));
}

export function describeReasons(on: FourteenStage): void {
  describe("11. a reason", () => {
    for (const reason of REASONS) {
      it(`${reason}: stays these words, locks nothing else, and pings nobody`, async () => {
        const bot = await on.bots.start();
        await bot.type(`/lock web ${reason}`, you);
        const facts = await bot.facts();
        expect(facts).to.have.length(1);
        const [locked] = facts;
        expect(locked).to.deep.include({ kind: "locked", by: you, reason });
        expect(locked?.kind === "locked" && locked.until - locked.at, "the usual time").to.equal(HOUR);
        expect(await bot.parts.targets.all()).to.deep.equal([WEB]);
        expect((await bot.parts.freezes.read()).freezes).to.deep.equal([]);

        const refused = await bot.type(`/lock web ${reason}`, teammate);
        expect((await bot.target()).lock?.by, "an exclamation mark takes nothing").to.deep.equal(you);
        expectWords(replyToSlack(refused), reason, [you.id]);
        expectWords(replyToSlack(await bot.type("/locks", onCall)), reason, [you.id]);

        await bot.fillIn(buttonOf(refused, "lock:takeOver"), reason, teammate);
        const told = await until("you are told", () => on.bots.direct(you)[0]);
        expectWords(toSlack(told), reason, [teammate.id]);

        await bot.type(`/lock all production ${reason}`, onCall);
        expect((await bot.parts.freezes.read()).freezes).to.have.length(1);
        expect((await bot.parts.freezes.read()).freezes[0]).to.include({ environment: "production", reason });
        expectWords(replyToSlack(await bot.type("/deploy web", teammate)), reason, [onCall.id]);
      });
    }
  });
}

const QUICK = { for: "500ms", warmUp: "0s", settle: "100ms", every: "100ms", bucket: "100ms" };

export function describeHostFilter(on: FourteenStage): void {
  describe("12. a lock is on the service in its environment", () => {
    it("whichever hosts, canary and version a deploy is of, and however it is typed", async () => {
      const half = await on.bots.start({
        change({ production }) {
          production.hosts = HOSTS.slice(0, 2);
        },
      });
      const otherHalf = await on.bots.start({
        change({ web, production }) {
          Object.assign(production, { hosts: HOSTS.slice(2), canary: HOSTS.slice(2, 3), bake: QUICK });
          // Too short for the checks that need many points.
          web.checks = { monitors: web.checks.monitors };
        },
      });
      const spellings = ["web", "Web", "web to production", "WEB@main in Production", "web@1a2b3c4"];

      await half.type("/lock web db migration", teammate);
      for (const typed of spellings)
        expect(said(await otherHalf.type(`/deploy ${typed}`, you)), typed).to.match(/is locked by U0MATE/);
      expect(said(await otherHalf.type(`/deploy web hosts ${HOSTS[3]}`, you))).to.match(/is locked by U0MATE/);
      expect(said(await otherHalf.type("/lock WEB Production", you))).to.match(/is locked by U0MATE/);
      expect(await half.parts.journal.streams("target/")).to.deep.equal(["target/web/production"]);
      await on.expectNothingStarted(half);

      const hold = on.bots.fleet.hold(HOSTS[1] ?? "");
      await half.type("/deploy web", teammate);
      await hold.begun;
      for (const typed of spellings)
        expect(said(await otherHalf.type(`/deploy ${typed}`, teammate)), typed).to.match(/U0MATE has been deploying/);
      hold.letGo();
      expect(await on.ended(half)).to.equal("deployed");
      expect(new Set(on.bots.fleet.ordered.map(({ host }) => host))).to.deep.equal(new Set(HOSTS.slice(0, 2)));

      expect(said(await otherHalf.type("/deploy web", teammate))).to.match(/has begun/);
      expect(await on.ended(half, 2)).to.equal("deployed");
      expect(on.bots.fleet.ordered.slice(2).map(({ host }) => host)).to.deep.equal(HOSTS.slice(2));
    });

    it("and not on the same service in another environment", async () => {
      const bot = await on.bots.start();
      await bot.type("/lock web db migration", teammate);
      expect(said(await bot.type("/deploy web to staging", you))).to.match(/has begun/);
      const staging = { service: "web", environment: "staging" };
      await until("it is deployed", async () => (await bot.parts.targets.read(staging)).release !== null);
      expect(on.bots.fleet.ordered.map(({ host }) => host)).to.deep.equal(["web-staging.example.com"]);
    });
  });
}
