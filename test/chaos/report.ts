// The words of a chaos run: a line every few seconds, what was done, and what was wrong.

import { switches } from "./hosts.ts";
import type { Violation } from "./invariants.ts";
import type { People } from "./people.ts";
import { allDeploys, type Record } from "./record.ts";
import { Tally } from "./tally.ts";
import type { World } from "./world.ts";

const FACTS_SHOWN = 60;

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

export function progressLine(
  world: World,
  people: People,
  { faults, leftMs }: { faults: Tally; leftMs: number },
): string {
  const up = world.bots.filter((bot) => bot.isReady).length;
  const struck = String(faults)
    .split(", ")
    .reduce((sum, one) => sum + Number(one.split(" ").at(-1) ?? 0), 0);
  return `${Math.ceil(leftMs / 1_000)} s left · ${up} of ${world.bots.length} bots up · ${people.acts.count("deploy")} /deploy, ${people.promised.length} begun · ${people.outcomes.count("answered")} answers · ${struck || 0} faults`;
}

export function summary(world: World, people: People, { record, faults }: { record: Record; faults: Tally }): string {
  const deploys = allDeploys(record);
  const outcomes = new Tally();
  for (const { deploy } of deploys) outcomes.add(deploy.stage === "ended" ? deploy.outcome : deploy.stage);
  const memory = world.bots.map(({ name, mostBytes }) => `${name} ${Math.round(mostBytes / 2 ** 20)} MB`).join(", ");
  return [
    `${deploys.length} deploys: ${outcomes}`,
    `switches on hosts: ${switches(world)}`,
    `people did: ${people.acts}`,
    `they got: ${people.outcomes}`,
    `faults: ${faults}`,
    `most memory: ${memory}`,
  ].join("\n");
}

export function violationText({ what, deploys }: Violation, record: Record | null): string {
  const facts = deploys.slice(0, 2).flatMap((id) => {
    const found = record && allDeploys(record).find((one) => one.id === id);
    if (!found) return [];
    const lines = found.facts.map((fact, i) => `    ${i + 1} ${JSON.stringify(fact).slice(0, 300)}`);
    const left = lines.length - FACTS_SHOWN;
    const shown = left > 0 ? [...lines.slice(0, 5), `    … ${left} more …`, ...lines.slice(-FACTS_SHOWN + 5)] : lines;
    return [`  facts of ${id}:`, ...shown];
  });
  return [`VIOLATION: ${what}`, ...facts].join("\n");
}
