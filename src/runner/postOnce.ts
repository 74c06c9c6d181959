// Posting a message once, whoever crashes when: an intent before, and a look for it when nobody knows what came of it. Knows no view.

import type { FromThread, Place, Thread, ThreadTrouble } from "../ports/thread.ts";
import type { Message } from "../views/message.ts";

/** The post whose outcome nobody has written down, and when it was tried (ms since 1970). */
export interface OpenPost {
  key: string;
  since: number;
}

export interface Post {
  channel: string;
  message: Message;
  key: string;
  under?: Place | undefined;
}

/** `found`: it stood there already, from a try before, and may say what was so then. */
export type Posted = { place: Place; found: boolean };

/** Nothing comes of trying this again as long as nobody mends something. */
export function isFinal(trouble: ThreadTrouble): boolean {
  return trouble === "refused" || trouble === "shut" || trouble === "fixed" || trouble === "gone";
}

/**
 * `announce` writes the intent down, before the first try; a later try is one whose intent is `open`. `demandHeld` throws when somebody else may do it by now: a
 * process that is stopped for a while finds its answers when it goes on, before any of its timers.
 */
export async function postOnce(
  thread: Thread,
  { channel, message, key, under }: Post,
  { open, announce, demandHeld }: { open: OpenPost | null; announce: () => Promise<void>; demandHeld?: () => void },
): Promise<FromThread<Posted>> {
  if (open?.key === key) {
    const found = await thread.find(channel, { key, since: open.since, under });
    if (found.ok && found.value) return { ok: true, value: { place: found.value, found: true } };
    if (!found.ok && found.trouble !== "refused" && found.trouble !== "gone") return found;
  } else {
    await announce();
  }
  demandHeld?.();
  const posted = await thread.post(channel, message, { key, ...(under ? { under } : {}) });
  return posted.ok ? { ok: true, value: { place: posted.value, found: false } } : posted;
}
