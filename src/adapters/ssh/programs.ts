// The programs that run on a host, read once, and the order of their arguments. Knows no connection.

import { readFileSync } from "node:fs";
import type { Host, Site } from "../../deploy/order.ts";
import type { Prepare, RollBack, RollOut } from "../../ports/fleet.ts";
import { commandLine } from "./quote.ts";

const prepareProgram = assemble("common", "state", "release", "prepare");
const rollOutProgram = assemble("common", "state", "release", "roll-out");
const rollBackProgram = assemble("common", "state", "roll-back");
const inspectProgram = assemble("common", "state", "inspect");
const fenceProgram = assemble("common", "state", "fence");

/** How long a program waits for another one on the same host, in seconds. */
export const lockPatienceSeconds = 30;

export function prepareCommand({ site, release, archive }: Prepare): string {
  if (!archive) throw new Error("there is nothing to send");
  return commandLine(prepareProgram, [
    site.path,
    release,
    String(lockPatienceSeconds),
    String(archive.bytes),
    archive.sha256,
    String(site.shared.length),
    ...site.shared,
  ]);
}

export function rollOutCommand(host: Host, what: RollOut): string {
  const { site, release, archive, token } = what;
  if (!archive) throw new Error("there is nothing to send");
  return commandLine(rollOutProgram, [
    ...common(host, { site, release, token }),
    String(archive.bytes),
    archive.sha256,
    String(site.keep),
    String(site.shared.length),
    ...site.shared,
    ...environment(site),
  ]);
}

export function rollBackCommand(host: Host, what: RollBack): string {
  return commandLine(rollBackProgram, [
    ...common(host, { site: what.site, release: what.to ?? "", token: what.token }),
    ...environment(what.site),
  ]);
}

export function inspectCommand(site: Site): string {
  return commandLine(inspectProgram, [site.path]);
}

export function fenceCommand({ site, token }: { site: Site; token: number }): string {
  return commandLine(fenceProgram, [site.path, String(token), String(lockPatienceSeconds)]);
}

/** What both programs are given first. */
function common(host: Host, { site, release, token }: Omit<RollOut, "archive">): string[] {
  return [
    site.path,
    release,
    String(token),
    String(lockPatienceSeconds),
    site.restart,
    seconds(site.restartTimeoutMs),
    site.health?.command ?? "",
    seconds(site.health?.timeoutMs ?? 0),
    seconds(site.health?.intervalMs ?? 0),
    host.name,
  ];
}

function environment(site: Site): string[] {
  return Object.entries(site.environment).map(([name, value]) => `${name}=${value}`);
}

function seconds(ms: number): string {
  return String(Math.max(ms, 100) / 1000);
}

/** Comments stay at home: every host would be sent them again with every command. */
function assemble(...names: string[]): string {
  const text = names.map((name) => readFileSync(new URL(`scripts/${name}.sh`, import.meta.url), "utf8")).join("");
  return text.replace(/^\s*#.*\n/gm, "");
}
