// Hosts that are reached through others: one connection to a gateway carries many of them, and a further one is opened when it takes no more. Knows no host's
// own connection.

import { setMaxListeners } from "node:events";
import type { ClientChannel } from "ssh2";
import type { Gateway, Host } from "../../deploy/order.ts";
import { type Call, orStopped, stopped } from "./attempt.ts";
import type { Connection } from "./connect.ts";
import { Farewells } from "./farewells.ts";
import { forward, hungUp, type Refused } from "./forward.ts";
import { NoConnection } from "./trouble.ts";
import { Tunnel } from "./tunnel.ts";

interface Carrier {
  opening: Promise<Connection>;
  cancel: AbortController;
  /** Hosts behind it, those included that still wait for it. */
  load: number;
  /** The gateway has refused one more, or only that one host, which looks the same: tried last until one leaves. */
  full: boolean;
  over: boolean;
}

export interface GatewayOptions {
  open(gateway: Gateway, signal: AbortSignal): Promise<Connection>;
  /** Connections to the gateway of this name at most. */
  most(name: string): number;
}

export class Gateways {
  readonly #options: GatewayOptions;
  readonly #carriers = new Map<string, Carrier[]>();
  readonly #farewells = new Farewells();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** A wire to this host. Rejects with `NoConnection`: the gateway's own trouble, or that it does not reach the host. */
  async reach(host: Host, gateway: Gateway, call: Call): Promise<Tunnel> {
    setMaxListeners(0, call.signal);
    const tried = new Set<Carrier>();
    let lost = 0;
    for (let words = `the gateway ${gateway.name} carries no more hosts`; ; ) {
      const carrier = this.#pick(gateway, tried);
      if (!carrier) throw takesNoMore(words, this.#options.most(gateway.name));
      const fresh = carrier.load === 0;
      carrier.load += 1;
      const answer = await this.#ask(carrier, { host, gateway, call }).catch((error) => {
        this.#leave(carrier, gateway);
        throw error;
      });
      if (answer instanceof Tunnel) {
        answer.once("close", () => this.#leave(carrier, gateway));
        return answer;
      }
      this.#leave(carrier, gateway);
      words = answer.detail;
      tried.add(carrier);
      if (answer.refused === "full" && carrier.load > 0) carrier.full = true;
      // One that had died unnoticed says nothing of the gateway as it is now.
      else if (answer.refused === "lost" && !fresh && lost++ === 0) continue;
      else throw new NoConnection("gatewayDown", words);
    }
  }

  async #ask(carrier: Carrier, way: { host: Host; gateway: Gateway; call: Call }): Promise<Tunnel | Refused> {
    const { host, gateway, call } = way;
    const connection = await orStopped(carrier.opening, call.signal).catch((error: NoConnection) => {
      throw call.signal.aborted ? stopped() : cannotBeUsed(gateway, error);
    });
    const answer: ClientChannel | Refused = await forward(connection, { host, gateway, call });
    if ("refused" in answer) return answer;
    return new Tunnel(answer, connection.over, hungUp(gateway));
  }

  /** The first that may take one more; null when none does and no more may be opened. */
  #pick(gateway: Gateway, tried: Set<Carrier>): Carrier | null {
    const carriers = this.#carriers.get(keyOf(gateway)) ?? [];
    const left = carriers.filter((carrier) => !tried.has(carrier));
    const free = left.find(({ full }) => !full);
    if (free || carriers.length >= this.#options.most(gateway.name)) return free ?? left[0] ?? null;
    return this.#open(gateway);
  }

  #open(gateway: Gateway): Carrier {
    const cancel = new AbortController();
    const opening = this.#options.open(gateway, cancel.signal);
    const carrier: Carrier = { opening, cancel, load: 0, full: false, over: false };
    const key = keyOf(gateway);
    this.#carriers.set(key, [...(this.#carriers.get(key) ?? []), carrier]);
    const forget = () => this.#forget(carrier, gateway);
    opening.then((connection) => {
      setMaxListeners(0, connection.over);
      if (connection.over.aborted) forget();
      connection.over.addEventListener("abort", forget, { once: true });
    }, forget);
    return carrier;
  }

  /** A connection to a gateway that carries nobody ends. */
  #leave(carrier: Carrier, gateway: Gateway): void {
    carrier.load -= 1;
    carrier.full = false;
    if (carrier.load === 0) this.#end(carrier, gateway);
  }

  #end(carrier: Carrier, gateway: Gateway): void {
    this.#forget(carrier, gateway);
    if (carrier.over) return;
    carrier.over = true;
    carrier.cancel.abort();
    this.#farewells.say(carrier.opening);
  }

  #forget(carrier: Carrier, gateway: Gateway): void {
    const key = keyOf(gateway);
    const left = (this.#carriers.get(key) ?? []).filter((one) => one !== carrier);
    if (left.length > 0) this.#carriers.set(key, left);
    else this.#carriers.delete(key);
  }

  /** Resolves when the sockets of all connections that have carried their last host are gone. */
  ended(): Promise<void> {
    return this.#farewells.said();
  }
}

function keyOf({ user, address, port }: Gateway): string {
  return JSON.stringify([user, address, port]);
}

function cannotBeUsed({ name }: Gateway, { message }: Error): NoConnection {
  return new NoConnection("gatewayDown", `no connection to the gateway ${name}: ${message}`);
}

function takesNoMore(words: string, most: number): NoConnection {
  const connections = most === 1 ? "the one connection to it is" : `all ${most} connections to it are`;
  return new NoConnection("gatewayDown", `${words}; ${connections} in use`);
}
