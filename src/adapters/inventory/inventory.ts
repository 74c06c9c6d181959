// Reads lists of hosts from files and commands, as text. Knows no format.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { FromInventory, Inventory } from "../../ports/inventory.ts";
import { type RunLimits, runCommand } from "./command.ts";

/** Ten thousand hosts with all that can be said of each are about 1 MB. */
const MOST_BYTES = 4 * 1024 * 1024;

/** `mostBytes`: of a file, and of what a command prints; `environment`: of the bot, from which commands get theirs. */
export function systemInventory({
  mostBytes = MOST_BYTES,
  environment = process.env,
}: {
  mostBytes?: number;
  environment?: NodeJS.ProcessEnv;
} = {}): Inventory {
  return {
    async read(source, signal) {
      if ("file" in source) return readFile(source.file, mostBytes);
      const limits: RunLimits = { timeoutMs: source.timeoutMs, mostBytes, signal };
      return runCommand(source.command, { folder: source.folder, environment }, limits);
    },
  };
}

/** A file that grows while it is read is cut off as well. */
async function readFile(path: string, mostBytes: number): Promise<FromInventory> {
  try {
    // Opening a pipe would wait for somebody to write into it.
    if (!(await stat(path)).isFile()) return { ok: false, trouble: "unreadable", detail: "it is not a file" };
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of createReadStream(path, { end: mostBytes })) {
      chunks.push(chunk);
      size += chunk.length;
    }
    if (size > mostBytes) return { ok: false, trouble: "tooMuch", detail: `more than ${mostBytes} bytes` };
    return { ok: true, text: Buffer.concat(chunks).toString("utf8") };
  } catch (error) {
    return { ok: false, trouble: "unreadable", detail: reasonOf(error as NodeJS.ErrnoException) };
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "it is not there";
  return code === "EACCES" ? "the bot may not read it" : message;
}
