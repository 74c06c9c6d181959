// A TCP proxy on loopback that can fall silent, cut what goes through it, or slow it down: the network on a bad day.

import { connect, createServer, type Socket } from "node:net";

export interface FaultyLine {
  port: number;
  /** Connections that were made to it so far, and those that are open. */
  connections(): { ever: number; open: number };
  /** Bytes that went towards the server so far. */
  sent(): number;
  /** Nothing passes any more, in either direction, and nothing is closed. */
  fallSilent(): void;
  /** New connections pass again; those that fell silent stay so. */
  recover(): void;
  /** From here on at most so many bytes per second pass on a connection, in each direction. */
  slowDown(bytesPerSecond: number): void;
  /** Ends all connections with a reset. */
  reset(): void;
  /** Ends all connections with a FIN. */
  finish(): void;
  /** Resolves once so many bytes went towards the server. */
  untilSent(bytes: number): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(targetPort: number): Promise<FaultyLine> {
  const pairs = new Set<[Socket, Socket]>();
  const waiting = new Set<() => void>();
  let ever = 0;
  let sent = 0;
  let silence = { silent: false };
  let bytesPerSecond = Number.POSITIVE_INFINITY;
  const pace = (bytes: number) => (bytes / bytesPerSecond) * 1_000;
  const server = createServer((client) => {
    ever += 1;
    const within = silence;
    const target = connect(targetPort, "127.0.0.1");
    const pair: [Socket, Socket] = [client, target];
    pairs.add(pair);
    const towards = (bytes: number) => {
      sent += bytes;
      for (const check of waiting) check();
      return !within.silent;
    };
    pump(client, target, { passes: towards, pace });
    pump(target, client, { passes: () => !within.silent, pace });
    for (const end of pair) {
      end.on("error", () => {});
      end.on("close", () => {
        if (!within.silent) for (const each of pair) each.destroy();
        if (pair.every(({ destroyed }) => destroyed)) pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    connections: () => ({ ever, open: pairs.size }),
    sent: () => sent,
    fallSilent: () => {
      silence.silent = true;
    },
    recover: () => {
      silence = { silent: false };
    },
    slowDown: (rate) => {
      bytesPerSecond = rate;
    },
    reset: () => {
      for (const [client, target] of pairs) {
        client.resetAndDestroy();
        target.destroy();
      }
    },
    finish: () => {
      for (const pair of pairs) for (const end of pair) end.end();
    },
    untilSent: (bytes) =>
      new Promise((resolve) => {
        const check = () => {
          if (sent < bytes) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const pair of pairs) for (const end of pair) end.destroy();
      }),
  };
}

interface Passing {
  /** Asked for every piece. */
  passes(bytes: number): boolean;
  /** How long a piece takes, in ms. */
  pace(bytes: number): number;
}

function pump(from: Socket, to: Socket, { passes, pace }: Passing): void {
  from.on("data", (piece) => {
    if (!passes(piece.length)) return;
    const taken = to.write(piece);
    const takesMs = pace(piece.length);
    if (taken && takesMs === 0) return;
    from.pause();
    const later = () => setTimeout(() => from.resume(), takesMs);
    if (taken) later();
    else to.once("drain", later);
  });
}
