// What a connection is spoken over: a socket of our own, or a tunnel through a gateway. Knows no SSH.

import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Host } from "../../deploy/order.ts";

/** `bytesRead`: what has come from the other side so far. */
export type Wire = Duplex & { readonly bytesRead: number };

/** All that is written in one turn of the event loop becomes one call of the system: each call may hold up this process while the reader on the other side is woken. */
export function gathering<T extends Duplex>(wire: T): T {
  const write = wire.write.bind(wire) as (...piece: unknown[]) => boolean;
  let gathers = false;
  wire.write = (...piece: unknown[]) => {
    if (!gathers) {
      gathers = true;
      wire.cork();
      process.nextTick(() => {
        gathers = false;
        wire.uncork();
      });
    }
    return write(...piece);
  };
  return wire;
}

/** Resolves once all that was written is with the system, or the wire is gone: until then it lies in this process' memory. */
export function drained(wire: Duplex): Promise<void> {
  if (!wire.writableNeedDrain || wire.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      wire.off("drain", end);
      wire.off("close", end);
      resolve();
    };
    wire.on("drain", end);
    wire.on("close", end);
  });
}

/** Emits `connect`, or `error` and `close`. */
export function openSocket({ address, port }: Pick<Host, "address" | "port">): Socket {
  // With Nagle's algorithm a handshake takes half as long again.
  return gathering(connect({ host: address, port, noDelay: true }));
}
