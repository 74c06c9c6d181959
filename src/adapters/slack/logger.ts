// Bolt's log lines into ours. Bolt is talkative at info: its info goes to debug.

import { type Logger, LogLevel } from "@slack/bolt";
import type { Log } from "../../ports/log.ts";

/** `quiet`: for calls whose failures their callers tell in words of their own. */
export function boltLogger(log: Log, { quiet = false } = {}): Logger {
  const words = (messages: unknown[]) =>
    messages.map((one) => (one instanceof Error ? one.message : String(one))).join(" ");
  return {
    debug: () => undefined, // holds whole payloads
    info: (...messages) => log.debug(words(messages), { from: "bolt" }),
    warn: (...messages) => log[quiet ? "debug" : "warn"](words(messages), { from: "bolt" }),
    error: (...messages) => log.error(words(messages), { from: "bolt" }),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
