// What was done in a run, counted by kind.

export class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, this.count(what) + 1);
  }

  count(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  toString(): string {
    const all = [...this.#counts].sort(([, a], [, b]) => b - a);
    return all.map(([what, count]) => `${what} ${count}`).join(", ") || "nothing";
  }
}
