// Chances that a seed decides: everybody who throws has dice of their own, so that what one of them does depends on nobody's speed.

export class Dice {
  #state: number;

  constructor(seed: number, whose: string) {
    this.#state = [...whose].reduce((hash, one) => Math.imul(hash ^ one.charCodeAt(0), 16_777_619), seed | 0);
  }

  /** From 0 up to, and without, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(least: number, most: number): number {
    return Math.round(least + this.next() * (most - least));
  }

  /** True in `part` of the throws. */
  chance(part: number): boolean {
    return this.next() < part;
  }

  one<T>(of: readonly T[]): T {
    const found = of[Math.floor(this.next() * of.length)];
    if (found === undefined) throw new Error("there is nothing to choose from");
    return found;
  }

  /** One of the names, as often as their weights say. */
  weighted<N extends string>(weights: Record<N, number>): N {
    const all = Object.entries<number>(weights) as [N, number][];
    let left = this.next() * all.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of all) {
      left -= weight;
      if (left < 0) return name;
    }
    return this.one(all)[0];
  }
}
