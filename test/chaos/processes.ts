// What the bots of a chaos run are as processes, and what they leave behind: falls, faults in their logs, memory, leases, programs on hosts.

import { readdirSync, readFileSync } from "node:fs";
import { createClient } from "redis";
import type { BotProcess } from "./botProcess.ts";
import type { World } from "./world.ts";

const MOST_MEMORY_BYTES = 450 * 2 ** 20;
const ERROR = 50;

export function botViolations(bot: BotProcess): string[] {
  const falls = bot.fallen.filter(({ wasReady }) => wasReady);
  return [
    ...falls.map(({ code, signal }) => `${bot.name} ended by itself (${signal ?? `code ${code}`})`),
    ...logFaults(bot),
    ...(bot.mostBytes > MOST_MEMORY_BYTES ? [`${bot.name} took ${Math.round(bot.mostBytes / 2 ** 20)} MB`] : []),
  ];
}

/** Each kind once, with how often it came. */
function logFaults({ name, logFile }: BotProcess): string[] {
  const counts = new Map<string, { line: string; times: number }>();
  for (const line of readFileSync(logFile, "utf8").split("\n")) {
    const fault = faultIn(line);
    if (fault === null) continue;
    counts.set(fault, { line, times: (counts.get(fault)?.times ?? 0) + 1 });
  }
  return [...counts.values()].map(({ line, times }) => `${name} logged ${times} times: ${line.slice(0, 1_500)}`);
}

/** What Slack's own library says of connections: it connects anew, and Slack tells whoever asked in between. */
const CONNECTION = /SMSendWhileNotReadyError|"from":"bolt".*(?:no active connection|WebSocket|WSS URL)/;

/** What kind of fault a line of the log tells of; null when it tells of none. */
function faultIn(line: string): string | null {
  if (CONNECTION.test(line)) return null;
  if (!line.startsWith("{")) return /^\s+at |Warning:|Unhandled|[A-Z]\w+Error/.test(line) ? line.slice(0, 60) : null;
  try {
    const { level, msg, error } = JSON.parse(line) as { level: number | string; msg: string; error?: unknown };
    return level === "error" || Number(level) >= ERROR ? `${msg} ${JSON.stringify(error)?.slice(0, 60)}` : null;
  } catch {
    // Cut off by SIGKILL.
    return null;
  }
}

/** Names of leases that somebody still holds. */
export async function heldLeases({ redis }: World): Promise<string[]> {
  if (redis === null) return [];
  const client = createClient({ url: redis.url });
  await client.connect();
  try {
    const keys = await client.keys("{lockstep}:lease:*");
    const all = await Promise.all(keys.map(async (key) => ({ key, ...(await client.hGetAll(key)) })));
    const held = all as unknown as { key: string; owner?: string; until?: string }[];
    return held.filter(({ owner, until }) => owner && Number(until) > Date.now()).map(({ key }) => key);
  } finally {
    await client.close();
  }
}

/** Commands on hosts that still run, by what they were started with. */
export function remoteProcesses(): string[] {
  const mark = `DEMO_PARENT=${process.pid}`;
  const running = readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && text(`/proc/${pid}/environ`).includes(mark),
  );
  return running
    .filter((pid) => !/^\d+ \(.*\) Z/s.test(text(`/proc/${pid}/stat`)))
    .map((pid) => text(`/proc/${pid}/cmdline`).replaceAll("\0", " ").slice(0, 200));
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
