// What shall go wrong next. Only remembers it; the places where it goes wrong ask here.

/** What happens to a Web API call instead of, before or after the work. `times` defaults to 1. */
export type CallFault =
  /** HTTP 429; nothing is done. Without seconds there is no `Retry-After`. */
  | { kind: "rateLimit"; retryAfterSeconds?: number; times?: number }
  /** This HTTP status, such as 500; nothing is done. */
  | { kind: "status"; status: number; times?: number }
  /** `ok: false` with this error; nothing is done. */
  | { kind: "error"; error: string; times?: number }
  /** The request is taken, nothing is done, and no answer ever comes. */
  | { kind: "silence"; times?: number }
  /** The work is done, and the answer comes late. */
  | { kind: "slow"; delayMs: number; times?: number }
  /** The work is done, and the connection is cut before the answer. */
  | { kind: "loseAnswer"; times?: number };

/** What happens to the next payload for the app. */
export type PayloadFault =
  /** It arrives twice. */
  | "duplicate"
  /** It never arrives, so nobody acknowledges it. */
  | "drop"
  /** It arrives, and the acknowledgement is lost. */
  | "ignoreAck";

export class Faults {
  #calls = new Map<string, CallFault[]>();
  #payloads: PayloadFault[] = [];
  /** Whether messages can no longer be edited (`edit_window_closed`). */
  isEditWindowClosed = false;

  /** `method` such as `chat.postMessage`, or `*` for any. */
  onCall(method: string, fault: CallFault): void {
    const waiting = this.#calls.get(method) ?? [];
    this.#calls.set(method, [...waiting, ...Array<CallFault>(fault.times ?? 1).fill(fault)]);
  }

  onPayload(fault: PayloadFault, times = 1): void {
    this.#payloads.push(...Array<PayloadFault>(times).fill(fault));
  }

  takeForCall(method: string): CallFault | undefined {
    return this.#calls.get(method)?.shift() ?? this.#calls.get("*")?.shift();
  }

  takeForPayload(): PayloadFault | undefined {
    return this.#payloads.shift();
  }

  clear(): void {
    this.#calls.clear();
    this.#payloads = [];
    this.isEditWindowClosed = false;
  }
}
