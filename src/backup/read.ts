// A backup, read line by line into a restore: every line is looked at, and nothing counts until the last one has said that all of them were there. Knows no store.

import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { BackupProblem } from "../chat/sentences/backup.ts";
import type { Kept, Restore } from "../ports/copies.ts";
import type { StreamName } from "../ports/journal.ts";
import { type End, end, FORMAT, header, kept, Tally } from "./format.ts";

/** Facts that are handed on at a time. */
const PAGE = 200;

export type Imported = { ok: true; end: End } | { ok: false; problem: BackupProblem };

class Unsound extends Error {
  readonly problem: BackupProblem;

  constructor(problem: BackupProblem) {
    super(problem.kind);
    this.problem = problem;
  }
}

/** Rejects when the store does, when reading does, and with the reason of `signal`. Closing `restore` is left to who opened it. */
export async function readBackup(
  lines: AsyncIterable<string>,
  restore: Restore,
  signal: AbortSignal,
): Promise<Imported> {
  try {
    const found = await readLines(lines, restore, signal);
    const finished = await restore.finish();
    return finished.ok ? { ok: true, end: found } : { ok: false, problem: { kind: finished.problem } };
  } catch (error) {
    if (error instanceof Unsound) return { ok: false, problem: error.problem };
    throw error;
  }
}

async function readLines(lines: AsyncIterable<string>, restore: Restore, signal: AbortSignal): Promise<End> {
  const tally = new Tally();
  const heads = new Map<StreamName, number>();
  let page: Kept[] = [];
  let found: End | null = null;
  let number = 0;
  for await (const text of lines) {
    signal.throwIfAborted();
    number += 1;
    if (found) throw new Unsound({ kind: "afterEnd", line: number });
    if (number > 1 && text.startsWith('{"end":')) {
      found = readAs(end, text, number).end;
      continue;
    }
    tally.line(text);
    if (number === 1) {
      readHeader(text);
      continue;
    }
    const fact = readFact(text, number, heads);
    tally.count(fact);
    page.push(fact);
    if (page.length === PAGE) {
      await restore.add(page);
      page = [];
    }
  }
  if (number === 0) throw new Unsound({ kind: "noBackup" });
  if (!found) throw new Unsound({ kind: "cutOff", facts: tally.facts });
  if (!isDeepStrictEqual(tally.end(), found)) throw new Unsound({ kind: "damaged" });
  await restore.add(page);
  return found;
}

function readHeader(text: string): void {
  const read = header.safeParse(parsed(text));
  if (!read.success) throw new Unsound({ kind: "noBackup" });
  if (read.data.format > FORMAT) throw new Unsound({ kind: "newerFormat", format: read.data.format });
}

function readFact(text: string, line: number, heads: Map<StreamName, number>): Kept {
  const { stream, version, fact } = readAs(kept, text, line);
  const expected = (heads.get(stream) ?? 0) + 1;
  if (version !== expected) throw new Unsound({ kind: "outOfOrder", line, stream, version, expected });
  heads.set(stream, version);
  return { stream, version, fact };
}

function readAs<T>(shape: z.ZodType<T>, text: string, line: number): T {
  const read = shape.safeParse(parsed(text));
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const detail = `${issue?.path.join(".") || "line"}: ${issue?.message ?? "unreadable"}`;
  throw new Unsound({ kind: "badLine", line, detail });
}

/** What is no JSON fits to no shape. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
