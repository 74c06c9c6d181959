// What lies and runs on the hosts after a chaos run, beside what the journal says: the release, the fencing tokens of all switches, whole releases only.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { DemoHost } from "../../playground/fleet/hosts.ts";
import type { HostState } from "../../src/deploy/hosts.ts";
import { isCommands, serviceOf } from "./configuration.ts";
import type { DeployRecord, Record } from "./record.ts";
import { EXPECTED_FILES } from "./releases.ts";
import type { World } from "./world.ts";

export interface HostViolation {
  host: string;
  what: string;
}

export function hostViolations({ fleet }: World, { deploys }: Record): HostViolation[] {
  return fleet.hosts.flatMap((host) => {
    const told = deploys.get(serviceOf(host.name)) ?? [];
    const found = [...wrongRelease(host, told), ...wrongSwitches(host), ...notWhole(host)];
    return found.map((what) => ({ host: host.name, what }));
  });
}

/** Undefined: the deploys say themselves that it is not known. Null: nothing. */
type Runs = string | null | undefined;

function wrongRelease(host: DemoHost, deploys: DeployRecord[]): string[] {
  let expected: Runs;
  for (const { deploy } of deploys) {
    const state = deploy.hosts.get(host.name);
    if (state) expected = after(state, deploy.order.release.name, expected);
  }
  const current = currentOf(host);
  return expected === undefined || expected === current ? [] : [`runs ${current}; the journal says ${expected}`];
}

function after(state: HostState, release: string, earlier: Runs): Runs {
  switch (state.is) {
    case "new":
      return release;
    case "back":
      return state.before;
    case "old":
      return state.begun ? undefined : state.before;
    case "unseen":
    case "unreachable":
      return earlier;
    default:
      return undefined;
  }
}

function currentOf({ name, realPath }: DemoHost): string | null {
  if (isCommands(serviceOf(name))) {
    const [, release = ""] = /^release=(.*)$/m.exec(text(join(realPath, ".lockstep/state"))) ?? [];
    return release || null;
  }
  const link = join(realPath, "current");
  return existsSync(link) ? readlinkSync(link).replace("releases/", "") : null;
}

/** The record that the service itself keeps: never two at once, and no token older than one before it. */
function wrongSwitches({ realPath }: DemoHost): string[] {
  const found: string[] = [];
  let newest = 0;
  for (const line of text(join(realPath, "switches")).split("\n")) {
    const [what, release, token] = line.split(" ");
    if (what === "overlap") found.push(`two switches at once: ${release}`);
    if (what !== "begin") continue;
    if (Number(token) < newest) found.push(`switched to ${release} by token ${token} after ${newest}`);
    newest = Math.max(newest, Number(token));
  }
  return found;
}

function notWhole({ name, realPath }: DemoHost): string[] {
  const releases = join(realPath, "releases");
  if (isCommands(serviceOf(name)) || !existsSync(releases)) return [];
  return readdirSync(releases, { withFileTypes: true }).flatMap((entry) => {
    const { name: release } = entry;
    // An archive beside it may lie there until the next order has gone well.
    if (release.startsWith(".")) return entry.isDirectory() ? [`a piece of a release was left: ${release}`] : [];
    const directory = join(releases, release);
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    const digest = createHash("sha256")
      .update(bytes(join(directory, "payload")))
      .digest("hex");
    const whole = files.length === EXPECTED_FILES && digest === text(join(directory, "payload.sha256"));
    return whole ? [] : [`the release ${release} is not whole (${files.length} files)`];
  });
}

export const switches = ({ fleet }: World): number =>
  fleet.hosts.reduce((sum, { realPath }) => sum + text(join(realPath, "switches")).split("begin ").length - 1, 0);

const bytes = (path: string): Buffer => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0));
const text = (path: string): string => bytes(path).toString();
