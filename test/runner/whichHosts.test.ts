// Which hosts a deploy goes to: those of an inventory as it is now, those that somebody chose, and on the way back those that were there last. The whole runner on
// the embedded store, with inventories that are real files and commands.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { systemInventory } from "../../src/adapters/inventory/inventory.ts";
import type { Order } from "../../src/deploy/order.ts";
import type { Inventory } from "../../src/ports/inventory.ts";
import { DeployLog } from "../../src/runner/deployLog.ts";
import type { Changing } from "../config/example.ts";
import { buttonOf, type RunningBot, said } from "../support/bots.ts";
import { aRelease, teammate, you } from "../support/build.ts";
import { bothStores } from "../support/stores.ts";
import { until } from "../support/until.ts";
import { FourteenStage } from "./fourteen-stage.ts";

const FOUR = "web-[1..4]";

describe("which hosts a deploy goes to", function () {
  this.timeout(30_000);
  const [embedded] = bothStores();
  if (!embedded) throw new Error("there is an embedded store");
  const on = new FourteenStage(embedded);
  let folder: string;
  let bot: RunningBot;
  before(() => embedded.start());
  after(() => embedded.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lockstep-which-"));
    on.begin();
  });
  afterEach(async () => {
    await on.end();
    rmSync(folder, { recursive: true });
  });

  const list = (text: string) => writeFileSync(join(folder, "hosts"), text);
  const start = async (change: (what: Changing) => void) => {
    const system = systemInventory();
    // The configuration's own folder is gone as soon as it has been read.
    const inventory: Inventory = { read: (source, signal) => system.read({ ...source, folder }, signal) };
    bot = await on.bots.start({ parts: { inventory }, change });
  };
  /** From a file, or from a command that prints it. */
  const fromFile = ({ production }: Changing) => (production.hosts = { file: join(folder, "hosts") });
  const fromCommand = ({ production }: Changing) => (production.hosts = { command: `cat ${folder}/hosts` });
  const order = async (): Promise<Order> => {
    const started = (await bot.facts()).flatMap((fact) => (fact.kind === "deployStarted" ? [fact.deploy] : []));
    const log = await DeployLog.open(bot.parts.journal, started.at(-1) ?? "");
    return log?.deploy.order ?? expect.fail("nothing has begun");
  };
  const ordered = () => on.bots.fleet.ordered.filter(({ became }) => became === "done").map(({ host }) => host);
  /** Types it and waits until that deploy has ended. */
  const done = async (typed: string) => {
    const count = await bot.count("deployEnded");
    const words = said(await bot.type(typed, teammate));
    const outcome = await on.ended(bot, count + 1);
    return { words, outcome };
  };

  describe("with an inventory", () => {
    it("is those that are in it when the deploy begins, frozen into the order", async () => {
      list("web-1\nweb-2 user=ops port=2222 gateway=bastion\n");
      await start(fromCommand);
      const hold = on.bots.fleet.hold("web-1");
      await bot.type("/deploy web", teammate);
      await hold.begun;
      list("web-3");
      hold.letGo();
      expect(await on.ended(bot)).to.equal("deployed");
      expect(ordered()).to.deep.equal(["web-1", "web-2"]);
      const bastion = { name: "bastion", address: "bastion.example.com", port: 22, user: "jump" };
      expect((await order()).batches.flat()).to.deep.equal([
        { name: "web-1", address: "web-1", port: 22, user: "deploy" },
        { name: "web-2", address: "web-2", port: 2222, user: "ops", gateway: bastion },
      ]);
      await done("/deploy web");
      expect((await order()).batches.flat().map(({ name }) => name)).to.deep.equal(["web-3"]);
    });

    const wrong: [title: string, text: string | null, told: RegExp][] = [
      ["that is not there", null, /the file of hosts cannot be read \(it is not there\)\. npx lockstep check-config/],
      ["that is empty", "# nobody\n", /the file of hosts names no host\./],
      ["that names a host twice", "web-1\nweb-[1..2]\n", /has mistakes: hosts names web-1 more than once/],
      ["that cannot be understood", "web-1 prot=22", /has mistakes: line 1, prot is not a key that is known here/],
      ["with a gateway that is not there", "web-1 gateway=jump", /behind jump, which is not one of ssh\.gateways/],
      [
        "without the canary that is named",
        "web-1",
        /do not fit to the configuration: canary names web-9, which is not among/,
      ],
    ];
    for (const [title, text, told] of wrong) {
      it(`${title} refuses the deploy and changes nothing`, async () => {
        if (text !== null) list(text);
        await start((what) => {
          fromFile(what);
          if (title.includes("canary")) what.production.canary = ["web-9"];
        });
        expect(said(await bot.type("/deploy web", teammate))).to.match(told);
        await on.expectNothingStarted(bot);
      });
    }

    it("that fails refuses the deploy with what it said", async () => {
      await start(({ production }) => (production.hosts = { command: "echo no such region >&2; exit 3" }));
      expect(said(await bot.type("/deploy web", teammate))).to.match(
        /so nothing was done: the inventory command failed \(exit code 3: no such region\)/,
      );
      await on.expectNothingStarted(bot);
    });

    it("that is down does not gate the way back: it goes to the hosts of the last deploys", async () => {
      list(FOUR);
      await start(fromFile);
      await done("/deploy web");
      on.bots.source.moveTo(aRelease("c").commit);
      await done("/deploy web");
      list("web-[1..4]\nweb-5");
      on.bots.source.moveTo(aRelease("d").commit);
      await done("/deploy web hosts web-5");
      rmSync(join(folder, "hosts"));
      on.bots.fleet.ordered.length = 0;
      const { words } = await done("/rollback web");
      expect(words).to.match(
        /goes back to \S+ .*It goes to the hosts of the last deploys, because the file of hosts cannot/,
      );
      expect((await order()).batches.flat().map(({ name }) => name)).to.deep.equal([
        "web-5",
        ...["web-1", "web-2", "web-3", "web-4"],
      ]);
    });

    it("that is down refuses the way back only where nothing was ever deployed", async () => {
      await start(fromFile);
      expect(said(await bot.type("/rollback web", teammate))).to.match(/There is nothing to go back to/);
    });
  });

  describe("that somebody chose", () => {
    const listed = ({ production }: Changing) => (production.hosts = [FOUR, "db.example.com"]);

    it("is only those; the target runs what it ran, and the answer says so", async () => {
      await start(listed);
      await done("/deploy web");
      const before = await bot.target();
      on.bots.source.moveTo(aRelease("c").commit);
      on.bots.fleet.ordered.length = 0;
      const { words, outcome } = await done("/deploy web hosts web-[2..3], DB");
      expect(outcome).to.equal("deployed");
      expect(words).to.include("has begun on 3 of 5 hosts: web-2, web-3 and db.example.com. The other hosts keep");
      expect(ordered()).to.deep.equal(["web-2", "web-3", "db.example.com"]);
      expect(await order()).to.deep.include({ partial: true, outOf: 5 });
      const after = await bot.target();
      expect(after.release).to.deep.equal(before.release);
      expect(after.lineage).to.deep.equal(before.lineage);
    });

    it("refuses names that the target does not have, with those that it has", async () => {
      await start(listed);
      expect(said(await bot.type("/deploy web --hosts web-4,web-5", teammate))).to.equal(
        "web-5 is not among the hosts of web in production, so nothing was done. It has web-1 … web-4 and db.example.com (5 hosts).",
      );
      await on.expectNothingStarted(bot);
    });

    it("gets what the target runs again, with the way back on these hosts", async () => {
      await start(listed);
      await done("/deploy web");
      on.bots.source.moveTo(aRelease("c").commit);
      await done("/deploy web hosts web-2");
      on.bots.fleet.ordered.length = 0;
      const { words, outcome } = await done("/rollback web hosts web-2");
      expect(outcome).to.equal("deployed");
      expect(words).to.match(/is put back to what it runs, \S+ \(.*\), on 1 of 5 hosts: web-2\./);
      const runs = (await bot.target()).release?.name;
      expect(on.bots.fleet.ordered.map(({ host, release }) => ({ host, release }))).to.deep.equal([
        { host: "web-2", release: runs },
      ]);
    });

    it("goes back as a whole with a plain way back, and not further than that", async () => {
      await start(listed);
      await done("/deploy web");
      on.bots.source.moveTo(aRelease("c").commit);
      await done("/deploy web");
      const { release } = await bot.target();
      on.bots.source.moveTo(aRelease("d").commit);
      await done("/deploy web hosts web-2");
      await done("/rollback web");
      expect((await order()).release).to.deep.equal(release);
      expect((await bot.target()).release).to.deep.equal(release);
      await done("/rollback web");
      expect((await bot.target()).release?.name, "going back twice goes back further").not.to.equal(release?.name);
    });

    it("never becomes what the whole target goes back to, not even when most hosts ran it", async () => {
      await start(listed);
      await done("/deploy web");
      const { release } = await bot.target();
      on.bots.source.moveTo(aRelease("c").commit);
      await done("/deploy web hosts web-[1..3]");
      on.bots.source.moveTo(aRelease("d").commit);
      await done("/deploy web");
      await done("/rollback web");
      expect((await order()).release).to.deep.equal(release);
    });

    it("is asked for while another deploy runs: nobody takes back only a part of that", async () => {
      await start(listed);
      const hold = on.bots.fleet.hold("web-1");
      await bot.type("/deploy web", teammate);
      await hold.begun;
      expect(said(await bot.type("/rollback web hosts web-1", teammate))).to.match(/has been deploying web/);
      hold.letGo();
      expect(await on.ended(bot)).to.equal("deployed");
    });

    it("is remembered by whoever waits for it, from the line to the deploy", async () => {
      await start(listed);
      await bot.type("/lock web", you);
      const refused = await bot.type("/deploy web hosts web-[2..3]", teammate);
      await bot.press(buttonOf(refused, "line:deploy"), teammate);
      await bot.type("/unlock web", you);
      const turn = await until("it is their turn", () =>
        on.bots
          .direct(teammate)
          .find((message) =>
            message.parts.some(
              (part) => part.part === "buttons" && part.buttons.some(({ action }) => action === "turn:deploy"),
            ),
          ),
      );
      await bot.press(buttonOf(turn, "turn:deploy"), teammate);
      expect(await on.ended(bot)).to.equal("deployed");
      expect(ordered()).to.deep.equal(["web-2", "web-3"]);
    });
  });
});
