// The stage on which every fleet is tried: one host, one deploy path, and what the suites ask of them. Knows no adapter.

import type { Host, Site } from "../../src/deploy/order.ts";
import type { Fleet, HostOutcome, Inspection, Preparation } from "../../src/ports/fleet.ts";
import type { Archive } from "../../src/ports/source.ts";

/** A host for one test. */
export interface FleetStage {
  fleet: Fleet;
  host: Host;
  /** An absolute path on the host that does not exist yet. */
  path: string;
  /** `more` may add to the directory that becomes the archive. */
  archive(files: Record<string, string | Buffer>, more?: (tree: string) => Promise<void>): Promise<Archive>;
  /** How a path looks to the host's own commands, where that is another way than to us. */
  seen?(path: string): string;
  /** A file's text on the host, links followed; null when it is not there. */
  read(path: string): Promise<string | null>;
  /** What a link on the host says; null when there is none. */
  link(path: string): Promise<string | null>;
}

export interface FleetStages {
  start(): Promise<void>;
  stage(): Promise<FleetStage>;
  stop(): Promise<void>;
}

export const never = new AbortController().signal;

/** A site whose commands leave traces: each one adds a line to `trace` in the deploy path. */
export function tracedSite(path: string, change: Partial<Site> = {}): Site {
  return {
    path,
    shared: [],
    keep: 3,
    restart: 'echo "restart $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/trace"; echo "restarted $LOCKSTEP_RELEASE"',
    restartTimeoutMs: 10_000,
    health: { command: 'echo "health $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/trace"', timeoutMs: 10_000, intervalMs: 50 },
    environment: {},
    ...change,
  };
}

export function expectOk(outcome: HostOutcome): Extract<HostOutcome, { ok: true }> {
  if (!outcome.ok) throw new Error(`${outcome.trouble}: ${outcome.detail}\n${outcome.output}`);
  return outcome;
}

export function expectTrouble(outcome: HostOutcome): Extract<HostOutcome, { ok: false }> {
  if (outcome.ok) throw new Error(`expected trouble, but it went well: ${outcome.output}`);
  return outcome;
}

/** What a test of the contract works with; `begin` sets it up anew. */
export class Play {
  at!: FleetStage;
  site!: Site;
  archive!: Archive;

  async begin(stages: FleetStages): Promise<void> {
    this.at = await stages.stage();
    this.site = tracedSite(this.at.path);
    this.archive = await this.at.archive({ "version.txt": "from the archive", "log/first": "1" });
  }

  seen(path: string): string {
    return this.at.seen?.(path) ?? path;
  }

  rollOut(release: string, change: Partial<Site> = {}, token = 1): Promise<HostOutcome> {
    const { at, archive } = this;
    return at.fleet.rollOut(at.host, { site: { ...this.site, ...change }, release, archive, token }, never);
  }

  prepare(release: string, change: Partial<Site> = {}): Promise<Preparation> {
    const { at, archive } = this;
    return at.fleet.prepare(at.host, { site: { ...this.site, ...change }, release, archive }, never);
  }

  rollBack(to: string | null, change: Partial<Site> = {}, token = 1): Promise<HostOutcome> {
    return this.at.fleet.rollBack(this.at.host, { site: { ...this.site, ...change }, to, token }, never);
  }

  inspect(): Promise<Inspection> {
    return this.at.fleet.inspect(this.at.host, this.site, never);
  }

  fence(token: number): Promise<Inspection> {
    return this.at.fleet.fence(this.at.host, { site: this.site, token }, never);
  }

  /** The lines that the site's commands have left. */
  async trace(): Promise<string[]> {
    return ((await this.at.read(`${this.at.path}/trace`)) ?? "").trim().split("\n");
  }
}
