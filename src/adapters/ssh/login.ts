// Whether the bot's own side of a login is in order, before any host is asked: the key and its passphrase, or the agent, and the known_hosts files.

import { readFile } from "node:fs/promises";
import ssh2 from "ssh2";
import type { LoginExam } from "../../ports/examination.ts";
import type { ConnectionOptions } from "./connections.ts";
import { privateKeyIn } from "./keyring.ts";

/** An agent that asks its owner first must not hold everything up. */
const agentMs = 3_000;

export async function examineLogin(options: ConnectionOptions): Promise<LoginExam> {
  const { privateKey, passphrase, agent, knownHosts } = options;
  const files = knownHosts.map(async (path) => {
    const { problem } = await readText(path);
    return { path, problem };
  });
  return {
    key: privateKey === undefined ? null : { path: privateKey, problem: await keyProblem(privateKey, passphrase) },
    agentKeys: privateKey === undefined && agent !== undefined ? await keysInAgent(agent) : null,
    knownHosts: await Promise.all(files),
  };
}

type Unread = "missing" | "unreadable" | null;

async function readText(path: string): Promise<{ text: string; problem: Unread }> {
  try {
    return { text: await readFile(path, "utf8"), problem: null };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return { text: "", problem: isMissing ? "missing" : "unreadable" };
  }
}

async function keyProblem(
  path: string,
  passphrase: string | undefined,
): Promise<NonNullable<LoginExam["key"]>["problem"]> {
  const { text, problem } = await readText(path);
  if (problem) return problem;
  const key = privateKeyIn(text, passphrase);
  if (typeof key !== "string") return null;
  return key === "locked" || key === "passphrase" ? "passphrase" : "noKey";
}

function keysInAgent(socket: string): Promise<number | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), agentMs);
    ssh2.createAgent(socket).getIdentities((error, keys) => {
      clearTimeout(timer);
      resolve(error ? null : (keys?.length ?? 0));
    });
  });
}
