// Ends connections in good manners, and in bad ones where the other side does not answer. Knows no host.

import type { Connection } from "./connect.ts";

/** How long a connection may take to say goodbye. */
const goodbyeMs = 1_000;

export class Farewells {
  readonly #all = new Set<Promise<void>>();

  /** Resolves when its socket is gone; also when the connection never came about. */
  say(opening: Promise<Connection>): Promise<void> {
    const goodbye = opening.then(sayGoodbye, () => {}).finally(() => this.#all.delete(goodbye));
    this.#all.add(goodbye);
    return goodbye;
  }

  async said(): Promise<void> {
    await Promise.all(this.#all);
  }
}

function sayGoodbye(connection: Connection): Promise<void> {
  if (connection.over.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const hurry = setTimeout(() => connection.destroy(), goodbyeMs);
    connection.over.addEventListener(
      "abort",
      () => {
        clearTimeout(hurry);
        resolve();
      },
      { once: true },
    );
    connection.client.end();
  });
}
