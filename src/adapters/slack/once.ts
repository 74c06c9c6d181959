// Slack may deliver the same thing twice, or only the "retry". Each key passes once. Knows nothing of what it stands for.

import type { Clock } from "../../ports/clock.ts";

const KEPT_MS = 15 * 60_000;

/** True the first time a key is seen; `again` is told of the others. */
export function passOnce(clock: Clock, again: () => void = () => {}): (key: string) => boolean {
  const seen = new Map<string, number>();
  return (key) => {
    const now = clock.now();
    // The oldest come first: behind the first one that is still kept there is nothing to forget.
    for (const [old, until] of seen) {
      if (until > now) break;
      seen.delete(old);
    }
    if (seen.has(key)) {
      again();
      return false;
    }
    // A copy: the key is cut out of what Slack sent, and V8 keeps the whole string for a piece of it.
    seen.set(Buffer.from(key).toString(), now + KEPT_MS);
    return true;
  };
}
