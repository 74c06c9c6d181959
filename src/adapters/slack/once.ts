// Slack may deliver the same thing twice, or only the "retry". Each key passes once. Knows nothing of what it stands for.

import type { Clock } from "../../ports/clock.ts";

const KEPT_MS = 15 * 60_000;

/** True the first time a key is seen; `again` is told of the others. */
export function passOnce(clock: Clock, again: () => void = () => {}): (key: string) => boolean {
  const seen = new Map<string, number>();
  return (key) => {
    const now = clock.now();
    // Oldest first: one that is still kept ends it, however many have come in meanwhile.
    for (const [old, until] of seen) {
      if (until > now) break;
      seen.delete(old);
    }
    if (seen.has(key)) {
      again();
      return false;
    }
    // A copy: the key is a piece of what Slack sent, and a piece of a string keeps the whole of it.
    seen.set(Buffer.from(key).toString(), now + KEPT_MS);
    return true;
  };
}
