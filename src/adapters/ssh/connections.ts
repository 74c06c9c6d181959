// One connection per host, opened once and kept. Knows no deploy.

import type { Host } from "../../deploy/order.ts";
import { type Connection, connect, type Login } from "./connect.ts";
import { Places } from "./places.ts";
import { NoConnection } from "./trouble.ts";

/** Handshakes at once. Each costs some ms of this process, and all of them together must not starve its event loop. */
const startsAtOnce = 8;

/** How long a connection may take to say goodbye. */
const goodbyeMs = 1_000;

interface Kept {
  opening: Promise<Connection>;
  cancel: AbortController;
}

export class Connections {
  readonly #login: () => Promise<Login>;
  readonly #places = new Places(startsAtOnce);
  readonly #kept = new Map<string, Kept>();

  constructor(login: () => Promise<Login>) {
    this.#login = login;
  }

  /** The connection to this host; `reused` says that it was open before. Rejects with `NoConnection`. */
  async get(host: Host, signal: AbortSignal): Promise<{ connection: Connection; reused: boolean }> {
    const kept = this.#kept.get(keyOf(host));
    const { opening } = kept ?? this.#open(host);
    return { connection: await orAborted(opening, signal), reused: kept !== undefined };
  }

  /** Ends the connections to these hosts, all when left out, and waits until their sockets are gone. */
  async close(hosts?: Host[]): Promise<void> {
    const keys = hosts ? hosts.map(keyOf) : [...this.#kept.keys()];
    await Promise.all(
      keys.map(async (key) => {
        const kept = this.#kept.get(key);
        if (!kept) return;
        this.#kept.delete(key);
        kept.cancel.abort();
        const connection = await kept.opening.catch(() => null);
        if (connection) await sayGoodbye(connection);
      }),
    );
  }

  /** Shared by everybody who asks meanwhile, so it does not end when one of them stops waiting. */
  #open(host: Host): Kept {
    const cancel = new AbortController();
    const opening = this.#login().then((login) => connect(host, login, this.#places, cancel.signal));
    const kept: Kept = { opening, cancel };
    const key = keyOf(host);
    this.#kept.set(key, kept);
    const forget = () => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    };
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
