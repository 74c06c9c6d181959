// Lets one process have a folder: whoever wants it says so where all others look, and only then looks who else is there. So of two that come at
// the same time at least one sees the other. Every process has a socket of its own name; one fixed name would have to be removed when its process is
// dead, and a slow process could remove the living successor's. Knows nothing of what lies in the folder.

import { createHash, randomBytes } from "node:crypto";
import { readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { beThere, type Heard, whoIsThere } from "./presence.ts";

export type Claimed =
  | { ok: true; release(): Promise<void> }
  | { ok: false /** Number of the process that has it; null when it does not say. */; pid: number | null };

/** What a socket's path may have in bytes: 107 on Linux, 103 on macOS. */
const longestPath = 100;
const askAgainMs = 20;
/** Another process that wants the folder has decided long before. */
const patienceMs = 5_000;

/** Takes the folder, which has to exist, until `release` or the end of this process. */
export async function claim(directory: string): Promise<Claimed> {
  const family = await familyOf(directory);
  const own = `${family}.${randomBytes(6).toString("hex")}`;
  const presence = await beThere(own);
  const claimed = await rival(family, own).catch(async (error) => {
    await presence.end();
    throw error;
  });
  if (claimed) {
    await presence.end();
    return { ok: false, pid: claimed.pid };
  }
  presence.own();
  return { ok: true, release: presence.end };
}

/** Number of the living process that has the folder; null when none has, or it does not say. Takes nothing and removes nothing. */
export async function holderOf(directory: string): Promise<number | null> {
  const family = await familyOf(directory);
  for (const path of await othersOf(family, "")) {
    const heard = await whoIsThere(path);
    if (heard.alive && heard.owns) return heard.pid;
  }
  return null;
}

/** What all sockets for this folder begin with. A folder whose path is too long has them in the system's one for temporary files. */
async function familyOf(directory: string): Promise<string> {
  const real = await realpath(directory);
  const near = join(real, "lockstep.sock");
  if (Buffer.byteLength(near) + ".0123456789ab.new".length <= longestPath) return near;
  return join(tmpdir(), `lockstep-${createHash("sha256").update(real).digest("hex").slice(0, 16)}.sock`);
}

/** The living process that goes before us; null when there is none. Sockets of dead ones are removed. */
async function rival(family: string, own: string): Promise<{ pid: number | null } | null> {
  for (const path of await othersOf(family, own)) {
    const heard = await decided(path, path < own);
    if (heard.alive) return heard;
    await rm(path, { force: true });
  }
  return null;
}

/** Paths of all sockets for the folder but `own`, in order. */
async function othersOf(family: string, own: string): Promise<string[]> {
  const names = await readdir(dirname(family));
  const isOne = (name: string) => name.startsWith(`${basename(family)}.`) && /\.[0-9a-f]{12}$/.test(name);
  const others = names.filter((name) => isOne(name) && name !== basename(own)).sort();
  return others.map((name) => join(dirname(family), name));
}

/**
 * Of two that want the folder the one with the smaller name goes on. The one with the greater name may have looked before we were there, so it is
 * waited for until it has the folder or is gone.
 */
async function decided(path: string, goesFirst: boolean): Promise<Heard> {
  const latest = performance.now() + patienceMs;
  for (;;) {
    const heard = await whoIsThere(path);
    if (!heard.alive || heard.owns || goesFirst || performance.now() > latest) return heard;
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
}
