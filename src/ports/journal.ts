// The only memory of the program: append-only streams of facts. Knows nothing of what a fact means.

/** A stream's name, such as `deploy/k3v9x2` or `target/web/production`. */
export type StreamName = string;

/** A fact as it lies in the journal: JSON with a `kind` and the time it was noticed. */
export interface StoredFact {
  kind: string;
  /** Milliseconds since 1970. */
  at: number;
  [field: string]: unknown;
}

/** `version` is the position in the stream, counted from 1. */
export interface Recorded {
  version: number;
  fact: StoredFact;
}

/**
 * One stream's part of an append. The stream must be at `expected` (its newest version, 0 when it is empty) or nothing at all
 * is written. Without facts it is a guard: it only says that the stream must not have moved.
 */
export interface Write {
  stream: StreamName;
  expected: number;
  facts: StoredFact[];
}

export type Appended = { ok: true } | { ok: false; moved: StreamName };

export interface Journal {
  /** Facts after version `after`, oldest first; from the beginning when it is left out. */
  read(stream: StreamName, after?: number): Promise<Recorded[]>;
  /** All of the writes or none of them. Resolves once they would survive a power cut; `moved` names the first stream that was elsewhere. */
  append(writes: Write[]): Promise<Appended>;
  /** Names of all streams that begin with `prefix`, in order. */
  streams(prefix: string): Promise<StreamName[]>;
  /** Calls `listener` with a stream's name soon after it has grown, whoever wrote. Returns the way to stop. May call too often, never too seldom. */
  watch(listener: (stream: StreamName) => void): () => void;
  /**
   * How often so far the store may have lost its newest facts: it was out of reach, and may have been started again without its last second, or a fact that had
   * been read was gone. What was read before such a gap is read again from the beginning before anything is decided on it. Never grows for a store that loses nothing.
   */
  gaps(): number;
  close(): Promise<void>;
}

/**
 * The store did not answer, or does not take anything just now: nothing may go on that depends on it. `no`: the request certainly changed nothing.
 * `unknown`: the answer was lost. An append whose answer was lost may be in the journal, and the same append again would then be refused as late:
 * read before trying again.
 */
export class StoreUnreachable extends Error {
  override name = "StoreUnreachable";
  readonly done: "no" | "unknown";

  constructor(message: string, { done, cause }: { done: "no" | "unknown"; cause: unknown }) {
    super(message, { cause });
    this.done = done;
  }
}

/** A fact that is there and makes no sense to this version: nothing is done with its stream. The message is for the log and the command line. */
export class UnreadableFact extends Error {
  override name = "UnreadableFact";
  readonly stream: StreamName;
  readonly version: number;
  /** Of a kind that this version does not know; otherwise it is damaged, as far as this version can tell. */
  readonly newer: boolean;

  constructor(
    { stream, version, newer = false }: { stream: StreamName; version: number; newer?: boolean },
    detail: string,
  ) {
    super(
      `Fact ${version} of ${stream} was written by a newer version, or is damaged (${detail}). Start the version that wrote it, or restore a backup (docs/operating.md).`,
    );
    this.stream = stream;
    this.version = version;
    this.newer = newer;
  }
}
