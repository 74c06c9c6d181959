// One connection per host, opened once, kept, and shared by everybody who works on that host at the same time. Knows no deploy.

import { setMaxListeners } from "node:events";
import type { Host } from "../../deploy/order.ts";
import { orStopped } from "./attempt.ts";
import type { Connection } from "./connect.ts";
import { Dialling, type DialOptions, usualLimits } from "./dialling.ts";
import { Farewells } from "./farewells.ts";
import { Keepalive } from "./keepalive.ts";
import { enterAll, type Leave, Places, PlacesByName } from "./places.ts";

export interface ConnectionOptions extends DialOptions {
  /** How often a silent connection is tried while something is under way on it, and a fifteenth as often while not; two tries without an answer end it. */
  keepaliveMs?: number;
}

const usualKeepaliveMs = 2_000;

interface Kept {
  key: string;
  host: Host;
  opening: Promise<Connection>;
  cancel: AbortController;
  /** How many are at work on it, those included who still wait for it. */
  users: number;
  /** How many have, or wait for, the host's place among those that are worked on: it has one, however many work on it. */
  working: number;
  place: Promise<Leave> | null;
  /** It was closed while others were at work on it: the last of them ends it. */
  unwanted: boolean;
}

export class Connections {
  readonly #keepalive: Keepalive;
  readonly #dialling: Dialling;
  readonly #atOnce: Places;
  readonly #perGateway: PlacesByName;
  readonly #kept = new Map<string, Kept>();
  readonly #farewells = new Farewells();

  constructor(options: ConnectionOptions) {
    const { atOnce, perGateway } = { ...usualLimits, ...options.limits };
    this.#keepalive = new Keepalive(options.keepaliveMs ?? usualKeepaliveMs);
    this.#dialling = new Dialling(options, this.#keepalive);
    this.#atOnce = new Places(atOnce);
    this.#perGateway = new PlacesByName(perGateway);
  }

  /** Open, or being opened. */
  get count(): number {
    return this.#kept.size;
  }

  /**
   * Does `work` on the connection to this host, which stays open meanwhile whoever closes it, but for a `close` of everything; `reused`
   * says that it was open before. Rejects with `NoConnection`, and as `work` does.
   */
  async use<T>(
    host: Host,
    signal: AbortSignal,
    work: (connection: Connection, reused: boolean) => Promise<T>,
  ): Promise<T> {
    setMaxListeners(0, signal); // one signal may stop a whole fleet
    const open = this.#kept.get(keyOf(host));
    const kept = open ?? this.#open(host);
    kept.users += 1;
    try {
      const connection = await orStopped(kept.opening, signal);
      // Only now: a host that cannot be reached holds up nobody.
      const leave = await this.#enter(kept, signal);
      try {
        // One that has died in line is not news about the host either.
        return await work(connection, open !== undefined || connection.over.aborted);
      } finally {
        leave();
      }
    } finally {
      kept.users -= 1;
      if (kept.unwanted && kept.users === 0) this.#end(kept);
    }
  }

  /**
   * Ends the connections to these hosts on which nothing is under way; on the others as soon as the last of it is over, which is not
   * waited for. Left out, all connections end, whatever is under way, and all of their sockets are gone when it resolves.
   */
  async close(hosts?: Host[]): Promise<void> {
    if (!hosts) {
      for (const kept of [...this.#kept.values()]) this.#end(kept);
      await this.#farewells.said();
    } else {
      const idle = hosts.flatMap((host) => {
        const kept = this.#kept.get(keyOf(host));
        if (kept) kept.unwanted = true;
        return kept?.users === 0 ? kept : [];
      });
      await Promise.all(idle.map((kept) => this.#end(kept)));
    }
    await this.#dialling.gatewaysLeft();
  }

  /** Gives the host its place among those that are worked on; the last who works on it leaves it. */
  async #enter(kept: Kept, signal: AbortSignal): Promise<Leave> {
    const { gateway } = kept.host;
    const behind = gateway ? [() => this.#perGateway.enter(gateway.name)] : [];
    kept.place ??= enterAll([...behind, () => this.#atOnce.enter()]);
    const { place } = kept;
    kept.working += 1;
    const leave = () => {
      kept.working -= 1;
      if (kept.working > 0) return;
      kept.place = null;
      void place.then((leavePlace) => leavePlace());
    };
    await orStopped(place, signal).catch((error) => {
      leave();
      throw error;
    });
    return leave;
  }

  /** Whoever comes now opens a new one. */
  #end(kept: Kept): Promise<void> {
    this.#forget(kept);
    kept.cancel.abort();
    return this.#farewells.say(kept.opening);
  }

  #forget(kept: Kept): void {
    if (this.#kept.get(kept.key) === kept) this.#kept.delete(kept.key);
  }

  /** Shared by everybody who asks meanwhile, so it does not end when one of them stops waiting. */
  #open(host: Host): Kept {
    const cancel = new AbortController();
    const opening = this.#dialling.dial(host, cancel.signal);
    const counts = { users: 0, working: 0, place: null };
    const kept: Kept = { key: keyOf(host), host, opening, cancel, ...counts, unwanted: false };
    this.#kept.set(kept.key, kept);
    const forget = () => this.#forget(kept);
    opening.then((connection) => {
      if (connection.over.aborted) forget();
      connection.over.addEventListener("abort", forget, { once: true });
      this.#keepalive.watch(connection, () => kept.users > 0);
    }, forget);
    return kept;
  }
}

function keyOf({ user, address, port, gateway }: Host): string {
  return JSON.stringify([user, address, port, gateway && [gateway.user, gateway.address, gateway.port]]);
}
