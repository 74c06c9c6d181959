// Hosts in memory that keep what the port promises: one order at a time, the highest token, the release. One can be held up in the middle of an order, or
// be told to fail. Several bots may share them. Knows no SSH.

import type { Host, Site } from "../../src/deploy/order.ts";
import type {
  Fleet,
  HostOutcome,
  HostTrouble,
  Inspection,
  Preparation,
  Prepare,
  RollBack,
  RollOut,
} from "../../src/ports/fleet.ts";

/** An order that came to a host, and what became of it. */
export interface Ordered {
  host: string;
  release: string | null;
  token: number;
  became: "done" | "nothing to do" | HostTrouble;
}

interface MemoryHost {
  current: string | null;
  previous: string | null;
  healthy: string | null;
  releases: Set<string>;
  /** Releases that were cut off while they were being put there: nothing may run them. */
  half: Set<string>;
  token: number;
  /** Releases that the service was restarted with, in order. */
  restarts: string[];
  turn: Promise<unknown>;
}

/** A host that stops in the middle of its next order, when the service is being restarted. */
export interface Hold {
  begun: Promise<void>;
  letGo(): void;
}

interface Holding {
  begin(): void;
  over: Promise<void>;
}

const FIRST_RELEASE = "20261101120000-0000000";

export class MemoryFleet implements Fleet {
  /** Every order that changed something or wanted to, oldest first. */
  readonly ordered: Ordered[] = [];
  readonly #hosts = new Map<string, MemoryHost>();
  readonly #holds = new Map<string, Holding>();
  readonly #failures = new Map<string, HostTrouble>();
  readonly #first: string;

  /** `first`: what all of them run in the beginning. */
  constructor(first = FIRST_RELEASE) {
    this.#first = first;
  }

  /** The next order to this host does not get beyond the restart before it is let go of. It ends at once when it is stopped. */
  hold(host: string): Hold {
    let begin = () => {};
    let letGo = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const over = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    this.#holds.set(host, { begin, over });
    return { begun, letGo };
  }

  /** The next order to this host fails before anything is touched. */
  fail(host: string, trouble: HostTrouble): void {
    this.#failures.set(host, trouble);
  }

  /** The line breaks while a release is being put on a host. */
  cutOff(host: string, release: string): void {
    this.#host(host).half.add(release);
  }

  /** As somebody else left it. */
  set(host: string, { current, healthy }: Pick<MemoryHost, "current" | "healthy">): void {
    Object.assign(this.#host(host), { current, healthy });
  }

  at(host: string): Readonly<MemoryHost> {
    return this.#host(host);
  }

  async prepare({ name }: Host, { release }: Prepare): Promise<Preparation> {
    this.#put(this.#host(name), release);
    return { ok: true, sent: 0, output: "" };
  }

  rollOut({ name }: Host, { release, token }: RollOut, signal: AbortSignal): Promise<HostOutcome> {
    return this.#change(name, { release, token }, signal);
  }

  rollBack({ name }: Host, { to, token }: RollBack, signal: AbortSignal): Promise<HostOutcome> {
    return this.#change(name, { release: to, token }, signal);
  }

  async inspect({ name }: Host): Promise<Inspection> {
    const { current, healthy, releases } = this.#host(name);
    return { ok: true, current, healthy, releases: [...releases] };
  }

  fence(host: Host, { token }: { site: Site; token: number }): Promise<Inspection> {
    return this.#inTurn(host.name, async (state): Promise<Inspection> => {
      if (token < state.token) return { ok: false, trouble: "fenced", detail: `has seen ${state.token}` };
      state.token = token;
      return this.inspect(host);
    });
  }

  async close(): Promise<void> {}

  #change(
    name: string,
    { release, token }: { release: string | null; token: number },
    signal: AbortSignal,
  ): Promise<HostOutcome> {
    return this.#inTurn(name, async (state) => {
      if (signal.aborted) return failed(state, "aborted", "no");
      const order: Ordered = { host: name, release, token, became: "done" };
      this.ordered.push(order);
      const outcome = await this.#switch(name, { state, order }, signal);
      if (!outcome.ok) order.became = outcome.trouble;
      return outcome;
    });
  }

  async #switch(
    name: string,
    { state, order }: { state: MemoryHost; order: Ordered },
    signal: AbortSignal,
  ): Promise<HostOutcome> {
    const { release, token } = order;
    if (token < state.token) return failed(state, "fenced", "no");
    state.token = token;
    const failure = this.#failures.get(name);
    this.#failures.delete(name);
    if (failure) return failed(state, failure, "no");
    if (state.current === release && state.healthy === release) {
      order.became = "nothing to do";
      return { ok: true, previous: state.previous, output: "" };
    }
    if (state.current !== release) state.previous = state.current;
    state.current = release;
    if (release) this.#put(state, release);
    if (release) state.restarts.push(release);
    const held = this.#holds.get(name);
    this.#holds.delete(name);
    held?.begin();
    await Promise.race([held?.over, stopped(signal, held)]);
    if (signal.aborted) return failed(state, "aborted", "yes");
    state.healthy = release;
    return { ok: true, previous: state.previous, output: "" };
  }

  /** Whole: what was cut off before is begun again. */
  #put({ releases, half }: MemoryHost, release: string): void {
    half.delete(release);
    releases.add(release);
  }

  #host(name: string): MemoryHost {
    const known = this.#hosts.get(name);
    if (known) return known;
    const fresh: MemoryHost = {
      current: this.#first,
      previous: null,
      healthy: this.#first,
      releases: new Set([this.#first]),
      half: new Set(),
      token: 0,
      restarts: [],
      turn: Promise.resolve(),
    };
    this.#hosts.set(name, fresh);
    return fresh;
  }

  /** As under the lock in the deploy directory. */
  #inTurn<T>(name: string, work: (state: MemoryHost) => Promise<T>): Promise<T> {
    const state = this.#host(name);
    const turn = state.turn.then(() => work(state));
    state.turn = turn;
    return turn;
  }
}

function failed({ previous }: MemoryHost, trouble: HostTrouble, touched: "no" | "yes"): HostOutcome {
  return { ok: false, trouble, touched, previous, detail: trouble, output: "" };
}

function stopped(signal: AbortSignal, held: Holding | undefined): Promise<void> | undefined {
  if (!held || signal.aborted) return undefined;
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
