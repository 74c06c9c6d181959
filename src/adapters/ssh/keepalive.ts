// Notices connections that went silent: soon where something is under way, later where nothing is. One timer for all of them. Knows no host.

import type { Connection } from "./connect.ts";
import { ping } from "./ssh2-inside.ts";

/** An idle connection costs a packet each way only so often. */
const idleTicks = 15;
/** So many questions on end without a byte for an answer end a connection. */
const mostUnanswered = 2;

interface Watched {
  connection: Connection;
  busy: () => boolean;
  heard: number;
  quietTicks: number;
  unanswered: number;
}

export class Keepalive {
  readonly #tickMs: number;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  /** A silent connection that is busy is ended after three to four ticks, an idle one after 18 at most. */
  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  /** Until it is over. */
  watch(connection: Connection, busy: () => boolean): void {
    if (connection.over.aborted) return;
    const watched = { connection, busy, heard: connection.heard(), quietTicks: 0, unanswered: 0 };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#tick(), this.#tickMs);
    connection.over.addEventListener("abort", () => this.#forget(watched), { once: true });
  }

  #forget(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    for (const watched of [...this.#watched]) look(watched);
  }
}

function look(watched: Watched): void {
  const { connection } = watched;
  const heard = connection.heard();
  if (heard !== watched.heard) {
    Object.assign(watched, { heard, quietTicks: 0, unanswered: 0 });
    return;
  }
  watched.quietTicks += 1;
  if (watched.unanswered >= mostUnanswered) {
    connection.destroy();
  } else if (watched.busy() || watched.unanswered > 0 || watched.quietTicks >= idleTicks) {
    ask(watched);
  }
}

function ask(watched: Watched): void {
  watched.unanswered += 1;
  try {
    ping(watched.connection.client);
  } catch {
    watched.connection.destroy(); // it can no longer be written to
  }
}
