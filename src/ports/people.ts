// Who belongs to a user group. Knows nothing of what they may do.

export interface People {
  /** Ids of the members. A failure is said, never read as "nobody" or "everybody". */
  members(group: string): Promise<{ ok: true; ids: string[] } | { ok: false; detail: string }>;
}
