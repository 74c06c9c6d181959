// One fact in the store that makes no sense: everybody who asks is told which it is and what to do, its target is left alone, and the others work.

import { expect } from "chai";
import type { StoredFact } from "../../src/ports/journal.ts";
import { deployStream, targetStream } from "../../src/runner/stored.ts";
import { Bots, said, WEB } from "../support/bots.ts";
import { anOrder, factsUntil, you } from "../support/build.ts";
import { bothStores } from "../support/stores.ts";
import { started } from "../support/targets.ts";
import { until } from "../support/until.ts";

const STAGING = { service: "web", environment: "staging" };
const { deploy } = anOrder();
const DEPLOY = deployStream(deploy);
const TARGET = targetStream(WEB);

const DAMAGES: [what: string, at: { stream: string; version: number; text: string }, words: RegExp][] = [
  [
    "is no JSON any more in a deploy that is under way",
    { stream: DEPLOY, version: 4, text: '{"kind":"loo' },
    /^Entry 4 of deploy\/k3v9x2 in the bot's store cannot be read: it is damaged, .* This deploy is left alone: no host is touched for it, and what it holds stays locked\. .* restores a backup with lockstep import, .* docs\/operating\.md/,
  ],
  [
    "has lost what it has to have, in a target",
    { stream: TARGET, version: 1, text: '{"kind":"deployStarted","at":"noon"}' },
    /^Entry 1 of target\/web\/production .* is damaged, .* web in production is left alone: its hosts are not touched, and it stays locked as it is\./,
  ],
  [
    "is of a kind that nobody knows, in a target",
    { stream: TARGET, version: 1, text: '{"kind":"painted","at":1}' },
    /^Entry 1 of target\/web\/production .*: a newer version of the bot wrote it\. .* starts that version again: docs\/operating\.md/,
  ],
];

for (const store of bothStores()) {
  describe(`a fact in ${store.name}`, function () {
    this.timeout(60_000);
    before(() => store.start());
    after(() => store.stop());
    afterEach(() => store.empty());

    for (const [what, { stream, version, text }, words] of DAMAGES) {
      it(`that ${what} is named to everybody who asks; its target is left alone, and others are deployed to`, async () => {
        const { journal } = await store.open();
        const facts: StoredFact[] = factsUntil("canary");
        await journal.append([
          { stream: TARGET, expected: 0, facts: [started({ deploy })] },
          { stream: DEPLOY, expected: 0, facts },
        ]);
        await store.damage({ stream, version, text });
        const bots = new Bots(store);
        try {
          const bot = await bots.start();
          expect(said(await bot.type("/deploy web to staging", you))).to.include("has begun");
          for (const typed of ["/canary web in production", "/rollback web in production"])
            expect(said(await bot.type(typed, you)), typed).to.match(words);
          await until("the other has ended", async () => (await bot.parts.targets.read(STAGING)).past.length > 0);
          expect(bots.faults.join("\n")).to.include(`Fact ${version} of ${stream}`).and.not.include("loo");
          const other = stream === DEPLOY ? TARGET : DEPLOY;
          expect(await bot.parts.journal.read(other)).to.have.lengthOf(other === DEPLOY ? facts.length : 1);
        } finally {
          await bots.stop();
        }
      });
    }
  });
}
