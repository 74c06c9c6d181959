// TCP ports for servers that have to know their port before they listen. Knows no server.

import { once } from "node:events";
import { createServer, type Server } from "node:net";

// Below the range from which systems take the ports of outgoing connections (from 32768 on Linux, 49152 on macOS):
// else a connection of the load could sit on a service's port just while that service restarts.
const lowest = 20_000;
const highest = 32_000;

/** One of them, below `below`. */
export async function freePort(below = highest): Promise<number> {
  const [port = 0] = await freePorts(1, below);
  return port;
}

/** `count` different ports that were free on 127.0.0.1 a moment ago. */
export async function freePorts(count: number, below = highest): Promise<number[]> {
  const held: Server[] = [];
  const ports: number[] = [];
  try {
    while (ports.length < count) {
      const port = lowest + Math.floor(Math.random() * (below - lowest));
      const server = await listenOn(port);
      if (server === null) continue;
      held.push(server);
      ports.push(port);
    }
  } finally {
    await Promise.all(held.map((server) => new Promise((closed) => server.close(closed))));
  }
  return ports;
}

async function listenOn(port: number): Promise<Server | null> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return server;
  } catch {
    return null;
  }
}
