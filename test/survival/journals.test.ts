// Journals that earlier versions wrote: they can be read and shown, and what had not ended is ended by the bot of today.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { targetFact } from "../../src/locks/facts.ts";
import { foldTarget, freeTarget } from "../../src/locks/fold.ts";
import type { Recorded } from "../../src/ports/journal.ts";
import { parseFacts, targetStream } from "../../src/runner/stored.ts";
import { rootMessage } from "../../src/views/root.ts";
import { expectInvariants } from "../deploy/invariants.ts";
import { memoryJournal, memoryLeases } from "../support/memory.ts";
import { threadLines } from "../support/thread.ts";
import { Mortal } from "./mortal.ts";
import { scenarios } from "./scenarios.ts";
import { World } from "./world.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/journals");
const WENT_BACK = ["failed", "aborted", "in-rollback"];

type Line = Recorded & { stream: string };

/** What the bots of that version left behind. */
async function worldOf(file: string): Promise<World> {
  const lines = readFileSync(join(FOLDER, file), "utf8")
    .trim()
    .split("\n")
    .map((line): Line => JSON.parse(line));
  const mail = lines.some(({ stream }) => stream === "target/mail/production");
  const scenario = scenarios.find(({ target }) => target.service === (mail ? "mail" : "web"));
  if (!scenario) throw new Error("there is no such deploy");
  const store = { journal: memoryJournal(), leases: memoryLeases() };
  const world = new World(scenario, file, () => store);
  await world.inherit(lines);
  return world;
}

function deployOf({ deploy }: World) {
  if (deploy === null) throw new Error("there is no deploy in it");
  return deploy;
}

describe("a journal of an earlier version", () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".jsonl"));

  it("is there for each of them", () => {
    const versions = new Set(files.map((file) => file.split(".")[0]));
    expect([...versions]).to.include.members(["2-deploy", "3-locks", "4-verdicts", "5-fleet"]);
  });

  for (const file of files) {
    const [, situation = ""] = file.split(".");
    it(`is read, shown and ended: ${file}`, async () => {
      const world = await worldOf(file);
      const before = deployOf(world);
      expect(before.stage === "ended").to.equal(!situation.startsWith("in-"));
      expect(rootMessage(before).summary).to.not.equal("");
      expect(threadLines(world.facts)).to.not.deep.equal([]);
      const known = world.facts.length;

      await new Mortal(world, null).begin();
      expect(await world.time.untilQuiet(), "somebody waits for what does not come").to.equal(false);
      expect(world.faults).to.deep.equal([]);
      const deploy = deployOf(world);
      if (deploy.stage !== "ended") throw new Error(`it is ${deploy.stage}`);
      expect(deploy.outcome).to.equal(WENT_BACK.includes(situation) ? "rolledBack" : "deployed");
      // What has ended is what that version made of it, with its faults.
      if (before.stage !== "ended")
        expectInvariants({ facts: world.facts, deploy, world: world.hosts(), steps: [], plannedAt: [] });
      const keys = world.thread.posted.map(({ key }) => key);
      expect(new Set(keys).size, keys.join(" ")).to.equal(keys.length);
      const said = threadLines(world.facts, known).map(({ version }) => `${deploy.order.deploy}/${version}`);
      expect(keys).to.include.members(said);
      const stream = targetStream(deploy.order.target);
      const target = foldTarget(parseFacts(stream, await world.journal.read(stream), targetFact), freeTarget);
      expect(target.running).to.equal(null);
      expect(target.past[0]?.deploy).to.equal(deploy.order.deploy);
    });
  }
});
