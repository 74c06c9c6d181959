// A stage for whole deploys on bad days: the real journal, git, SSH and OpenSSH servers, and the thread as it is posted; only Datadog is played, and always
// well. Time passes ten times as fast for the bot, but not for the network. Knows no fault.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "../../src/adapters/embedded/store.ts";
import { gitSource } from "../../src/adapters/git/source.ts";
import { type SshFleetOptions, sshFleet } from "../../src/adapters/ssh/fleet.ts";
import type { Order, Release, Site } from "../../src/deploy/order.ts";
import { releaseName } from "../../src/deploy/releases.ts";
import type { Fleet } from "../../src/ports/fleet.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { Leases } from "../../src/ports/leases.ts";
import type { Source } from "../../src/ports/source.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { deployStream, targetStream } from "../../src/runner/stored.ts";
import { aLimit, anOrder, you } from "../support/build.ts";
import { hurriedClock } from "../support/hurry.ts";
import { wellMetrics } from "../support/outside.ts";
import { partsOn, RememberingThread } from "../support/parts.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { DEPLOY_PATH, SshHost, type SshHostOptions } from "../support/ssh-host.ts";
import { type KeyPair, makeKey } from "../support/sshd.ts";
import { RunningDeploy } from "./deploy.ts";

const never = new AbortController().signal;

export const CONNECT_TIMEOUT_MS = 1_500;
export const KEEPALIVE_MS = 400;
export const UPLOAD_STALL_MS = 1_000;

/** Hurried: a bake takes half a second. */
export const QUICK_BAKE = { forMs: 4_000, warmUpMs: 0, settleMs: 500, pollMs: 2_000, intervalMs: 100 };

/** What a release needs on every host: two scripts of its own. */
export const SITE: Site = {
  path: DEPLOY_PATH,
  shared: [],
  keep: 3,
  restart: "sh bin/restart",
  restartTimeoutMs: 10_000,
  health: { command: "sh bin/health", timeoutMs: 5_000, intervalMs: 50 },
  environment: {},
};

/** A command that takes long the first time, and leaves a sign when it has begun. */
export const LINGERS = '[ -e "$LOCKSTEP_PATH/begun" ] || { touch "$LOCKSTEP_PATH/begun"; sleep 30; }';

/** What a release brings along: scripts, and whatever else takes part in it. */
export interface Content {
  restart?: string;
  health?: string;
  files?: Record<string, string | Buffer>;
}

export class FaultStage {
  readonly key: KeyPair;
  readonly directory: string;
  readonly hosts: SshHost[] = [];
  #fleet: Fleet;
  #store: { journal: Journal; leases: Leases };
  #source: Source;
  #repository: Repository;
  /** The release that hosts run at first. */
  #first: Release | null = null;
  #deploys = 0;
  readonly #begun: RunningDeploy[] = [];

  private constructor(parts: {
    directory: string;
    key: KeyPair;
    repository: Repository;
    store: { journal: Journal; leases: Leases };
    options: Partial<SshFleetOptions>;
  }) {
    this.directory = parts.directory;
    this.key = parts.key;
    this.#repository = parts.repository;
    this.#store = parts.store;
    this.#source = gitSource({ directory: join(parts.directory, "git"), timeoutMs: 30_000 });
    this.#fleet = sshFleet({
      privateKey: this.key.path,
      knownHosts: [this.#knownHosts],
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      keepaliveMs: KEEPALIVE_MS,
      uploadStallMs: UPLOAD_STALL_MS,
      ...parts.options,
    });
  }

  static async open(options: Partial<SshFleetOptions> = {}): Promise<FaultStage> {
    const directory = await mkdtemp(join(tmpdir(), "lockstep-faults-"));
    const [key, repository, store] = await Promise.all([
      makeKey(directory),
      makeRepository(join(directory, "repository")),
      openEmbeddedStore(join(directory, "store")),
    ]);
    return new FaultStage({ directory, key, repository, store, options });
  }

  /** Starts a host, known to us by its key, on which the first release runs. */
  async addHost(name: string, options: SshHostOptions = {}): Promise<SshHost> {
    const [host] = await this.addHosts([name], options);
    return host as SshHost;
  }

  async addHosts(names: string[], options: SshHostOptions = {}): Promise<SshHost[]> {
    this.#first ??= await this.release({});
    const started = await Promise.all(names.map((name) => SshHost.start(name, this.key.publicKey, options)));
    this.hosts.push(...started);
    await this.know(this.hosts.map(({ knownHosts }) => knownHosts).join(""));
    await this.#putFirst(started, this.#first);
    return started;
  }

  /** From here on the known_hosts file says this and nothing else. */
  know(knownHosts: string): Promise<void> {
    return writeFile(this.#knownHosts, knownHosts);
  }

  /** Commits a release with these scripts. */
  async release({ restart = "true", health = "true", files = {} }: Content): Promise<Release> {
    const scripts = { "bin/restart": restart, "bin/health": health, "number.txt": `${++this.#deploys}` };
    const subject = `Release ${this.#deploys}`;
    const sha = await this.#repository.commit({ subject, files: { ...scripts, ...(files as Record<string, string>) } });
    const commit = await this.#source.resolve(this.#repository.url, sha, never);
    if (!commit.ok) throw new Error(commit.detail);
    return { name: releaseName(Date.now(), sha), commit: commit.value };
  }

  /** Orders a deploy and begins to drive and to show it. Canary and batches are given in `order`. */
  async begin(release: Release, order: Partial<Order>): Promise<RunningDeploy> {
    const id = `d${++this.#deploys}`;
    const whole = this.#order({ deploy: id, release, ...order });
    const stream = targetStream(whole.target);
    const { version } = await this.#parts().targets.read(whole.target);
    const at = hurriedClock.now();
    const begun = await this.#store.journal.append([
      { stream, expected: version, facts: [{ kind: "deployStarted", at, by: you, deploy: id, wayBack: false }] },
      { stream: deployStream(id), expected: 0, facts: [{ kind: "requested", at, order: whole }] },
    ]);
    if (!begun.ok) throw new Error("the target is not free");
    const deploy = await RunningDeploy.begin(id, this.#parts(), this.hosts);
    this.#begun.push(deploy);
    return deploy;
  }

  async close(): Promise<void> {
    await Promise.all(this.#begun.map((deploy) => deploy.stop()));
    await this.#fleet.close();
    await Promise.all(this.hosts.splice(0).map((host) => host.stop()));
    await this.#store.journal.close();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  get #knownHosts(): string {
    return join(this.directory, "known_hosts");
  }

  #order(order: Partial<Order>): Order {
    const check = aLimit({ aggregate: "max" });
    const repository = this.#repository.url;
    return anOrder({ repository, canary: [], batches: [], site: SITE, bake: QUICK_BAKE, checks: [check], ...order });
  }

  #parts(): Parts & { thread: RememberingThread } {
    const thread = new RememberingThread();
    const ports = { fleet: this.#fleet, source: this.#source, metrics: wellMetrics, thread, clock: hurriedClock };
    return { ...partsOn({ journal: this.#store.journal, leases: steady(this.#store.leases) }, ports), thread };
  }

  /** As a deploy before this one has left it. */
  async #putFirst(hosts: SshHost[], { name, commit }: Release): Promise<void> {
    const archive = await this.#source.archive(this.#repository.url, commit.sha, never);
    if (!archive.ok) throw new Error(archive.detail);
    const fleet = sshFleet({ privateKey: this.key.path, knownHosts: [this.#knownHosts] });
    const put = hosts.map(async ({ name: host, straight }) => {
      const what = { site: SITE, release: name, archive: archive.value, token: 1 };
      const outcome = await fleet.rollOut(straight, what, never);
      if (!outcome.ok) throw new Error(`${host}: ${outcome.detail} ${outcome.output}`);
    });
    await Promise.all(put);
    await fleet.close();
  }
}

/** Leases that last as long as they do, told in hurried time: a busy machine must not lose one. */
function steady(leases: Leases): Leases {
  return {
    async acquire(name, owner, forMs) {
      const lease = await leases.acquire(name, owner, forMs);
      return { ...lease, until: hurriedClock.now() + (lease.until - Date.now()) * 10 };
    },
    release: (name, owner) => leases.release(name, owner),
  };
}
