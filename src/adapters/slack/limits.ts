// Keeps every method within its rate, for the whole process: several deploys share it. What is urgent goes first, and has a reserve. A limit that Slack
// says is used up is not tried until it is over, and nothing else waits for that. Knows no message.

import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import { type Rate, ratesOf } from "./rates.ts";

/** Longer waits are for those to plan who know what they wait with: the newest state is worth more than its turn. */
const MOST_WAIT_MS = 2_000;

export interface Wanted {
  method: string;
  channel?: string | undefined;
  urgent: boolean;
}

/** Nothing was sent: the rate is used up for so long. */
export class OverLimit extends Error {
  override name = "OverLimit";
  readonly retryAfterMs: number;

  constructor(limit: string, retryAfterMs: number) {
    super(`the limit of ${limit} is used up for ${Math.ceil(retryAfterMs / 1_000)} s`);
    this.retryAfterMs = retryAfterMs;
  }
}

interface Waiting {
  buckets: Bucket[];
  urgent: boolean;
  go: () => void;
  refuse: (error: OverLimit) => void;
}

export class Limits {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #buckets = new Map<string, Bucket>();
  #waiting: Waiting[] = [];
  /** Ends the sleep until the next one of them may go. */
  #sleep = new AbortController();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Resolves when it may be sent, in two seconds or so; rejects with `OverLimit` as soon as it is known to take longer. */
  async turn({ method, channel, urgent }: Wanted): Promise<void> {
    const buckets = ratesOf(method, channel).map(([name, rate]) => this.#bucket(name, rate));
    const now = this.#clock.now();
    for (const bucket of buckets) {
      const before = this.#waiting.filter((one) => one.buckets.includes(bucket) && (one.urgent || !urgent)).length;
      const waitMs = bucket.waitMs(now, { urgent, before });
      if (waitMs > MOST_WAIT_MS) throw new OverLimit(bucket.name, waitMs);
    }
    await new Promise<void>((go, refuse) => {
      this.#waiting.push({ buckets, urgent, go, refuse });
      // What is urgent first, otherwise in the order of coming.
      this.#waiting.sort((a, b) => Number(b.urgent) - Number(a.urgent));
      this.#letGo();
    });
  }

  /** Slack has refused one more of these, for so long. Of messages it means the channel. */
  refused({ method, channel }: Wanted, forMs: number): void {
    const [[name, rate] = ["", undefined]] = ratesOf(method, channel);
    if (!rate) return;
    const bucket = this.#bucket(name, rate);
    bucket.close(this.#clock.now(), forMs);
    this.#log.warn("Slack limits our requests", { limit: name, forMs });
    this.#letGo();
  }

  #bucket(name: string, rate: Rate): Bucket {
    const known = this.#buckets.get(name);
    if (known) return known;
    const bucket = new Bucket(name, rate, this.#clock.now());
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #letGo(): void {
    const now = this.#clock.now();
    this.#waiting = this.#waiting.filter((one) => !settled(one, now));
    this.#sleep.abort();
    this.#sleep = new AbortController();
    if (this.#waiting.length > 0) void this.#letGoLater(now, this.#sleep.signal);
  }

  /** As soon as the first of those that wait may go. */
  async #letGoLater(now: number, signal: AbortSignal): Promise<void> {
    const soonest = Math.min(...this.#waiting.map((one) => slowestOf(one, now).waitMs));
    await this.#clock.until(now + Math.max(1, Math.ceil(soonest)), signal);
    if (!signal.aborted) this.#letGo();
  }
}

/** Lets it go, or tells it that it takes too long by now; false when it goes on waiting. */
function settled(one: Waiting, now: number): boolean {
  const { bucket, waitMs } = slowestOf(one, now);
  if (waitMs === 0) {
    for (const each of one.buckets) each.take(now);
    one.go();
    return true;
  }
  if (waitMs <= MOST_WAIT_MS) return false;
  one.refuse(new OverLimit(bucket.name, waitMs));
  return true;
}

/** Of its limits the one that keeps it waiting the longest. */
function slowestOf({ buckets, urgent }: Waiting, now: number): { bucket: Bucket; waitMs: number } {
  const waits = buckets.map((bucket) => ({ bucket, waitMs: bucket.waitMs(now, { urgent, before: 0 }) }));
  return waits.reduce((slowest, one) => (one.waitMs > slowest.waitMs ? one : slowest));
}

/** Fills with time, and empties with what is sent. */
class Bucket {
  readonly name: string;
  readonly #rate: Rate;
  #tokens: number;
  #filledAt: number;
  #closed: { at: number; forMs: number } | null = null;

  constructor(name: string, rate: Rate, now: number) {
    this.name = name;
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAt = now;
  }

  /** Until one more may be sent, behind so many others; 0 when it may now. */
  waitMs(now: number, { urgent, before }: { urgent: boolean; before: number }): number {
    this.#fill(now);
    const wanted = 1 + before + (urgent ? 0 : this.#rate.reserve);
    const msEach = 60_000 / this.#rate.perMinute;
    const closedMs = this.#closed ? this.#closed.at + this.#closed.forMs - now : 0;
    return Math.max(closedMs, (wanted - this.#tokens) * msEach, 0);
  }

  take(now: number): void {
    this.#fill(now);
    this.#tokens -= 1;
  }

  close(now: number, forMs: number): void {
    this.#closed = { at: now, forMs };
    this.#tokens = Math.min(this.#tokens, this.#rate.reserve);
  }

  #fill(now: number): void {
    // A clock that was set back must not keep anything closed or empty for as long as it was.
    if (this.#closed && now < this.#closed.at) this.#closed = null;
    // What it fills with while it is closed may be used up by other bots of this app.
    const from = Math.max(Math.min(this.#filledAt, now), this.#closed ? this.#closed.at + this.#closed.forMs : 0);
    const more = (Math.max(0, now - from) / 60_000) * this.#rate.perMinute;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + more);
    this.#filledAt = now;
  }
}
