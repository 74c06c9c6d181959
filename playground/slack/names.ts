// Fresh ids and message timestamps, unique within one run.

import { randomBytes } from "node:crypto";

/** Such as `D8F3K2M9QZ`: a letter for the kind, then capitals and digits. */
export function freshId(kind: string): string {
  return kind + secret(9).toUpperCase();
}

/** Lower-case letters and digits that nobody guesses. */
export function secret(length: number): string {
  const alphabet = "0123456789abcdefghijklmnopqrstuv";
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/** Slack's timestamps: seconds with six decimals, each larger than the one before. */
export class Timestamps {
  #last = 0;

  next(): string {
    this.#last = Math.max(Date.now() * 1000, this.#last + 1);
    const micros = String(this.#last % 1_000_000).padStart(6, "0");
    return `${Math.floor(this.#last / 1_000_000)}.${micros}`;
  }
}
