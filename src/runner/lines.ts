// The lines of a deploy's thread that are not in it yet, read on as the deploy goes on. Knows no place.

import { type Line, ThreadReader } from "../views/thread.ts";
import type { DeployLog } from "./deployLog.ts";

export class Lines {
  #open: Line[] = [];
  readonly #reader = new ThreadReader();
  readonly #log: DeployLog;

  constructor(log: DeployLog) {
    this.#log = log;
  }

  /** The oldest one after this version of the deploy's stream; those up to it are forgotten. */
  after(version: number): Line | undefined {
    this.#read();
    this.#open = this.#open.filter((line) => line.version > version);
    return this.#open[0];
  }

  /** The oldest urgent one after this version. */
  urgentAfter(version: number): Line | undefined {
    this.#read();
    return this.#open.find((line) => line.version > version && line.message.urgent);
  }

  last(): Line | undefined {
    return this.#open.at(-1);
  }

  #read(): void {
    this.#open.push(...this.#reader.read(this.#log.facts));
  }
}
