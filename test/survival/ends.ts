// What has to be so once a deploy whose bots died has come to its end. Throws at the first thing that is not, with the facts that led there.

import { expect } from "chai";
import { plain } from "../../src/chat/text.ts";
import { deployFact } from "../../src/deploy/facts.ts";
import { deployStream, targetStream, threadStream } from "../../src/runner/stored.ts";
import { expectInvariants } from "../deploy/invariants.ts";
import { OLD } from "../support/build.ts";
import { threadLines } from "../support/thread.ts";
import type { Life } from "./life.ts";

export async function expectAGoodEnd(life: Life): Promise<void> {
  const { world, deaths } = life;
  try {
    expect(world.faults, "faults").to.deep.equal([]);
    expect(life.missed, "edges that were not reached").to.deep.equal([]);
    // The command was not done, and nobody was told that it was.
    if (world.deploy === null) {
      expect(await world.targetFacts()).to.have.length((world.scenario.past ?? []).length * 2);
      return;
    }
    expectALegalEnd(life);
    expectHostsSwitchedOnce(life);
    await expectAllSaidOnce(life);
    await expectNothingHeld(life);
  } catch (error) {
    const told = deaths.map(({ call, moment }) => `killed ${moment} "${call}"`).join(", then ");
    if (error instanceof Error) error.message = `${world.scenario.name}, ${told}: ${error.message}\n${lines(life)}`;
    throw error;
  }
}

function expectALegalEnd({ world }: Life): void {
  const { deploy, facts, fleet, scenario } = world;
  expect(facts.filter(({ kind }) => kind === "broke")).to.deep.equal([]);
  if (deploy?.stage !== "ended") throw new Error(`the deploy has not ended: it is ${deploy?.stage}`);
  const hosts = Object.keys(scenario.restarts);
  const running = new Map(hosts.map((host) => [host, fleet.at(host)]));
  expectInvariants({ facts, deploy, world: running, steps: [], plannedAt: [] });
  expect(deploy.outcome).to.equal(scenario.outcome);
}

/** Once more only where a command was cut off, and was seen not to have come to its end. */
function expectHostsSwitchedOnce({ world, deaths }: Life): void {
  const { deploy, fleet, scenario } = world;
  for (const [host, names] of Object.entries(scenario.restarts)) {
    const releases = names.map((name) => (name === "new" ? deploy?.order.release.name : OLD.name) ?? "");
    const cut = deaths
      .filter(({ moment }) => moment === "cut")
      .map(({ call }) => call.split(" ").slice(0, 3).join(" "));
    const more = cut.flatMap((call) => {
      if (call === `roll out ${host}`) return releases.slice(0, 1);
      if (call !== `roll back ${host}`) return [];
      return scenario.begins === "rollback" ? releases.slice(0, 1) : [OLD.name];
    });
    const { restarts, half, current } = fleet.at(host);
    expect(withoutOne(restarts, more, releases), `restarts of ${host}: ${restarts}`).to.deep.equal(releases);
    if (current === deploy?.order.release.name) expect([...half], `cut off on ${host}`).to.not.include(current);
  }
}

/** Without the repetitions that are allowed. */
function withoutOne(restarts: string[], more: string[], wanted: string[]): string[] {
  if (restarts.length === wanted.length) return restarts;
  const left = [...restarts];
  for (const one of more) {
    const at = left.findIndex((release, i) => release === one && left[i + 1] === one);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

async function expectAllSaidOnce({ world }: Life): Promise<void> {
  const { facts, thread, deploy } = world;
  const id = deploy?.order.deploy ?? "";
  const recorded = await world.journal.read(deployStream(id));
  expect(recorded.map(({ fact }) => deployFact.parse(fact))).to.deep.equal(facts);
  const posted = thread.posted.filter(({ key }) => key.startsWith(`${id}/`));
  const said = posted.slice(1).map(({ message }) => plain(message.summary));
  expect(posted[0]?.key).to.equal(`${id}/root`);
  expect(said).to.deep.equal(threadLines(facts).map(({ message }) => plain(message.summary)));
  const shown = (await world.journal.read(threadStream(id))).at(-1);
  expect(shown?.fact.kind, "the thread").to.equal("closed");
}

async function expectNothingHeld({ world }: Life): Promise<void> {
  const { leases, target, deploy, scenario } = world;
  const id = deploy?.order.deploy ?? "";
  const facts = (await world.targetFacts()).slice((scenario.past ?? []).length * 2);
  expect(facts.map(({ kind }) => kind)).to.deep.equal(["deployStarted", "deployEnded"]);
  for (const name of [targetStream(target), threadStream(id), `watch/${id}`, `keep/${targetStream(target)}`])
    expect((await leases.acquire(name, "somebody", 1_000)).held, `lease ${name} is free`).to.equal(true);
}

function lines({ world }: Life): string {
  return world.facts.map((fact) => `  ${JSON.stringify(fact).slice(0, 160)}`).join("\n");
}
