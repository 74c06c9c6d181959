// Keeps what nobody asks for: locks that run out, turns in line, and telling people of it. Works on one stream at a time, a target's or that of freezes; of
// several processes the one with the lease does it. Rests as soon as nothing is due and nothing stands. Knows no rule and no words.

import type { StreamName } from "../ports/journal.ts";
import type { Message } from "../views/message.ts";
import type { Notice } from "../views/notices.ts";
import { holdLease } from "./lease.ts";
import { newsOf } from "./news.ts";
import { type NoticeChange, NoticeLog, type Told } from "./noticeLog.ts";
import { Pacing } from "./pacing.ts";
import type { Parts } from "./parts.ts";
import { FREEZES } from "./stored.ts";

/** When a notice was told (ms since 1970), null when it was not; and since when the stream is kept without a pause. */
export interface Known {
  toldAt(key: string): number | null;
  since: number;
}

/** A stream that is kept, with the rules and words that belong to it. */
export interface Kept {
  stream: StreamName;
  /** Does what is due now. `done`: look again; otherwise when to look again, in ms since 1970, infinite when only news can change something. */
  attend(known: Known): Promise<"done" | number>;
  /** What follows from the facts after this version, each told once, and the newest version. */
  told(after: number): Promise<{ notices: Notice[]; version: number }>;
  /** What stands now. */
  standing(): Promise<Notice[]>;
  /** What stays of one that stands no longer. */
  closed(notice: Pick<Notice, "key" | "to">): Promise<Message>;
}

/** What this process knows of what people were told, so that a long history is read once. */
export type Notices = Map<StreamName, NoticeLog>;

/** Slack counts changes of messages more strictly than messages; a place in line need not be newer than this. */
const BETWEEN_CHANGES_MS = 1_000;

/** Resolves to true when nothing is due and nothing stands; to false when somebody else keeps it. */
export async function keep(
  kept: Kept,
  parts: Parts,
  { stopping, notices }: { stopping: AbortSignal; notices: Notices },
): Promise<boolean> {
  const { clock } = parts;
  const lease = await holdLease(parts, `keep/${kept.stream}`);
  if (lease === null) return false;
  const stop = AbortSignal.any([stopping, lease.lost]);
  const news = newsOf(parts.journal, [kept.stream, FREEZES]);
  const posts = new Pacing(clock);
  const changes = new Pacing(clock);
  try {
    const log = await noticeLog(kept.stream, { parts, notices });
    const known: Known = { toldAt: (key) => log.standing.get(key)?.since ?? null, since: clock.now() };
    while (!stop.aborted) {
      const due = await kept.attend(known);
      if (due === "done" || stop.aborted) continue;
      const { post, change, stray } = await untold(kept, log);
      const now = clock.now();
      // One thing at a time: what is due on the lock itself must not wait behind a Slack that does not answer.
      if (stray && now >= posts.retryAt()) settle(await log.lookForStray(), posts, { kept, parts });
      else if (post && now >= posts.retryAt()) settle(await log.post(post), posts, { kept, parts });
      else if (change && now >= changes.retryAt()) {
        settle(await log.change(change), changes, { kept, parts });
        changes.pause(BETWEEN_CHANGES_MS);
      } else if (!post && !change && !stray && log.standing.size === 0 && due === Number.POSITIVE_INFINITY) return true;
      else {
        const again = [due, ...(post || stray ? [posts.retryAt()] : []), ...(change ? [changes.retryAt()] : [])];
        await news.wait(clock, Math.min(...again), stop);
      }
    }
    return false;
  } catch (error) {
    // What this process knows may not be what is on record: it is read again from the beginning.
    notices.delete(kept.stream);
    throw error;
  } finally {
    news.close();
    await lease.release();
  }
}

async function noticeLog(
  stream: StreamName,
  { parts, notices }: { parts: Parts; notices: Notices },
): Promise<NoticeLog> {
  const known = notices.get(stream);
  if (known) await known.refresh();
  const log = known ?? (await NoticeLog.open(parts, stream));
  notices.set(stream, log);
  return log;
}

/** What nobody has been told yet, the most urgent of each kind: messages of their own first, then changes to those that stand. */
async function untold(
  kept: Kept,
  log: NoticeLog,
): Promise<{ post?: Notice | undefined; change?: NoticeChange | undefined; stray: boolean }> {
  const { notices, version } = await kept.told(log.told);
  const fromFact = notices.find(({ key }) => !log.standing.has(key));
  if (!fromFact) await log.toldUpTo(version);
  const standing = await kept.standing();
  const post = fromFact ?? standing.find(({ key }) => !log.standing.has(key));
  const stray = log.strays([...notices, ...standing]);
  const over = fromFact ? undefined : log.over(standing);
  if (over) return { post, stray, change: { key: over.key, message: await kept.closed(over), closes: true } };
  const changed = standing.find(({ key, message }) => log.standing.has(key) && !log.says(key, message));
  return { post, stray, change: changed && { ...changed, closes: false } };
}

function settle(told: Told, pacing: Pacing, { kept, parts }: { kept: Kept; parts: Parts }): void {
  if (told.ok) {
    pacing.succeeded();
    return;
  }
  parts.log.warn("somebody could not be told; it is tried again", { stream: kept.stream, detail: told.detail });
  pacing.failed(told.retryAfterMs);
}
