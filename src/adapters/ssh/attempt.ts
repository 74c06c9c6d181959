// One attempt to get through to the other side of a wire, and everything that may end it: the wire, the clock, the caller. Knows nothing of keys.

import type { Stopwatch } from "./stopwatch.ts";
import { explainFailure, explainSilence, type Heard, HungUp, NoConnection } from "./trouble.ts";
import type { Wire } from "./wire.ts";

/** What belongs to a call, over all of its attempts. */
export interface Call {
  watch: Stopwatch;
  signal: AbortSignal;
}

export class Attempt {
  readonly wire: Wire;
  readonly #stop = new AbortController();
  readonly #call: Call;
  #timer: NodeJS.Timeout | undefined;
  readonly #onAbort = () => this.#stop.abort(stopped());
  readonly #heard: Heard = { greeting: "", met: false };

  constructor(wire: Wire, call: Call) {
    this.wire = wire;
    this.#call = call;
    this.startClock();
    wire.on("error", (error) => this.#stop.abort(explainFailure(error, this.#heard)));
    wire.on("close", () => this.#stop.abort(explainFailure(new HungUp(), this.#heard)));
    call.signal.addEventListener("abort", this.#onAbort);
    if (call.signal.aborted) this.#onAbort();
  }

  startClock(): void {
    const { watch } = this.#call;
    watch.go();
    this.#timer = setTimeout(() => this.#stop.abort(explainSilence(this.#heard, watch.limitMs)), watch.leftMs);
  }

  /** Standing in line is not the host's fault. */
  pauseClock(): void {
    clearTimeout(this.#timer);
    this.#call.watch.halt();
  }

  /**
   * Resolves with true once the other side has said something, which stays to be read, and with false when it has not after `patienceMs`:
   * there are servers that wait for the other side's first word. Never rejects; see `race` for how the attempt may end meanwhile.
   */
  untilItSpeaks(patienceMs: number): Promise<boolean> {
    const { wire } = this;
    return new Promise((resolve) => {
      const look = () => {
        const piece: Buffer | null = wire.read();
        if (piece === null) return; // its end: the close that follows says more
        this.#hear(piece);
        wire.unshift(piece);
        end(true);
      };
      const end = (spoke: boolean) => {
        clearTimeout(timer);
        wire.off("readable", look);
        this.#stop.signal.removeEventListener("abort", give);
        resolve(spoke);
      };
      const give = () => end(false);
      const timer = setTimeout(give, patienceMs);
      this.#stop.signal.addEventListener("abort", give);
      wire.on("readable", look);
    });
  }

  /** Remembers what the other side says first. To be called once ssh2 reads the wire: bytes must not be lost before. */
  listen(): void {
    this.#heard.greeting = "";
    const hear = (piece: Buffer) => {
      if (this.#hear(piece)) this.wire.off("data", hear);
    };
    this.wire.on("data", hear);
  }

  #hear(piece: Buffer): boolean {
    const heard = this.#heard;
    heard.greeting += piece.subarray(0, 512).toString("latin1");
    return heard.greeting.length > 512 || /^SSH-/m.test(heard.greeting);
  }

  /** Keys were exchanged: who hangs up from now on means us. */
  meet(): void {
    this.#heard.met = true;
  }

  /** Rejects as soon as the attempt has failed; `late` gets a result that nobody waits for any more. */
  race<T>(work: Promise<T>, late?: (result: T) => void): Promise<T> {
    const { signal } = this.#stop;
    return new Promise<T>((resolve, reject) => {
      const fail = () => reject(signal.reason);
      if (signal.aborted) fail();
      signal.addEventListener("abort", fail, { once: true });
      work.then(
        (result) => {
          signal.removeEventListener("abort", fail);
          if (signal.aborted) late?.(result);
          resolve(result);
        },
        (error) => reject(explainFailure(error, this.#heard)),
      );
    });
  }

  settle(): void {
    this.pauseClock();
    this.#call.signal.removeEventListener("abort", this.#onAbort);
  }
}

export function stopped(): NoConnection {
  return new NoConnection("aborted", "stopped while connecting");
}

/** Rejects when the caller stops; `late` gets a result that nobody waits for any more. */
export function orStopped<T>(work: Promise<T>, signal: AbortSignal, late?: (result: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(stopped());
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work
      .then((result) => {
        if (signal.aborted) late?.(result);
        resolve(result);
      }, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}
