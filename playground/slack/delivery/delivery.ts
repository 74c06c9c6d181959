// Brings payloads to the app and waits for the acknowledgement, as long as Slack waits. Knows no workspace.

import type { Changes } from "../changes.ts";
import type { Faults, PayloadFault } from "../faults.ts";
import type { Fields } from "../json.ts";
import type { Payload, PayloadKind } from "../types.ts";
import type { Parcel, Road } from "./roads.ts";

export type DeliveryError = "operation_timeout" | "dispatch_failed";
export type Outcome = { ok: true; answer: unknown } | { ok: false; error: DeliveryError };

/** When an event that nobody acknowledged is sent again, after the try before. */
const EVENT_RETRIES_AFTER_MS = [0, 60_000, 300_000];

/** A playground may run for days. */
const MOST_KEPT = 5_000;

interface Parts {
  road: Road;
  faults: Faults;
  changes: Changes;
  ackTimeoutMs: number;
}

export class Delivery {
  /** What went to the app, oldest first: the last 5,000. */
  readonly payloads: Payload[] = [];
  readonly #parts: Parts;
  readonly #closing = new AbortController();
  #count = 0;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A command, a click or a submission: sent once, and Slack's user waits for it. */
  async deliver(kind: PayloadKind, payload: Fields): Promise<Outcome> {
    return this.#attempt({ kind, payload });
  }

  /** An event: nobody waits; it is sent again when it isn't acknowledged. */
  async deliverEvent(payload: Fields, attempt = 0): Promise<void> {
    const reason = attempt > 0 ? { retry: { attempt, reason: "timeout" } } : {};
    const outcome = await this.#attempt({ kind: "events_api", payload, ...reason });
    const pauseMs = EVENT_RETRIES_AFTER_MS[attempt];
    if (outcome.ok || pauseMs === undefined || this.#closing.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.deliverEvent(payload, attempt + 1);
    }, pauseMs);
    this.#timers.add(timer);
  }

  close(): void {
    this.#closing.abort();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #attempt(parcel: Parcel): Promise<Outcome> {
    const fault = this.#parts.faults.takeForPayload();
    this.#count += 1;
    const record: Payload = {
      number: this.#count,
      kind: parcel.kind,
      payload: parcel.payload,
      outcome: "waiting",
      at: Date.now(),
    };
    this.payloads.push(record);
    if (this.payloads.length > MOST_KEPT) this.payloads.shift();
    this.#parts.changes.tell({ kind: "payload", payload: record });
    const outcome = await this.#send(parcel, fault);
    record.outcome = outcome.ok ? "acknowledged" : fault === "drop" ? "dropped" : outcome.error;
    if (outcome.ok) record.answer = outcome.answer;
    this.#parts.changes.tell({ kind: "payload", payload: record });
    return outcome;
  }

  async #send(parcel: Parcel, fault: PayloadFault | undefined): Promise<Outcome> {
    const waiting = new AbortController();
    const { timedOut, forget } = this.#timeout(waiting);
    const sending = (): Promise<Outcome> =>
      this.#parts.road.send(parcel, waiting.signal).then(
        (answer) => ({ ok: true, answer }),
        () => ({ ok: false, error: "dispatch_failed" }),
      );
    const runs: Promise<Outcome>[] = [timedOut];
    if (fault === "ignoreAck") void sending();
    else if (fault !== "drop") runs.push(sending());
    if (fault === "duplicate") runs.push(sending());
    const outcome = await Promise.race(runs);
    forget();
    return outcome;
  }

  /** The wait ends after the time Slack gives, or when everything is closed. The timeout is told before the sending is cut off. */
  #timeout(waiting: AbortController): { timedOut: Promise<Outcome>; forget: () => void } {
    let forget = (): void => {};
    const timedOut = new Promise<Outcome>((resolve) => {
      const end = (): void => {
        resolve({ ok: false, error: "operation_timeout" });
        forget();
        waiting.abort();
      };
      const timer = setTimeout(end, this.#parts.ackTimeoutMs);
      const { signal } = this.#closing;
      forget = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
      };
      if (signal.aborted) end();
      else signal.addEventListener("abort", end);
    });
    return { timedOut, forget };
  }
}
