// A whole journal, taken out of a store and put into one: for backups, and for moving from one store to another. Knows nothing of what a fact means, and no
// file.

import type { StoredFact, StreamName } from "./journal.ts";

/** One fact and where it belongs. */
export interface Kept {
  stream: StreamName;
  version: number;
  fact: StoredFact;
}

/** The store no longer has what it had a moment ago. The message says so to people, and what to do. */
export class FactsGone extends Error {
  override name = "FactsGone";
}

/** The journal as it stood at one moment, however long it takes to read it and whatever is appended meanwhile. */
export interface Snapshot {
  /** Some facts at a time; those of a stream behind each other, from version 1 on. Rejects with `StoreUnreachable`, or with `FactsGone`. */
  facts(): AsyncIterable<Kept[]>;
  close(): Promise<void>;
}

export type Restored =
  | { ok: true }
  | { ok: false /** The store has got facts of its own meanwhile. */; problem: "notEmpty" };

/** A journal that comes into being. Nobody sees anything of it before `finish`. */
export interface Restore {
  /** Facts of a stream come in order, from version 1 on. */
  add(kept: Kept[]): Promise<void>;
  /** Makes all of it the store's journal at one moment, or nothing of it. Resolves once it would survive a power cut; rejects with `FactsGone` when somebody else has removed some of it. */
  finish(): Promise<Restored>;
  /** Forgets what was added and was not finished; lets go of the store. What a killed process leaves behind the next restore removes. */
  close(): Promise<void>;
}

/** Null when the store holds a journal already. Leases are never restored: their tokens begin at the time of day. */
export type BeginRestore = () => Promise<Restore | null>;
