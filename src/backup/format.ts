// A backup as text, one JSON object a line: what it is, then every fact with its place, then how much there should be. Knows no store and no file.

import { createHash, type Hash } from "node:crypto";
import { z } from "zod";
import type { Kept } from "../ports/copies.ts";

/** Grows when an older Lockstep could no longer read what a newer one writes. */
export const FORMAT = 1;

export const header = z.object({ lockstep: z.literal("journal"), format: z.int().positive() });

export const kept = z.strictObject({
  stream: z.string().min(1).max(1_000),
  version: z.int().positive(),
  /** Whatever else is in it: facts of versions to come, too. */
  fact: z.looseObject({ kind: z.string(), at: z.number() }),
});

/** `sha256` is of all bytes before this line. */
export const end = z.strictObject({
  end: z.strictObject({ facts: z.int().min(0), streams: z.int().min(0), sha256: z.string() }),
});
export type End = z.infer<typeof end>["end"];

/** Counts what goes by, for the last line. Streams come one after the other. */
export class Tally {
  #hash: Hash = createHash("sha256");
  facts = 0;
  streams = 0;

  line(text: string): void {
    this.#hash.update(text).update("\n");
  }

  count({ version }: Pick<Kept, "version">): void {
    this.facts += 1;
    if (version === 1) this.streams += 1;
  }

  end(): End {
    return { facts: this.facts, streams: this.streams, sha256: this.#hash.copy().digest("hex") };
  }
}
