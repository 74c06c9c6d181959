// A snapshot of a journal, written line by line: never more of it in memory than the store hands out at a time. Knows no store.

import type { Snapshot } from "../ports/copies.ts";
import { type End, FORMAT, Tally } from "./format.ts";

/** Resolves once that much is taken in. Rejects when it cannot be, such as on a full disk. */
export type Write = (text: string) => Promise<void>;

/** Rejects when the snapshot does, when writing does, and with the reason of `signal`: the last line is missing then. */
export async function writeBackup({ facts }: Pick<Snapshot, "facts">, write: Write, signal: AbortSignal): Promise<End> {
  const tally = new Tally();
  const line = (value: unknown): string => {
    const text = JSON.stringify(value);
    tally.line(text);
    return `${text}\n`;
  };
  await write(line({ lockstep: "journal", format: FORMAT }));
  for await (const page of facts()) {
    signal.throwIfAborted();
    for (const one of page) tally.count(one);
    await write(page.map(({ stream, version, fact }) => line({ stream, version, fact })).join(""));
  }
  const end = tally.end();
  await write(`${JSON.stringify({ end })}\n`);
  return end;
}
