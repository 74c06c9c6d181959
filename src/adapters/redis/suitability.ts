// Whether this Redis keeps what it is given: it has to be new enough, take writes, throw nothing away when memory is short, and write each change to disk.
// Snapshots alone are not enough: they are minutes old, and a lock that comes back is worse than none.

import type { RedisProblem } from "../../chat/sentences/startup.ts";
import type { Connection } from "./connection.ts";
import { HEADS } from "./scripts.ts";

export interface Suitability {
  problems: RedisProblem[];
  /** What the operator should know, although it works. */
  warnings: string[];
  version: string;
  /** How often Redis writes to disk: `always`, `everysec`, `no`, or `unknown`. */
  appendfsync: string;
}

const OLDEST = [6, 2];

/** Rejects with `StoreUnreachable`. */
export async function suitability(connection: Connection): Promise<Suitability> {
  // In a cluster this leads to the node that has our keys: its settings count.
  await connection.ask((client) => client.exists(HEADS));
  const told = fieldsOf(await connection.ask((client) => client.info()));
  const asked = ["appendonly", "appendfsync"];
  // Hosted ones may not let themselves be asked for settings.
  const settings: Record<string, string | undefined> | null = await connection
    .ask((client) => client.configGet(asked))
    .catch(() => null);
  const { version, problems, warnings } = fromInfo(told);
  const appendonly = settings?.appendonly ?? (told.get("aof_enabled") === "0" ? "no" : "yes");
  const appendfsync = settings?.appendfsync ?? "unknown";
  if (appendonly === "no" && settings !== null) problems.push({ kind: "forgets" });
  else if (appendonly === "no") warnings.push("this Redis does not write each change to disk (aof_enabled 0)");
  if (appendfsync === "no")
    warnings.push("Redis leaves to the system when it writes to disk: set appendfsync to everysec, or always");
  return { problems, warnings, version, appendfsync };
}

function fromInfo(told: Map<string, string>): Omit<Suitability, "appendfsync"> {
  const problems: RedisProblem[] = [];
  const warnings: string[] = [];
  // Valkey says here which Redis it is compatible with.
  const compatible = told.get("redis_version") ?? "";
  const version = told.get("valkey_version") ?? compatible;
  if (isOlder(compatible)) problems.push({ kind: "tooOld", version });
  if (told.get("role") === "slave") problems.push({ kind: "replica" });
  const policy = told.get("maxmemory_policy") ?? "noeviction";
  if (policy !== "noeviction" && (told.get("maxmemory") ?? "0") !== "0") problems.push({ kind: "evicts", policy });
  else if (policy !== "noeviction")
    warnings.push(
      `Redis would throw facts away if maxmemory were set: set maxmemory-policy to noeviction, it is ${policy}`,
    );
  return { problems, warnings, version };
}

function fieldsOf(info: string): Map<string, string> {
  const lines = info.split("\r\n").filter((line) => line.includes(":"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = OLDEST;
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
