// Says on a terminal what is still looked at, in one line that is written over and gone at the end. Knows nothing of what is looked at.

import { type Area, progress } from "../chat/sentences/doctor.ts";
import type { Clock } from "../ports/clock.ts";

/** Who has an answer sooner needs no line. */
const QUIET_MS = 1_000;
const CLEAR = "\r\x1b[K";

export class Progress {
  readonly #write: (text: string) => void;
  readonly #columns: number;
  readonly #left = new Map<object, { area: Area; done: number; all: number }>();
  readonly #over = new AbortController();
  #shown = "";
  #loud = false;

  constructor(terminal: { write(text: string): void; columns: number }, clock: Clock) {
    this.#write = (text) => terminal.write(text);
    this.#columns = terminal.columns;
    void clock.until(clock.now() + QUIET_MS, this.#over.signal).then(() => {
      this.#loud = !this.#over.signal.aborted;
      this.#show();
    });
  }

  /** `what` is whatever the teller calls it by. */
  tell(what: object, area: Area, { done, all }: { done: number; all: number }): void {
    this.#left.set(what, { area, done, all });
    this.#show();
  }

  done(what: object): void {
    this.#left.delete(what);
    this.#show();
  }

  close(): void {
    this.#over.abort();
    if (this.#shown !== "") this.#write(CLEAR);
    this.#loud = false;
  }

  #show(): void {
    if (!this.#loud) return;
    const left = [...this.#left.values()];
    const line = left.length === 0 ? "" : progress(left).slice(0, this.#columns - 1);
    if (line === this.#shown) return;
    this.#write(CLEAR + line);
    this.#shown = line;
  }
}
