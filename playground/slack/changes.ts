// Tells listeners that something in the workspace has changed, and waits for a condition without polling.

import type { Call, Message, Payload } from "./types.ts";

export type Change =
  | { kind: "message"; message: Message }
  | { kind: "removed"; channel: string; ts: string }
  | { kind: "view"; person: string }
  | { kind: "home"; person: string }
  | { kind: "channels" }
  | { kind: "connections" }
  | { kind: "call"; call: Call }
  | { kind: "payload"; payload: Payload };

/** What is left of a type once it has been waited for. */
export type Truthy<T> = Exclude<T, false | null | undefined | 0 | "">;

export class Changes {
  #listeners = new Set<(change: Change) => void>();
  #waiting = new Set<() => void>();

  tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  /** Calls `listener` on every change; returns the way to stop. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Everybody who still waits is turned away, so that nothing keeps the process alive. */
  close(): void {
    for (const giveUp of [...this.#waiting]) giveUp();
  }

  /**
   * Resolves with the first truthy value of `look`, which is asked now and after every change. An exception counts as "not yet".
   * After `timeoutMs` it fails with what `dump` says and the last exception.
   */
  waitFor<T>(look: () => T | Promise<T>, dump: () => string, timeoutMs: number): Promise<Truthy<T>> {
    return new Promise((resolve, reject) => {
      let lastTrouble = "";
      let isOver = false;
      const end = (): boolean => {
        if (isOver) return false;
        isOver = true;
        clearTimeout(timer);
        stop();
        this.#waiting.delete(giveUp);
        return true;
      };
      const fail = (reason: string): void => {
        if (end()) reject(new Error(`${reason}${lastTrouble}\n${dump()}`));
      };
      const giveUp = (): void => fail("The stand-in for Slack was closed while somebody waited.");
      const ask = async (): Promise<void> => {
        try {
          const found = await look();
          if (found && end()) resolve(found as Truthy<T>);
        } catch (error) {
          lastTrouble = ` Last seen: ${error instanceof Error ? error.message : String(error)}`;
        }
      };
      const timer = setTimeout(() => fail(`Nothing fitting within ${timeoutMs} ms.`), timeoutMs);
      const stop = this.listen(() => void ask());
      this.#waiting.add(giveUp);
      void ask();
    });
  }
}
