// What the program examine.sh says of a host, read line by line. Knows no connection.

import type { ExaminedPath, HostExam } from "../../ports/examination.ts";

/** What the programs in scripts/ cannot do without, besides `sh`. */
export const NEEDED = [
  "tar",
  "gzip",
  "head",
  "cat",
  "mkdir",
  "ln",
  "mv",
  "rm",
  "ls",
  "wc",
  "touch",
  "env",
  "sleep",
  "readlink",
];
/** What they can do without, less safely: `flock` keeps two of them apart, `setsid`, `timeout` and `ps` end what a command has left behind. */
export const BETTER = ["flock", "setsid", "timeout", "ps"];
/** Of these one is needed, by services that are asked over HTTP whether they are well. */
export const HTTP = ["curl", "wget"];

const states = new Set<string>(["writable", "creatable", "notPermitted", "readOnly", "notDirectory"]);

/** A line of `df -P`: of its numbers the third is what is free. */
const DF = /\s(-?\d+)\s+(-?\d+)\s+(-?\d+)\s+(?:\d+%|-)\s+\//;

export class ExamReader {
  /** All of it was said. */
  done = false;
  readonly #exam: HostExam = { missing: [], lacking: [], clockMs: 0, paths: [], refused: [] };
  readonly #sentAt: number;
  #path: ExaminedPath | null = null;

  /** `sentAt`: when the program cannot have run yet (ms since 1970). */
  constructor(sentAt: number) {
    this.#sentAt = sentAt;
  }

  get exam(): HostExam {
    return this.#exam;
  }

  /** One line of the program's output, heard at `now`. A line of somebody else's, such as a login shell's, is passed over: false. */
  read(line: string, now: number): boolean {
    const [, word = "", value = ""] = /^::([a-zA-Z]+)(?: (.*))?$/.exec(line) ?? [];
    if (word === "clock") this.#exam.clockMs = clockAhead(Number(value) * 1_000, this.#sentAt, now);
    else if (word === "missing" || word === "lacking") this.#exam[word].push(value);
    else if (word === "refused") this.#refused(value);
    else if (word === "path") this.#begin(value);
    else if (word === "done") this.done = true;
    else if (this.#path === null || !this.#readPath(this.#path, word, value)) return false;
    return true;
  }

  #refused(value: string): void {
    const [command = "", detail = ""] = value.split("\t");
    this.#exam.refused.push({ command, detail: detail.trim().slice(0, 200) });
  }

  #begin(path: string): void {
    this.#path = {
      ...{ path, state: "notPermitted", at: path, currentIsNoLink: false },
      ...{ freeKiB: null, freeFiles: null },
    };
    this.#exam.paths.push(this.#path);
  }

  #readPath(path: ExaminedPath, word: string, value: string): boolean {
    if (states.has(word)) Object.assign(path, { state: word, at: value });
    else if (word === "current") path.currentIsNoLink = true;
    else if (word === "disk") path.freeKiB = freeIn(value) ?? path.freeKiB;
    else if (word === "files") path.freeFiles = freeIn(value) ?? path.freeFiles;
    else return false;
    return true;
  }
}

/**
 * How far a clock that showed this second is ahead, at the least: it showed it at some time from `sentAt` to `heardAt`, and for a whole
 * second. A slow answer makes this smaller, never larger.
 */
function clockAhead(second: number, sentAt: number, heardAt: number): number {
  if (!(second > 0)) return 0;
  if (second > heardAt) return second - heardAt;
  return second + 1_000 < sentAt ? second + 1_000 - sentAt : 0;
}

/** Null for a heading, and for a file system that does not count (its whole number is 0). */
function freeIn(line: string): number | null {
  const [, all, , free] = DF.exec(line) ?? [];
  return free === undefined || Number(all) === 0 ? null : Math.max(0, Number(free));
}
