// Looks at where the bot keeps what it must not lose: its folder, and the journal in it or in Redis. Knows no file and no server.

import type { FolderExam, RedisExam } from "../ports/examination.ts";
import { type Finding, findingsOf } from "./findings.ts";
import type { Parts, Round } from "./parts.ts";

const found = findingsOf("store");
const LITTLE_KIB = 2 * 1_024 * 1_024;
const LEAST_KIB = 200 * 1_024;

export function storeRounds({ folder, redis }: Pick<Parts, "folder" | "redis">): Round[] {
  const here: Round = {
    area: "store",
    forMs: 15_000,
    look: async () => folderFindings(await folder(), redis === null),
  };
  if (redis === null) return [here];
  return [here, { area: "store", forMs: 20_000, look: async () => redisFindings(await redis()) }];
}

function folderFindings(exam: FolderExam, isStore: boolean): Finding[] {
  const { path, state, at, freeKiB, holder } = exam;
  const held = holder !== null;
  const low = freeKiB !== null && freeKiB < LITTLE_KIB;
  const findings: Finding[] = [];
  if (state !== "writable" && state !== "creatable") {
    // Somebody who looks need not be who runs it.
    findings.push(found("folder", held ? "look" : "wrong", { kind: "folderNotWritable", state, at, held }));
  } else if (!low) findings.push(found("folder", "ok", { kind: "folderWell", path, state, freeKiB }));
  if (low) findings.push(found("folder", freeKiB < LEAST_KIB ? "wrong" : "look", { kind: "folderLow", path, freeKiB }));
  return isStore ? [...findings, journalFinding(exam)] : findings;
}

function journalFinding({ journal, holder }: FolderExam): Finding {
  if (journal === null) return found("journal", "ok", { kind: "journalNew" });
  if ("problem" in journal) return found("journal", "wrong", { kind: "journalWrong", problem: journal.problem });
  const held = { pid: holder?.pid ?? null, held: holder !== null };
  return found("journal", "ok", { kind: "journalWell", streams: journal.streams, ...held });
}

function redisFindings({ problems, warnings, version, appendfsync }: RedisExam): Finding[] {
  const findings = [
    ...problems.map((problem) => found("Redis", "wrong", { kind: "redisWrong", problem })),
    ...warnings.map((warning) => found("Redis", "look", { kind: "redisWarning", warning })),
  ];
  return findings.length > 0 ? findings : [found("Redis", "ok", { kind: "redisWell", version, appendfsync })];
}
