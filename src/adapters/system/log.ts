// The log: JSON lines on standard output, made by pino. Takes out what looks like a secret, whoever hands it in.

import { pino } from "pino";
import { hiding } from "../../deploy/secrets.ts";
import type { Log } from "../../ports/log.ts";

export function systemLog(level: string, secrets: readonly (string | undefined)[]): Log {
  const clean = hiding(secrets);
  const logger = pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
  const write =
    (to: "debug" | "info" | "warn" | "error") =>
    (message: string, fields: Record<string, unknown> = {}) => {
      if (!logger.isLevelEnabled(to)) return;
      const plain = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, readable(value, clean)]));
      logger[to](plain, clean(message));
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

function readable(value: unknown, clean: (text: string) => string): unknown {
  if (value instanceof Error) return clean(value.stack ?? value.message);
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null) return value;
  // String by string: as a whole, JSON would write a secret with a quote in it in another way.
  return JSON.parse(JSON.stringify(value, (_key, part: unknown) => (typeof part === "string" ? clean(part) : part)));
}
