// What a program on a host says while it works: lines `::word value` on its standard output. Everything else there is noise
// (a login shell's greeting) and goes to the excerpt. Knows no channel.

import { StringDecoder } from "node:string_decoder";
import type { Excerpt } from "./excerpt.ts";

/** How far a program has come, in the order of a roll-out. */
export type Phase =
  | "starting"
  | "waiting"
  | "preparing"
  | "receiving"
  | "comparing"
  | "lacking"
  | "unpacking"
  | "switching"
  | "switched"
  | "restarting"
  | "restarted"
  | "checking"
  | "healthy";

const longestLine = 64 * 1024;

export class Report {
  phase: Phase = "starting";
  /** Phases are passed once, but for `waiting`. */
  readonly seen = new Set<Phase>();
  previous: string | null = null;
  current: string | null = null;
  healthy: string | null = null;
  readonly releases: string[] = [];
  problem: string | null = null;
  /** The host has a release to compare with. */
  hasBase = false;
  /** Lines of the list that the host lacks, from 1; null: all of them. */
  missing: Set<number> | null = new Set();
  /** The order's exit code, once it is over. */
  code: number | null = null;
  /** The program has said something of this order. */
  heard = false;
  readonly #noise: Excerpt;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  constructor(noise: Excerpt) {
    this.#noise = noise;
  }

  /** Returns true when the program has come to another phase. */
  read(bytes: Buffer): boolean {
    const before = this.phase;
    const lines = (this.#rest + this.#decoder.write(bytes)).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > longestLine) {
      this.#noise.addText(this.#rest);
      this.#rest = "";
    }
    for (const line of lines) this.#readLine(line);
    return this.phase !== before;
  }

  #readLine(line: string): void {
    const [, word, value = ""] = /^::([a-z]+)(?: (.*))?$/.exec(line) ?? [];
    if (word !== undefined) this.heard = true;
    if (word === "phase") {
      this.phase = value as Phase;
      this.seen.add(this.phase);
    } else if (word === "previous" || word === "current" || word === "healthy") this[word] = value || null;
    else if (word === "release") this.releases.push(value);
    else if (word === "base") this.hasBase = true;
    else if (word === "missing") this.#miss(value);
    else if (word === "problem") this.problem = value;
    else if (word === "over") this.code = Number(value);
    else if (line !== "") this.#noise.addText(`${line}\n`);
  }

  #miss(value: string): void {
    if (value === "all") this.missing = null;
    else this.missing?.add(Number(value));
  }
}
