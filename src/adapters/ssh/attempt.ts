// One attempt to connect, and everything that may end it: the socket, the clock, the caller. Knows nothing of keys.

import type { Socket } from "node:net";
import { explainFailure, explainSilence, NoConnection } from "./trouble.ts";

export class Attempt {
  readonly socket: Socket;
  readonly #stop = new AbortController();
  readonly #timeoutMs: number;
  #timer: NodeJS.Timeout | undefined;
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.#stop.abort(new NoConnection("aborted", "stopped while connecting"));
  #greeting = "";

  constructor(socket: Socket, timeoutMs: number, signal: AbortSignal) {
    this.socket = socket;
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
    this.startClock();
    socket.on("error", (error) => this.#stop.abort(explainFailure(error, this.#greeting)));
    socket.on("close", () => this.#stop.abort(explainFailure(new Error("it hung up"), this.#greeting)));
    signal.addEventListener("abort", this.#onAbort);
    if (signal.aborted) this.#onAbort();
  }

  startClock(): void {
    const ms = this.#timeoutMs;
    this.#timer = setTimeout(() => this.#stop.abort(explainSilence(this.#greeting, ms)), ms);
  }

  /** Standing in line is not the host's fault. */
  pauseClock(): void {
    clearTimeout(this.#timer);
  }

  /** Remembers what the other side says first. To be called once ssh2 reads the socket: bytes must not be lost before. */
  listen(): void {
    const hear = (piece: Buffer) => {
      this.#greeting += piece.subarray(0, 512).toString("latin1");
      if (this.#greeting.length > 512 || /^SSH-/m.test(this.#greeting)) this.socket.off("data", hear);
    };
    this.socket.on("data", hear);
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
        (error) => reject(explainFailure(error, this.#greeting)),
      );
    });
  }

  settle(): void {
    this.pauseClock();
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}
