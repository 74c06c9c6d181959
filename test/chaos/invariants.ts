// What has to be so after a chaos run, whatever has gone wrong in it.

import { hostViolations } from "./hosts.ts";
import type { People, Promised } from "./people.ts";
import { botViolations, heldLeases, remoteProcesses } from "./processes.ts";
import { allDeploys, type DeployRecord, type Record } from "./record.ts";
import { postedTwice, rootsOf } from "./shown.ts";
import type { World } from "./world.ts";

export interface Violation {
  what: string;
  /** Whose facts tell more. */
  deploys: string[];
}

/** While the bots still run, in peace. `unrest`: what was not at rest although it had time. */
export function violations(world: World, people: People, record: Record, unrest: string[]): Violation[] {
  const deploys = allDeploys(record);
  const named = (what: string): Violation => ({
    what,
    deploys: deploys.filter(({ id }) => what.includes(id)).map(({ id }) => id),
  });
  return [
    ...unrest.map(named),
    ...people.odd.map((said) => named(`somebody read: ${said}`)),
    ...people.promised.flatMap((one) => notKept(one, deploys)),
    ...deploys.flatMap((one) => onceOnly(world, one, deploys)),
    ...postedTwice(world).map(named),
    ...hostViolations(world, record).map(({ host, what }) => ({
      what: `${host}: ${what}`,
      deploys: lastOf(record, host),
    })),
    ...world.bots.flatMap(botViolations).map(named),
  ];
}

/** After the bots have stopped. */
export async function leftBehind(world: World): Promise<Violation[]> {
  const leases = (await heldLeases(world)).map((lease) => `a lease is left: ${lease}`);
  const programs = remoteProcesses().map((command) => `a program is left on a host: ${command}`);
  return [...leases, ...programs].map((what) => ({ what, deploys: [] }));
}

function notKept({ branch, by }: Promised, deploys: DeployRecord[]): Violation[] {
  const found = deploys.filter(({ deploy }) => deploy.order.ref === branch && deploy.order.by.id === by);
  if (found.length === 1) return [];
  return [
    {
      what: `${by} was told that the deploy of ${branch} has begun; the journal has ${found.length} of it`,
      deploys: found.map(({ id }) => id),
    },
  ];
}

function onceOnly(world: World, one: DeployRecord, all: DeployRecord[]): Violation[] {
  const { id, deploy } = one;
  const roots = rootsOf(world, one).length;
  const twin = all.find(
    (other) =>
      other.id < id && deploy.order.kind === "deploy" && other.deploy.order.ref === deploy.order.ref && other !== one,
  );
  return [
    ...(deploy.stage === "ended" ? [] : [{ what: `${id} has not ended: it is ${deploy.stage}`, deploys: [id] }]),
    ...(roots === 1 ? [] : [{ what: `${id} has ${roots} messages`, deploys: [id] }]),
    ...(twin ? [{ what: `${deploy.order.ref} was deployed twice`, deploys: [twin.id, id] }] : []),
    ...one.facts
      .filter(({ kind }) => kind === "broke")
      .map((fact) => ({ what: `${id} met a fault of the bot: ${JSON.stringify(fact)}`, deploys: [id] })),
  ];
}

function lastOf({ deploys }: Record, host: string): string[] {
  const touching = [...deploys.values()].flat().filter(({ deploy }) => deploy.hosts.has(host));
  return touching.slice(-2).map(({ id }) => id);
}
