// Listens for DogStatsD over UDP as the tests' own ear: keeps every line it hears. Knows no service.

import { createSocket } from "node:dgram";
import { once } from "node:events";

export interface Heard {
  name: string;
  value: number;
  type: string;
  tags: Record<string, string>;
}

export interface Listener {
  address: string;
  port: number;
  /** Values of one metric so far, oldest first, of those lines that carry all of the tags. */
  values(name: string, tags: Record<string, string>): number[];
  heard: Heard[];
  close(): Promise<void>;
}

export async function startListener(): Promise<Listener> {
  const socket = createSocket("udp4");
  const heard: Heard[] = [];
  socket.on("message", (packet) => {
    for (const line of packet.toString().split("\n")) heard.push(parse(line));
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    ...socket.address(),
    heard,
    values(name, tags) {
      const wanted = Object.entries(tags);
      return heard
        .filter((one) => one.name === name && wanted.every(([tag, value]) => one.tags[tag] === value))
        .map((one) => one.value);
    },
    close: () => new Promise((closed) => socket.close(() => closed())),
  };
}

function parse(line: string): Heard {
  const [, name, value, type, tags] = /^([\w.]+):(-?[\d.]+)\|([cgh])\|#(.+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined || type === undefined || tags === undefined)
    throw new Error(`not a DogStatsD line: ${line}`);
  const pairs = tags.split(",").map((tag) => tag.split(":") as [string, string]);
  return { name, value: Number(value), type, tags: Object.fromEntries(pairs) };
}
