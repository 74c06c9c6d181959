// From a host to an open connection: our keys, the keys that are known of it, and the way there, through gateways where it has one. Knows no deploy.

import type { Gateway, Host } from "../../deploy/order.ts";
import { type Caller, type Connection, connect, type Route } from "./connect.ts";
import { Gateways } from "./gateways.ts";
import type { Keepalive } from "./keepalive.ts";
import { type KeyOptions, Keyring } from "./keyring.ts";
import { KnownHosts } from "./known-hosts.ts";
import { Routes } from "./routes.ts";
import { Stopwatch } from "./stopwatch.ts";
import { NoConnection } from "./trouble.ts";

export interface DialOptions extends KeyOptions {
  /** Paths of known_hosts files. A host whose key is in none of them is refused. */
  knownHosts: string[];
  /** For the whole of connecting, waiting in line for other hosts not counted; the same again for the gateway, when that is called first. */
  connectTimeoutMs?: number;
  /** By name, as in hosts: how many connections to it carry hosts, at most. 4 when left out. */
  gateways?: Record<string, { connections: number }>;
  limits?: Partial<Limits>;
}

export interface Limits {
  /** Connections that begin at a time, for each server, or for each gateway with all that is behind it. */
  starts: number;
  /** Hosts that are worked on at the same time; and behind each gateway. Open connections on which nothing is under way do not count. */
  atOnce: number;
  perGateway: number;
}

export const usualLimits: Limits = { starts: 8, atOnce: 256, perGateway: 64 };
const usualConnections = 4;
const usualTimeoutMs = 5_000;

export class Dialling {
  readonly #timeoutMs: number;
  readonly #keyring: Keyring;
  readonly #known: KnownHosts;
  readonly #routes: Routes;
  readonly #gateways: Gateways;

  constructor(options: DialOptions, keepalive: Keepalive) {
    this.#timeoutMs = options.connectTimeoutMs ?? usualTimeoutMs;
    this.#keyring = new Keyring(options);
    this.#known = new KnownHosts(options.knownHosts);
    this.#routes = new Routes(options.limits?.starts ?? usualLimits.starts);
    this.#gateways = new Gateways({
      most: (name) => options.gateways?.[name]?.connections ?? usualConnections,
      open: async (gateway, signal) => {
        const connection = await this.#connect(gateway, { route: this.#routes.direct(gateway), signal });
        // Those behind it depend on it whatever they do.
        keepalive.watch(connection, () => true);
        return connection;
      },
    });
  }

  /** Rejects with `NoConnection`. */
  dial(host: Host, signal: AbortSignal): Promise<Connection> {
    return this.#connect(host, { route: this.#routeTo(host), signal });
  }

  /** Shows the host's key and what is wrong with it. Always rejects with `NoConnection`: `noLogin` when the host has proved that the key is its own. */
  async look(host: Host, signal: AbortSignal, look: NonNullable<Caller["look"]>): Promise<void> {
    const connection = await this.#connect(host, { route: this.#routeTo(host), signal, look });
    connection.destroy();
  }

  #routeTo(host: Host): Route {
    const { gateway } = host;
    return gateway ? this.#routes.through(gateway, host, this.#gateways) : this.#routes.direct(host);
  }

  /** Resolves when the gateways that carry nobody any more are left. */
  gatewaysLeft(): Promise<void> {
    return this.#gateways.ended();
  }

  async #connect({ address, port, user }: Host | Gateway, { route, signal, look }: Asked): Promise<Connection> {
    const methods = look ? [] : await this.#keyring.methods(user);
    const keys = await this.#known.keysOf(address, port).catch((error: Error) => {
      throw new NoConnection("unknownHostKey", error.message);
    });
    const known = { address, keys, files: this.#known.paths };
    const caller = { user, known, methods, ...(look && { look }) };
    return connect(caller, route, { watch: new Stopwatch(this.#timeoutMs), signal });
  }
}

interface Asked {
  route: Route;
  signal: AbortSignal;
  look?: NonNullable<Caller["look"]>;
}
