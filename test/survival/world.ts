// What outlives a bot: its store, the hosts, Slack, the repository, and time. Each deploy of a test has a world of its own; many of them share one real
// store, in which each has names of its own. Knows no bot.

import { type DeployFact, deployFact } from "../../src/deploy/facts.ts";
import { advance, type Deploy } from "../../src/deploy/fold.ts";
import type { Person } from "../../src/deploy/order.ts";
import type { TargetFact } from "../../src/locks/facts.ts";
import type { Journal, Recorded, StreamName, Write } from "../../src/ports/journal.ts";
import type { Lease, Leases } from "../../src/ports/leases.ts";
import type { Monitor } from "../../src/ports/metrics.ts";
import { DeployLog } from "../../src/runner/deployLog.ts";
import { orderDeploy } from "../../src/runner/orderDeploy.ts";
import { deployStream, targetStream } from "../../src/runner/stored.ts";
import { NOON, OLD, onCall } from "../support/build.ts";
import { IdleTime } from "../support/idle-time.ts";
import { MemoryFleet } from "../support/memory-fleet.ts";
import { OneBranch } from "../support/outside.ts";
import { RememberingThread } from "../support/parts.ts";
import type { Store } from "../support/stores.ts";
import { monitor, type Scenario } from "./scenarios.ts";

/** A lease of this test never runs out by itself: however slow the machine is, it is the test that lets it run out. */
const LEASE_FOR_EVER_MS = 3_600_000;

export class World {
  readonly scenario: Scenario;
  readonly time = new IdleTime(NOON);
  readonly fleet = new MemoryFleet(OLD.name);
  readonly thread = new RememberingThread();
  readonly source = new OneBranch();
  /** What a living bot called a fault of its own. */
  readonly faults: string[] = [];
  /** As on record. */
  readonly facts: DeployFact[] = [];
  deploy: Deploy | null = null;
  readonly journal: Journal;
  readonly leases: Leases;
  readonly #listeners = new Set<(stream: StreamName) => void>();
  #said = false;
  readonly #own: string;
  #names = 0;
  #later: (() => void)[] = [];
  readonly store: () => Store;

  /** `name`: what its streams and leases begin with. */
  constructor(scenario: Scenario, name: string, store: () => Store) {
    this.scenario = scenario;
    this.#own = `${name}/`;
    this.store = store;
    this.journal = this.#journal();
    this.leases = this.#leases();
  }

  get target() {
    return this.scenario.target;
  }

  /** As it is now. */
  monitor(): Monitor {
    const alerts = this.deploy !== null && this.scenario.alerts?.(this.deploy, this.time.now());
    return { ...monitor, state: alerts ? "alert" : "ok" };
  }

  async begin(): Promise<void> {
    const { fails } = this.scenario;
    if (fails) this.fleet.fail(fails.host, fails.trouble);
    const past = this.scenario.past ?? [];
    const facts = past.flatMap((release, i): TargetFact[] => [
      { kind: "deployStarted", at: NOON + i, by: onCall, deploy: `past${i}`, wayBack: false },
      {
        kind: "deployEnded",
        at: NOON + i,
        deploy: `past${i}`,
        outcome: "deployed",
        release,
        replaced: past[i - 1] ?? null,
      },
    ]);
    if (facts.length > 0)
      await this.time.during(() => this.journal.append([{ stream: targetStream(this.target), expected: 0, facts }]));
  }

  freshName(): string {
    this.#names += 1;
    return `n${this.#names}`;
  }

  /** Something that goes on while no bot is there; `goOn` lets it. */
  later(work: () => void): void {
    this.#later.push(work);
  }

  goOn(): void {
    for (const work of this.#later.splice(0)) work();
  }

  /** What was there before, as others left it: their streams, what they have posted, and hosts as the facts tell of them. */
  async inherit(lines: (Recorded & { stream: StreamName })[]): Promise<void> {
    for (const { stream, version, fact } of lines)
      await this.journal.append([{ stream, expected: version - 1, facts: [fact] }]);
    this.time.passTo(Math.max(...lines.map(({ fact }) => fact.at)));
    for (const { fact } of lines.filter(({ fact }) => fact.kind === "posting"))
      this.thread.posted.push({ to: "", key: String(fact.key), message: { summary: [], parts: [] }, changes: [] });
    const release = this.deploy?.order.release.name ?? "";
    for (const [host, state] of this.deploy?.hosts ?? []) {
      if (state.is === "new") this.fleet.set(host, { current: release, healthy: release });
      // Cut off in the middle of the restart.
      if (state.is === "switching" && state.to === "new") this.fleet.set(host, { current: release, healthy: OLD.name });
      if (state.is === "switching" && state.to === "before")
        this.fleet.set(host, { current: OLD.name, healthy: release });
    }
  }

  /** What they run. */
  hosts(): Map<string, { current: string | null; healthy: string | null }> {
    return new Map([...(this.deploy?.hosts.keys() ?? [])].map((host) => [host, this.fleet.at(host)]));
  }

  async targetFacts(): Promise<TargetFact[]> {
    return (await this.journal.read(targetStream(this.target))).map(({ fact }) => fact as TargetFact);
  }

  #journal(): Journal {
    const named = (stream: StreamName) => this.#own + stream;
    const own = (stream: StreamName) => stream.slice(this.#own.length);
    return {
      read: (stream, after) => this.store().journal.read(named(stream), after),
      append: async (writes) => {
        const renamed = writes.map((write) => ({ ...write, stream: named(write.stream) }));
        const appended = await this.store().journal.append(renamed);
        if (!appended.ok) return { ok: false, moved: own(appended.moved) };
        await this.#grown(writes);
        return appended;
      },
      streams: async (prefix) => (await this.store().journal.streams(named(prefix))).map(own),
      // Told by the world: at once, so that no time passes before it is heard.
      watch: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
      gaps: () => 0,
      close: async () => {},
    };
  }

  #leases(): Leases {
    return {
      acquire: async (name, owner, forMs): Promise<Lease> => {
        const lease = await this.store().leases.acquire(this.#own + name, owner, LEASE_FOR_EVER_MS);
        return { ...lease, until: this.time.now() + forMs };
      },
      release: (name, owner) => this.store().leases.release(this.#own + name, owner),
    };
  }

  async #grown(writes: Write[]): Promise<void> {
    for (const { stream, facts } of writes) {
      if (facts.length === 0) continue;
      if (stream.startsWith("deploy/")) for (const fact of facts) this.#take(deployFact.parse(fact));
      for (const listener of [...this.#listeners]) listener(stream);
    }
    await this.#personSays();
  }

  #take(fact: DeployFact): void {
    this.facts.push(fact);
    this.deploy = advance(this.deploy, fact);
  }

  /** By way of a process that lives. */
  async #personSays(): Promise<void> {
    const { deploy, scenario } = this;
    if (deploy === null || this.#said || !scenario.says?.when(deploy)) return;
    this.#said = true;
    await this.#say(deploy.order.deploy, scenario.says.wish, onCall);
  }

  async #say(id: string, wish: Parameters<typeof orderDeploy>[1], by: Person): Promise<void> {
    const log = await DeployLog.open(this.journal, id);
    if (log === null) throw new Error(`${deployStream(id)} is empty`);
    const refusal = await orderDeploy(log, wish, { by, clock: this.time.clock() });
    if (refusal !== null) this.faults.push(`the person's ${wish} was refused: ${JSON.stringify(refusal)}`);
  }
}
