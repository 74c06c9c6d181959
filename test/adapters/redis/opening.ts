// What tests of the store in Redis have in common: opening it, and telling how a request ended.

import { createClient } from "redis";
import { openRedisStore } from "../../../src/adapters/redis/store.ts";
import { StoreUnreachable } from "../../../src/ports/journal.ts";

export interface Logged {
  level: string;
  message: string;
  fields: Record<string, unknown>;
}

export function recordingLog() {
  const lines: Logged[] = [];
  const at =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) =>
      void lines.push({ level, message, fields });
  return { lines, log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } };
}

/** Answers may take 1 s instead of 5: a test waits for them to be late. */
export async function openAt(url: string, log = recordingLog().log) {
  const opened = await openRedisStore(url, log, 1_000);
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  return opened;
}

/** A connection of somebody else. */
export const rawClient = (url: string) =>
  createClient({ url })
    .on("error", () => {})
    .connect();

export const one = (stream: string, expected: number, kind = "one") => [{ stream, expected, facts: [{ kind, at: 1 }] }];

/** `no` and `unknown` as StoreUnreachable says them, `answered` otherwise. All other errors are thrown. */
export async function endOf(request: Promise<unknown>): Promise<"answered" | "no" | "unknown"> {
  try {
    await request;
    return "answered";
  } catch (error) {
    if (error instanceof StoreUnreachable) return error.done;
    throw error;
  }
}

/** Tries until the store answers. */
export async function untilAnswered<T>(request: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof StoreUnreachable)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
