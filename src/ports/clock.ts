// Time and fresh names, as the rest of the program may ask for them. Knows no timer and no source of randomness.

export interface Clock {
  /** Milliseconds since 1970, UTC. May go backwards; nothing may depend on it not doing so. */
  now(): number;
  /** Resolves at `at` (ms since 1970) or as soon as `signal` aborts, whichever is first. Never rejects. */
  until(at: number, signal?: AbortSignal): Promise<void>;
}

/** Names nobody has used before: lower-case letters and digits, safe in a path, a tag and a shell word. */
export interface Names {
  fresh(): string;
}
