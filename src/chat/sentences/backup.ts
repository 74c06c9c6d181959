// What `lockstep export` and `lockstep import` say. A problem without words does not compile.

import { count } from "./amounts.ts";

/** Why nothing was restored. `line` is counted from 1. */
export type BackupProblem =
  | { kind: "noBackup" }
  | { kind: "newerFormat"; format: number }
  | { kind: "badLine"; line: number; detail: string }
  | { kind: "outOfOrder"; line: number; stream: string; version: number; expected: number }
  | { kind: "afterEnd"; line: number }
  | { kind: "cutOff"; facts: number }
  | { kind: "damaged" }
  | { kind: "notEmpty" };

const NOTHING = "Nothing was restored.";

export function backupProblemSentence(problem: BackupProblem): string {
  switch (problem.kind) {
    case "noBackup":
      return `${NOTHING} This is no backup of Lockstep: its first line has to be {"lockstep":"journal",…}. Give the file that \`lockstep export\` wrote, unpacked.`;
    case "newerFormat":
      return `${NOTHING} A newer Lockstep wrote this backup (format ${problem.format}): restore it with that version.`;
    case "badLine":
      return `${NOTHING} Line ${problem.line} is not what an export writes (${problem.detail}): the file is damaged. Take another one.`;
    case "outOfOrder":
      return `${NOTHING} Line ${problem.line} has version ${problem.version} of ${problem.stream}, and ${problem.expected} is next: lines are missing or in another order. Take another file.`;
    case "afterEnd":
      return `${NOTHING} There is something behind the last line of the backup (line ${problem.line}): two files in one? Give one at a time.`;
    case "cutOff":
      return `${NOTHING} The file is cut off after ${count(problem.facts, "fact")}: its last line, which tells how many there are, is missing. Take another one.`;
    case "damaged":
      return `${NOTHING} The file has other contents than its last line says: it was changed, or is damaged. Take another one.`;
    case "notEmpty":
      return `${NOTHING} The store has a journal already, and two cannot be joined: name an empty one with DATA_DIR or REDIS_URL, or move the old one away.`;
  }
}

export function exportedSentence({ facts, streams }: { facts: number; streams: number }, where: string): string {
  return `Exported ${count(facts, "fact")} of ${count(streams, "stream")} to ${where}.`;
}

export function importedSentence({ facts, streams }: { facts: number; streams: number }, where: string): string {
  return `Restored ${count(facts, "fact")} of ${count(streams, "stream")} into ${where}. Start the bot with this store, and with no other one.`;
}

export const STOPPED_BACKUP =
  "Stopped before it was done: nothing was restored, and what was written is no whole backup.";

export const NO_BACKUP_GIVEN =
  "There is nothing to restore: name the file behind `lockstep import`, or send it to its standard input.";

const FILE_TROUBLE: Record<string, string> = {
  ENOENT: "it is not there",
  EACCES: "this user may not",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
};

/** `detail` is what the system says. */
export function fileSentence(path: string, detail: string): string {
  return `${path} cannot be used (${FILE_TROUBLE[detail] ?? detail}): check the path, its rights and the space there.`;
}

/** `detail`: where. */
export function brokenBackupSentence(detail: string): string {
  return `The command itself broke. Please report this with the lines below.\n${detail}`;
}

export const EXPORT_HELP = `Writes the whole journal as JSON lines, as it stands at one moment, also while the bot runs.

  lockstep export --out backup.jsonl
  lockstep export | gzip > backup.jsonl.gz

  --out <file>   gets its name only once it is whole, and only the user may read it; standard output when left out

The store is that of DATA_DIR (in the bot's own container, as the bot's user), or of REDIS_URL. Exit code: 0 all of it was written · 2 not.
`;

export const IMPORT_HELP = `Restores what \`lockstep export\` wrote into an empty store of either kind: all of it, or nothing.

  lockstep import backup.jsonl
  gunzip < backup.jsonl.gz | lockstep import

The store is that of DATA_DIR, or of REDIS_URL. Stop every bot first; one that goes on with the old store would deploy beside the new one.
Exit code: 0 restored · 2 nothing was restored.
`;
