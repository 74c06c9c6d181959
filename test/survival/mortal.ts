// A bot that dies at a given edge: between two of its calls to the world, or in the middle of one. From then on nothing of it reaches the world, and nothing
// of the world reaches it. Tells all edges that it comes to.

import { inspect } from "node:util";
import type { HostOutcome } from "../../src/ports/fleet.ts";
import type { StoredFact, StreamName, Write } from "../../src/ports/journal.ts";
import { TargetBot } from "../../src/runner/bot.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { Supervisor } from "../../src/runner/supervise.ts";
import { Freezes, Targets } from "../../src/runner/targets.ts";
import type { StoppableClock } from "../support/idle-time.ts";
import type { World } from "./world.ts";

/**
 * `before` a call is made; `after` it has done its work and before anything of its answer arrives. In the middle of an order to a host: it is `cut` off, as
 * the end of the connection does, or `livesOn` there without anybody who listens.
 */
export type Moment = "before" | "cut" | "livesOn" | "after";

export interface Edge {
  /** The call, in words, and the how-manieth of its kind. */
  call: string;
  moment: Moment;
}

const never = () => new Promise<never>(() => {});

export class Mortal {
  readonly died: Promise<void>;
  readonly parts: Parts;
  readonly supervisor: Supervisor;
  readonly bot: TargetBot;
  dead = false;
  #world: World;
  #death: Edge | null;
  #tell: (edge: Edge) => void;
  #counts = new Map<string, number>();
  #clock: StoppableClock;
  #line = new AbortController();
  #die: () => void = () => {};

  constructor(world: World, death: Edge | null, tell: (edge: Edge) => void = () => {}) {
    this.#world = world;
    this.#death = death;
    this.#tell = tell;
    this.#clock = world.time.clock();
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
    this.parts = this.#parts();
    this.supervisor = new Supervisor(this.parts);
    this.bot = new TargetBot(this.parts, this.supervisor);
  }

  async begin(): Promise<void> {
    this.supervisor.watch();
    await this.supervisor.resume();
  }

  /** SIGKILL: connections end, and the store hears nothing more. */
  #fall(): Promise<never> {
    this.dead = true;
    this.#clock.stop();
    this.#line.abort();
    this.#die();
    return never();
  }

  /** `calls`: what it is, in words; more than one when one append holds several facts. */
  async #call<T>(calls: string[], work: () => Promise<T>, middle?: (moment: Moment) => Promise<unknown>): Promise<T> {
    if (this.dead) return never();
    const named = calls.map((call) => this.#counted(call));
    const dies = (moment: Moment) => this.#death?.moment === moment && named.includes(this.#death.call);
    const moments: Moment[] = middle ? ["before", "cut", "livesOn"] : ["before"];
    // One append is one edge, whatever it holds.
    const [call = ""] = named;
    for (const moment of moments) this.#tell({ call, moment });
    if (dies("before")) return this.#fall();
    for (const moment of ["cut", "livesOn"] as const) {
      if (!middle || !dies(moment)) continue;
      await this.#world.time.during(() => middle(moment));
      return this.#fall();
    }
    const answer = await this.#world.time.during(work);
    if (this.dead) return never();
    this.#tell({ call, moment: "after" });
    return dies("after") ? this.#fall() : answer;
  }

  #counted(call: string): string {
    const nth = (this.#counts.get(call) ?? 0) + 1;
    this.#counts.set(call, nth);
    return nth === 1 ? call : `${call} (${nth})`;
  }

  #parts(): Parts {
    const { journal, thread, source, scenario } = this.#world;
    const clock = this.#clock;
    const { metrics } = scenario;
    const mine = {
      journal: {
        ...journal,
        read: async (stream: StreamName, after?: number) => {
          if (this.dead) return never();
          const read = await this.#world.time.during(() => journal.read(stream, after));
          return this.dead ? never() : read;
        },
        append: (writes: Write[]) => this.#call(writes.flatMap(this.#inWords), () => journal.append(writes)),
        streams: async (prefix: string) => {
          const names = await this.#world.time.during(() => journal.streams(prefix));
          return this.dead ? never() : names;
        },
        watch: (listener: (stream: StreamName) => void) =>
          journal.watch((stream) => {
            if (!this.dead) listener(stream);
          }),
      },
      leases: this.#leases(),
    };
    return {
      settings: scenario.settings,
      ...mine,
      targets: new Targets({ journal: mine.journal, clock }),
      freezes: new Freezes({ journal: mine.journal, clock }),
      fleet: this.#fleet(),
      inventory: { read: never },
      metrics: {
        ask: (...asked) => this.#call(["ask metrics"], () => metrics.ask(...asked)),
        monitors: () => this.#call(["ask monitors"], async () => ({ ok: true, value: [this.#world.monitor()] })),
        mark: (...asked) => this.#call(["mark"], () => metrics.mark(...asked)),
      },
      source: {
        resolve: (...asked) => this.#call(["resolve"], () => source.resolve(asked[0], asked[1])),
        isOn: () => this.#call(["is on"], () => source.isOn()),
        compare: () => this.#call(["compare"], () => source.compare()),
        archive: (...asked) => this.#call(["archive"], () => source.archive(asked[0], asked[1])),
      },
      thread: {
        post: (channel, message, as) =>
          this.#call([`post ${this.#shown(as.key)}`], () => thread.post(channel, message, as)),
        update: (place, message) => this.#call(["update"], () => thread.update(place, message)),
        find: (channel, wanted) => this.#call(["find"], () => thread.find(channel, wanted)),
      },
      people: {
        members: async () => ({ ok: true, ids: [] }),
        timeZone: async () => ({ ok: true, zone: "Europe/Zurich" }),
      },
      clock,
      names: { fresh: () => this.#world.freshName() },
      log: {
        debug() {},
        info() {},
        warn() {},
        error: (message, fields) => {
          if (!this.dead) this.#world.faults.push(`${message}: ${inspect(fields, { depth: 4, breakLength: 160 })}`);
        },
      },
    };
  }

  #leases(): Parts["leases"] {
    const { leases } = this.#world;
    const kind = (name: string) => name.replace(/\/.*$/, "");
    return {
      // Renewed as time passes: that changes nothing.
      acquire: (name, owner, forMs) => {
        const acquire = () => leases.acquire(name, owner, forMs);
        if (!this.#held.has(`${name} ${owner}`)) {
          this.#held.add(`${name} ${owner}`);
          return this.#call([`take lease ${kind(name)}`], acquire);
        }
        return this.dead ? never() : this.#world.time.during(acquire);
      },
      release: (name, owner) => this.#call([`release lease ${kind(name)}`], () => leases.release(name, owner)),
    };
  }
  readonly #held = new Set<string>();

  #fleet(): Parts["fleet"] {
    const { fleet } = this.#world;
    const order = (host: string, work: (signal: AbortSignal) => Promise<HostOutcome>) => async (moment: Moment) => {
      const hold = fleet.hold(host);
      const outcome = work(moment === "cut" ? this.#line.signal : new AbortController().signal);
      await Promise.race([hold.begun, outcome]);
      // One that came to nothing has not come to the restart: whoever comes next would be held there for ever.
      void outcome.then(hold.letGo);
      // Whoever comes next has to wait for what lives on.
      if (moment === "livesOn") this.#world.later(hold.letGo);
      else this.#line.abort();
      if (moment === "cut") await outcome;
    };
    return {
      prepare: (host, what, signal) =>
        this.#call(
          [`prepare ${host.name}`],
          () => fleet.prepare(host, what),
          async (moment) => {
            if (moment === "cut") fleet.cutOff(host.name, what.release);
            else await fleet.prepare(host, what);
            return signal;
          },
        ),
      rollOut: (host, what, signal) =>
        this.#call(
          [`roll out ${host.name}`],
          () => fleet.rollOut(host, what, signal),
          order(host.name, (own) => fleet.rollOut(host, what, own)),
        ),
      rollBack: (host, what, signal) =>
        this.#call(
          [`roll back ${host.name}`],
          () => fleet.rollBack(host, what, signal),
          order(host.name, (own) => fleet.rollBack(host, what, own)),
        ),
      inspect: (host) => this.#call([`inspect ${host.name}`], () => fleet.inspect(host)),
      fence: (host, what) => this.#call([`fence ${host.name}`], () => fleet.fence(host, what)),
      close: () => this.#call(["close connections"], () => fleet.close()),
    };
  }

  /** Of a line: the fact that it tells of. */
  #shown(key: string): string {
    const version = Number(/\/(\d+)$/.exec(key)?.[1] ?? Number.NaN);
    const fact = this.#world.facts[version - 1];
    return fact ? factInWords(fact) : "the message";
  }

  readonly #inWords = ({ stream, facts }: Write): string[] =>
    facts.map((fact) => {
      const [kind] = stream.split("/");
      if (kind !== "thread") return `write ${kind} ${factInWords(fact)}`;
      if (typeof fact.version === "number") return `write thread ${fact.kind} ${this.#shown(`/${fact.version}`)}`;
      return `write thread ${fact.kind} ${fact.kind === "posting" ? this.#shown(String(fact.key)) : ""}`;
    });
}

function factInWords(fact: StoredFact): string {
  const { kind, host, phase, which, batch } = fact;
  return [kind, host, phase, which, batch].filter((word) => word !== undefined).join(" ");
}
