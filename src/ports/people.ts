// Who belongs to a user group, and where people are. Knows nothing of what they may do.

export interface People {
  /** Ids of the members. A failure is said, never read as "nobody" or "everybody". */
  members(group: string): Promise<{ ok: true; ids: string[] } | { ok: false; detail: string }>;
  /** The person's time zone, as an IANA name such as `Europe/Zurich`. */
  timeZone(person: string): Promise<{ ok: true; zone: string } | { ok: false; detail: string }>;
}
