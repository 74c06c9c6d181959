// One connection per host, opened once, kept, and shared by everybody who works on that host at the same time. Knows no deploy.

import type { Host } from "../../deploy/order.ts";
import { type Connection, connect, type Login } from "./connect.ts";
import { Places } from "./places.ts";
import { NoConnection } from "./trouble.ts";

/** Handshakes at once. Each costs some ms of this process, and all of them together must not starve its event loop. */
const startsAtOnce = 8;

/** How long a connection may take to say goodbye. */
const goodbyeMs = 1_000;

interface Kept {
  key: string;
  opening: Promise<Connection>;
  cancel: AbortController;
  /** How many are at work on it, those included who still wait for it. */
  users: number;
  /** It was closed while others were at work on it: the last of them ends it. */
  unwanted: boolean;
}

export class Connections {
  readonly #login: () => Promise<Login>;
  readonly #places = new Places(startsAtOnce);
  readonly #kept = new Map<string, Kept>();
  readonly #goodbyes = new Set<Promise<void>>();

  constructor(login: () => Promise<Login>) {
    this.#login = login;
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
    const open = this.#kept.get(keyOf(host));
    const kept = open ?? this.#open(host);
    kept.users += 1;
    try {
      return await work(await orAborted(kept.opening, signal), open !== undefined);
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
      await Promise.all(this.#goodbyes);
      return;
    }
    const idle = hosts.flatMap((host) => {
      const kept = this.#kept.get(keyOf(host));
      if (kept) kept.unwanted = true;
      return kept?.users === 0 ? kept : [];
    });
    await Promise.all(idle.map((kept) => this.#end(kept)));
  }

  /** Whoever comes now opens a new one. */
  #end(kept: Kept): Promise<void> {
    this.#forget(kept);
    kept.cancel.abort();
    const goodbye = kept.opening.then(sayGoodbye, () => {}).finally(() => this.#goodbyes.delete(goodbye));
    this.#goodbyes.add(goodbye);
    return goodbye;
  }

  #forget(kept: Kept): void {
    if (this.#kept.get(kept.key) === kept) this.#kept.delete(kept.key);
  }

  /** Shared by everybody who asks meanwhile, so it does not end when one of them stops waiting. */
  #open(host: Host): Kept {
    const cancel = new AbortController();
    const opening = this.#login().then((login) =>
      connect(host, login, { places: this.#places, signal: cancel.signal }),
    );
    const kept: Kept = { key: keyOf(host), opening, cancel, users: 0, unwanted: false };
    this.#kept.set(kept.key, kept);
    const forget = () => this.#forget(kept);
    opening.then((connection) => {
      if (connection.over.aborted) forget();
      connection.over.addEventListener("abort", forget, { once: true });
    }, forget);
    return kept;
  }
}

function keyOf(host: Host): string {
  return JSON.stringify([host.user, host.address, host.port]);
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new NoConnection("aborted", "stopped while connecting"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

function sayGoodbye(connection: Connection): Promise<void> {
  if (connection.over.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const hurry = setTimeout(() => connection.destroy(), goodbyeMs);
    connection.over.addEventListener(
      "abort",
      () => {
        clearTimeout(hurry);
        resolve();
      },
      { once: true },
    );
    connection.client.end();
  });
}
