// What a connection is spoken over: a socket of our own, or a tunnel through a gateway. Knows no SSH.

import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Host } from "../../deploy/order.ts";

/** `bytesRead`: what has come from the other side so far. */
export type Wire = Duplex & { readonly bytesRead: number };

/** Emits `connect`, or `error` and `close`. */
export function openSocket({ address, port }: Pick<Host, "address" | "port">): Socket {
  // With Nagle's algorithm a handshake takes half as long again.
  return connect({ host: address, port, noDelay: true });
}
