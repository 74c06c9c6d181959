// What LMDB says when the disk does not take what was written, in the port's terms. Knows no key.

import { constants } from "node:os";
import { StoreUnreachable } from "../../ports/journal.ts";

const { ENOSPC, EDQUOT, EFBIG } = constants.errno;
/** These come before anything counts: LMDB's last page, which makes the others count, has its place from the beginning. */
const NOTHING_DONE: unknown[] = [ENOSPC, EDQUOT, EFBIG];

/**
 * For each store that is opened to be written. Left to itself LMDB makes a promise of its own for what is written in one turn, which nobody can catch: a full disk
 * would end the process.
 */
export const WRITTEN = { maxDbs: 4, eventTurnBatching: false };

/** Resolves with what the transaction gives. Rejects with `StoreUnreachable` when the disk does not take it. */
export async function committed<T>(transaction: Promise<T>): Promise<T> {
  try {
    return await transaction;
  } catch (error) {
    const { commitError } = error as { commitError?: Promise<never> };
    if (commitError === undefined) throw error;
    const cause = await commitError.catch((why: unknown) => why);
    const { code, message } = cause as { code?: number; message?: string };
    const done = NOTHING_DONE.includes(code) ? "no" : "unknown";
    throw new StoreUnreachable(`the disk of the store does not take it (${message})`, { done, cause });
  }
}

/** Each put fails on its own as well, besides the transaction, which tells it: nobody else has to hear. */
export function quietly(put: Promise<unknown>): void {
  put.catch(() => {});
}
