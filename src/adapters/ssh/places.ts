// A bounded number of places, given out in the order of asking, and lines of them by name. Knows nothing of what is done in one.

/** Leaves the place; more than one call does nothing more. */
export type Leave = () => void;

export class Places {
  readonly #count: number;
  #taken = 0;
  readonly #waiting: ((leave: Leave) => void)[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  get empty(): boolean {
    return this.#taken === 0;
  }

  enter(): Promise<Leave> {
    if (this.#taken < this.#count) {
      this.#taken += 1;
      return Promise.resolve(this.#leave());
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #leave(): Leave {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      if (next) next(this.#leave());
      else this.#taken -= 1;
    };
  }
}

/** Longest time that a place is held by one who waits for somebody else, such as a host that has spoken and then falls silent. */
const longestHeldMs = 300;
/** How often it is looked at whether this process has time to spare. */
const lookMs = 50;
/** A process that was at work for a smaller part of that time has time to spare. */
const busy = 0.5;

/**
 * For a place that only keeps this process from doing too much at once: leaves it as soon as this process has time to spare, although its work is not done. So
 * hosts far away, which are mostly waited for, do not wait for each other. Returns the way to stop looking.
 */
export function leaveInTime(leave: Leave): () => void {
  const since = performance.now();
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    if (utilization >= busy && performance.now() - since < longestHeldMs) return;
    clearInterval(timer);
    leave();
  }, lookMs);
  return () => clearInterval(timer);
}

/** So many places for each name. A name that nobody uses costs nothing. */
export class PlacesByName {
  readonly #count: number;
  readonly #lines = new Map<string, Places>();

  constructor(count: number) {
    this.#count = count;
  }

  async enter(name: string): Promise<Leave> {
    const line = this.#lines.get(name) ?? new Places(this.#count);
    this.#lines.set(name, line);
    const leave = await line.enter();
    return () => {
      leave();
      if (line.empty && this.#lines.get(name) === line) this.#lines.delete(name);
    };
  }
}

/** Stands in several lines, one after the other: whoever does so in the same order each time never blocks another. */
export async function enterAll(lines: readonly (() => Promise<Leave>)[]): Promise<Leave> {
  const entered: Leave[] = [];
  for (const enter of lines) entered.push(await enter());
  return () => {
    for (const leave of entered.reverse()) leave();
  };
}
