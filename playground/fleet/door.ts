// The TCP port of one demo host: open, shut, or open with nobody answering. Knows nothing of SSH.

import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

export interface Door {
  /** Listens, and lets everybody in who waited while it was hung. */
  up(): Promise<void>;
  /** Refuses connections; those that exist are cut. */
  down(): Promise<void>;
  /** Goes on accepting connections but answers nothing any more, also not on those that exist. */
  hang(): Promise<void>;
}

/** Listens on 127.0.0.1 once it is `up`. `enter` gets each connection. */
export function makeDoor(port: number, enter: (socket: Socket) => void): Door {
  const sockets = new Set<Socket>();
  const waiting = new Set<Socket>();
  let server: Server | null = null;
  let hung = false;

  function arrive(socket: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {}); // the other side may vanish at any time; `close` follows
    socket.once("close", () => {
      sockets.delete(socket);
      waiting.delete(socket);
    });
    if (hung) waiting.add(socket);
    else enter(socket);
  }

  async function listen(): Promise<void> {
    if (server !== null) return;
    server = createServer({ pauseOnConnect: true }, arrive);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  }

  return {
    async up() {
      await listen();
      if (!hung) return;
      hung = false;
      for (const socket of sockets) {
        socket.uncork();
        if (waiting.delete(socket)) enter(socket);
        else socket.resume();
      }
    },
    async down() {
      const closing = server;
      server = null;
      hung = false;
      const closed = new Promise<void>((done) => (closing === null ? done() : closing.close(() => done())));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async hang() {
      await listen();
      if (hung) return;
      hung = true;
      for (const socket of sockets) {
        socket.pause();
        socket.cork();
      }
    },
  };
}
