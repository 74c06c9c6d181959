// A process's sign of life: a Unix socket that answers who is there for as long as the process lives, whatever kills it. Process numbers would not
// do: two containers on one volume both have number 1, and a number is given out again. Knows nothing of what is claimed.

import { rename, rm } from "node:fs/promises";
import { createConnection, createServer, type Socket } from "node:net";

/** What is heard at a socket. A process that takes the call and says nothing in time lives, but is not known. */
export type Heard = { alive: false } | { alive: true; pid: number | null; owns: boolean };

export interface Presence {
  /** From now on it says that it owns what it came for. */
  own(): void;
  /** Falls silent and removes the socket. */
  end(): Promise<void>;
}

/** How long a process that has taken the call may take to answer: it may be busy. */
const answerMs = 1_000;

/** Answers at `path` until `end`. The socket gets its name only once it answers, so one with a name that refuses is dead for good. */
export async function beThere(path: string): Promise<Presence> {
  let owns = false;
  const callers = new Set<Socket>();
  const server = createServer((caller) => {
    callers.add(caller.unref().on("error", () => {}));
    caller.once("close", () => callers.delete(caller));
    caller.end(`${JSON.stringify({ pid: process.pid, owns })}\n`);
  });
  const unnamed = `${path}.new`;
  await new Promise<void>((resolve, reject) => {
    // It stays: an error later on is a call that could not be taken, and no reason for this process to end.
    server.on("error", reject).listen(unnamed, resolve);
  });
  server.unref();
  const end = async () => {
    await rm(path, { force: true });
    for (const caller of callers) caller.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  await rename(unnamed, path).catch(async (error) => {
    await end();
    throw error;
  });

  return {
    own() {
      owns = true;
    },
    end,
  };
}

/** Who is at `path`. Rejects when that cannot be found out, such as without the right to ask. */
export async function whoIsThere(path: string): Promise<Heard> {
  // A process that dies while it answers leaves half an answer; the next call is refused.
  return (await call(path)) ?? (await call(path)) ?? unknown;
}

const unknown: Heard = { alive: true, pid: null, owns: true };

/** null when the answer broke off. */
function call(path: string): Promise<Heard | null> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = createConnection(path);
    const settle = (heard: Heard | null) => {
      socket.destroy();
      resolve(heard);
    };
    socket.setTimeout(answerMs, () => settle(unknown));
    socket.setEncoding("utf8").on("data", (piece: string) => {
      text = (text + piece).slice(0, 200);
    });
    socket.on("end", () => settle(read(text)));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" || error.code === "ENOENT") settle({ alive: false });
      else if (error.code === "EAGAIN")
        settle(unknown); // too many wait there already
      else if (error.code === "ECONNRESET" || error.code === "EPIPE") settle(null);
      else reject(error);
    });
  });
}

function read(text: string): Heard | null {
  try {
    const { pid, owns } = JSON.parse(text);
    return typeof pid === "number" && typeof owns === "boolean" ? { alive: true, pid, owns } : null;
  } catch {
    return null;
  }
}
