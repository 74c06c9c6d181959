// Puts `lockstep export` and `lockstep import` together: the store of the environment, and a file or a pipe. Knows no bot and no configuration.

import { once } from "node:events";
import { open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import { linesOf } from "./backup/lines.ts";
import { readBackup } from "./backup/read.ts";
import { readExportWords, readImportWords } from "./backup/words.ts";
import { type Write, writeBackup } from "./backup/write.ts";
import { askingMistakeSentence } from "./chat/sentences/asking.ts";
import * as say from "./chat/sentences/backup.ts";
import { redisProblemSentence } from "./chat/sentences/startup.ts";
import { plain } from "./chat/text.ts";
import { type KeepingEnvironment, readKeepingEnvironment } from "./config/environment.ts";
import type { Restore, Snapshot } from "./ports/copies.ts";
import type { Log } from "./ports/log.ts";

const DONE = 0;
const NOT_DONE = 2;

/** What a person can mend: a sentence. */
class CannotDo extends Error {}

/** Standard output is for the backup. */
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Resolves to the exit code: see `EXPORT_HELP`. */
export async function runExport(args: string[], signal: AbortSignal): Promise<number> {
  const read = readExportWords(args);
  if (!read.ok) return fail(plain(askingMistakeSentence(read.mistake)));
  const { help, out } = read.words;
  if (help) return helped(say.EXPORT_HELP);
  return orSay(signal, async () => {
    const snapshot = await snapshotOf(environment());
    try {
      const writing = (write: Write) => writeBackup(snapshot, write, signal);
      const end = await (out === undefined ? writing(toStdout(signal)) : intoFile(resolve(out), writing));
      process.stderr.write(`${say.exportedSentence(end, out ?? "standard output")}\n`);
    } finally {
      await snapshot.close();
    }
  });
}

/** Resolves to the exit code: see `IMPORT_HELP`. */
export async function runImport(args: string[], signal: AbortSignal): Promise<number> {
  const read = readImportWords(args);
  if (!read.ok) return fail(plain(askingMistakeSentence(read.mistake)));
  const { help, file } = read.words;
  if (help) return helped(say.IMPORT_HELP);
  return orSay(signal, async () => {
    if (file === undefined && process.stdin.isTTY) throw new CannotDo(say.NO_BACKUP_GIVEN);
    const bytes = file === undefined ? process.stdin : (await open(resolve(file))).createReadStream();
    // Also while nothing comes in.
    addAbortSignal(signal, bytes);
    const { restore, where } = await restoreInto(environment());
    try {
      const imported = await readBackup(linesOf(bytes), restore, signal);
      if (!imported.ok) throw new CannotDo(say.backupProblemSentence(imported.problem));
      process.stderr.write(`${say.importedSentence(imported.end, where)}\n`);
    } finally {
      await restore.close();
    }
  });
}

function environment(): KeepingEnvironment {
  const read = readKeepingEnvironment();
  if (!read.ok) throw new CannotDo(read.mistakes.join("\n"));
  return read.environment;
}

async function snapshotOf({ REDIS_URL, DATA_DIR }: KeepingEnvironment): Promise<Snapshot> {
  if (REDIS_URL === undefined) {
    const { embeddedSnapshot } = await import("./adapters/embedded/copies.ts");
    return embeddedSnapshot(resolve(DATA_DIR));
  }
  const { redisSnapshot } = await import("./adapters/redis/copies.ts");
  return sound(await redisSnapshot(REDIS_URL, silent));
}

async function restoreInto({ REDIS_URL, DATA_DIR }: KeepingEnvironment): Promise<{ restore: Restore; where: string }> {
  if (REDIS_URL === undefined) {
    const { embeddedRestore } = await import("./adapters/embedded/copies.ts");
    return { restore: empty(await embeddedRestore(resolve(DATA_DIR))), where: resolve(DATA_DIR) };
  }
  const { redisRestore } = await import("./adapters/redis/restore.ts");
  return { restore: empty(sound(await redisRestore(REDIS_URL, silent))), where: "Redis" };
}

function sound<T>(
  opened: { ok: true; value: T } | { ok: false; problems: Parameters<typeof redisProblemSentence>[0][] },
): T {
  if (opened.ok) return opened.value;
  throw new CannotDo(opened.problems.map(redisProblemSentence).join("\n"));
}

function empty(restore: Restore | null): Restore {
  if (restore) return restore;
  throw new CannotDo(say.backupProblemSentence({ kind: "notEmpty" }));
}

/** Waits while the reader is slower than we are. One that has gone, such as head, gets no whole backup: that is an error. */
function toStdout(signal: AbortSignal): Write {
  const stopped = once(signal, "abort").then(() => signal.throwIfAborted());
  stopped.catch(() => {});
  const written = (text: string) =>
    new Promise<void>((done, reject) => void process.stdout.write(text, (error) => (error ? reject(error) : done())));
  // A reader that has stopped reading keeps nobody who is told to stop.
  return (text) => Promise.race([written(text), stopped]);
}
process.stdout.on("error", () => {});

/** The name is given to it at the end: a backup of before is there until then. Nobody else may read it: it holds names and output of commands. */
async function intoFile<T>(path: string, write: (write: Write) => Promise<T>): Promise<T> {
  const coming = `${path}.${process.pid}.part`;
  const file = await open(coming, "wx", 0o600);
  try {
    const written = await write(async (text) => void (await file.writeFile(text)));
    await file.sync();
    await rename(coming, path);
    return written;
  } catch (error) {
    await rm(coming, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function orSay(signal: AbortSignal, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return DONE;
  } catch (error) {
    return fail(signal.aborted ? say.STOPPED_BACKUP : sentenceOf(error));
  }
}

/** Errors whose messages are for people, by name: the adapters are only loaded when they are needed. */
const OWN_WORDS = ["CannotRead", "FactsGone", "StoreInUse", "StoreUnreachable", "UnreadableFact"];

/** Errors of the system carry a path or a call; all others but ours are bugs, and whoever mends them needs to see where. */
function sentenceOf(error: unknown): string {
  const { name, message, stack, code, path } = error as NodeJS.ErrnoException;
  if (error instanceof CannotDo || OWN_WORDS.includes(name)) return message;
  if (code !== undefined) return say.fileSentence(path ?? "the output", code);
  return say.brokenBackupSentence(stack ?? String(error));
}

function helped(text: string): number {
  process.stdout.write(text);
  return DONE;
}

function fail(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return NOT_DONE;
}
