// A bounded number of places, given out in the order of asking. Knows nothing of what is done in one.

/** Leaves the place; more than one call does nothing more. */
export type Leave = () => void;

export class Places {
  #free: number;
  readonly #waiting: ((leave: Leave) => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  enter(): Promise<Leave> {
    if (this.#free > 0) {
      this.#free -= 1;
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
      else this.#free += 1;
    };
  }
}
