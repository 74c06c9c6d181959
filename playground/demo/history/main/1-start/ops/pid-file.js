// Which process of this service runs on this host. The file lies beside the releases, so every release finds it.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const shared = join(resolve(process.env.LOCKSTEP_PATH || "../.."), "shared");

const file = join(shared, "web.pid");

/** Null when none is known. */
export function pidInFile() {
  try {
    return Number(readFileSync(file, "utf8")) || null;
  } catch {
    return null;
  }
}

export function rememberPid(pid) {
  mkdirSync(shared, { recursive: true });
  writeFileSync(file, String(pid));
}

/** Only if the file still speaks of this process. */
export function forgetPid(pid) {
  if (pidInFile() === pid) rmSync(file, { force: true });
}
