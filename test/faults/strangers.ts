// Those who answer on a host's port and are no SSH server, or none that goes on. Know no deploy.

import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import type { Host } from "../../src/deploy/order.ts";

/** What each of them does with a caller. */
const MANNERS = {
  // Reads what it is sent, so that it notices who leaves.
  "never answers": () => createServer((socket) => socket.resume()),
  "says who it is and nothing more": () => createServer((socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n")),
  "drips garbage": () =>
    createServer((socket) => {
      const drip = setInterval(() => socket.write("\x07\x03"), 50);
      socket.on("close", () => clearInterval(drip));
    }),
  "hangs up at once": () => createServer((socket) => socket.end()),
  "resets at once": () => createServer((socket) => socket.resetAndDestroy()),
  "is a web server": () =>
    createHttpServer((_, response) => {
      response.end("welcome");
    }),
};

export type Manner = keyof typeof MANNERS;

export class Strangers {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  /** Callers that they all together had at the same time, at most. */
  mostAtOnce = 0;

  /** A host that behaves like this from its first byte on. */
  async host(name: string, manner: Manner): Promise<Host> {
    const server = MANNERS[manner]();
    this.#servers.push(server);
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket.on("error", () => {}));
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#sockets.size);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    return { name, address: "127.0.0.1", port, user: "deploy" };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  }
}
