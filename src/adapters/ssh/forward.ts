// Asks a gateway for one channel to a host behind it, and says in words why there is none. Knows one connection only.

import type { ClientChannel } from "ssh2";
import type { Gateway, Host } from "../../deploy/order.ts";
import { type Call, stopped } from "./attempt.ts";
import type { Connection } from "./connect.ts";
import { NoConnection } from "./trouble.ts";

/**
 * `full`: it opens no more channels, on this connection or at all. `unreachable`: it does not get through to the host. `lost`: the connection to
 * it ended.
 */
export interface Refused {
  refused: "full" | "unreachable" | "lost";
  detail: string;
}

export interface Way {
  host: Host;
  gateway: Gateway;
  call: Call;
}

/** RFC 4254, 5.1: all other reasons are about the host. */
const prohibited = 1;
const shortage = 4;

/** Rejects with `NoConnection` when the caller stops. A channel that comes too late is closed. */
export function forward(connection: Connection, way: Way): Promise<ClientChannel | Refused> {
  const { gateway, call } = way;
  const { watch, signal } = call;
  return new Promise((resolve, reject) => {
    let over = false;
    const end = (settle: () => void) => {
      if (over) return;
      over = true;
      watch.halt();
      clearTimeout(timer);
      connection.over.removeEventListener("abort", lost);
      signal.removeEventListener("abort", stop);
      settle();
    };
    const refuse = (refused: Refused["refused"], detail: string) => end(() => resolve({ refused, detail }));
    const lost = () => refuse("lost", hungUp(gateway).message);
    const stop = () => end(() => reject(stopped()));
    watch.go();
    const timer = setTimeout(() => refuse("unreachable", noAnswer(way)), watch.leftMs);
    connection.over.addEventListener("abort", lost);
    signal.addEventListener("abort", stop);
    if (connection.over.aborted) return lost();
    if (signal.aborted) return stop();
    ask(connection, way, (error, channel) => {
      if (over) channel?.close();
      else if (channel) end(() => resolve(channel));
      else if (connection.over.aborted) lost();
      else refuse(...explain(way, error));
    });
  });
}

export function hungUp({ name }: Gateway): NoConnection {
  return new NoConnection("gatewayDown", `the connection to the gateway ${name} was lost`);
}

type Answered = (error: Error | undefined, channel?: ClientChannel) => void;

function ask(connection: Connection, { host }: Way, answered: Answered): void {
  try {
    connection.client.forwardOut("127.0.0.1", 0, host.address, host.port, answered);
  } catch (error) {
    answered(error as Error);
  }
}

function noAnswer({ gateway, host, call }: Way): string {
  return `the gateway ${gateway.name} cannot reach ${host.name}: no answer within ${call.watch.limitMs / 1000} s`;
}

function explain({ gateway, host }: Way, error?: Error & { reason?: number }): [Refused["refused"], string] {
  const words = (error?.message ?? "").replace(/^\(SSH\) Channel open failure: ?/, "").trim();
  if (error?.reason === prohibited || error?.reason === shortage) {
    return ["full", `the gateway ${gateway.name} opens no connection to ${host.name}: ${words || "it is not allowed"}`];
  }
  return ["unreachable", `the gateway ${gateway.name} cannot reach ${host.name}: ${words || "it does not say why"}`];
}
