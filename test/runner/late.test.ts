// Alerts after the bake, with whole bots on either store: the rollout that is under way goes back, and a watch outlives the bot that began it.

import { expect } from "chai";
import { plain } from "../../src/chat/text.ts";
import type { MonitorState } from "../../src/ports/metrics.ts";
import { deployStream } from "../../src/runner/stored.ts";
import { Bots, HOSTS, type RunningBot } from "../support/bots.ts";
import { teammate } from "../support/build.ts";
import { wellMetrics } from "../support/outside.ts";
import { bothStores } from "../support/stores.ts";
import { until } from "../support/until.ts";

const QUICK = { for: "300ms", warmUp: "0s", settle: "100ms", every: "100ms", bucket: "100ms" };

for (const store of bothStores()) {
  describe(`a monitor that alerts after the bake, on ${store.name},`, () => {
    let bots: Bots;
    let state: MonitorState;
    let asked: number;
    before(() => store.start());
    beforeEach(() => {
      bots = new Bots(store);
      state = "ok";
      asked = 0;
    });
    afterEach(async () => {
      await bots.stop();
      await store.empty();
    });
    after(() => store.stop());

    const start = () =>
      bots.start({
        parts: {
          metrics: {
            ...wellMetrics,
            monitors: async () => {
              asked++;
              return { ok: true, value: [{ id: 1, name: "Jobs stopped", state, muted: false, groups: [] }] };
            },
          },
        },
        change({ web, production }) {
          Object.assign(production, { canary: HOSTS.slice(0, 1), bake: QUICK });
          web.checks = { monitors: web.checks.monitors };
        },
      });
    const ended = (bot: RunningBot, deploys = 1) =>
      until(`${deploys} deploys have ended`, async () => {
        const { past } = await bot.target();
        return past.length === deploys ? past[0] : null;
      });
    const said = (words: string) =>
      until(`the thread says ${words}`, () => {
        const found = bots.thread.posted.filter(({ message }) => plain(message.summary).includes(words));
        return found.length > 0 ? found : null;
      });
    const current = () => new Set(HOSTS.map((host) => bots.fleet.at(host).current));

    it("takes the rollout back that is under way, whichever of two bots watches, and says so once", async () => {
      const [bot] = await Promise.all([start(), start()]);
      const [before] = current();
      const hold = bots.fleet.hold(HOSTS[2] ?? "");
      await bot.type("/deploy web", teammate);
      await hold.begun;
      state = "alert";
      expect((await ended(bot)).outcome).to.equal("rolledBack");
      expect([...current()]).to.deep.equal([before]);
      expect(
        bots.fleet.ordered.map(({ host }) => host),
        "the last host is left alone",
      ).to.not.include(HOSTS[3]);
      expect(await said("The rollout stops")).to.have.length(1);
      expect(await said("A monitor alerted late, rolled back.")).to.have.length(1);
    });

    it("is heard of by a bot that was started after the end, and leaves the deploy as it is", async () => {
      const first = await start();
      await first.type("/deploy web", teammate);
      expect((await ended(first)).outcome).to.equal("deployed");
      await said("they are watched until");
      await bots.stop();
      state = "alert";
      const second = await start();
      expect(await said("nothing goes back by itself")).to.have.length(1);
      expect((await second.target()).past).to.have.length(1);
      expect((await second.target()).running).to.equal(null);
      state = "ok";
      expect(await said("has resolved since")).to.have.length(1);
    });

    it("is no longer watched for when the release is gone: the way back has ended it", async () => {
      const bot = await start();
      await bot.type("/deploy web", teammate);
      const { deploy } = await ended(bot);
      await bot.type("/rollback web", teammate);
      expect((await ended(bot, 2)).outcome).to.equal("deployed");
      const last = async () => (await bot.parts.journal.read(deployStream(deploy))).at(-1)?.fact;
      await until("its watch has ended", async () => (await last())?.kind === "watchEnded");
      expect(asked).to.be.greaterThan(0);
    });
  });
}
