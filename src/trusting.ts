// Puts `lockstep trust` together: the terminal, the configuration, and SSH. Knows no bot.

import { createInterface } from "node:readline/promises";
import { systemInventory } from "./adapters/inventory/inventory.ts";
import { sshHostKeys } from "./adapters/ssh/host-keys.ts";
import { askingMistakeSentence } from "./chat/sentences/asking.ts";
import { TRUST_HELP } from "./chat/sentences/trusting.ts";
import { plain } from "./chat/text.ts";
import { configPath, readTrustingEnvironment } from "./config/environment.ts";
import { listHosts } from "./config/inventory.ts";
import { loginOf } from "./config/login.ts";
import { describeMistakes, readConfiguration } from "./config/read.ts";
import type { Configuration } from "./config/schema.ts";
import type { Host, Target } from "./deploy/order.ts";
import { EXITS, trust } from "./trust/trust.ts";
import { readTrustWords } from "./trust/words.ts";

const out = (text: string) => void process.stdout.write(text);
const err = (text: string) => void process.stderr.write(text);

/** Resolves to the exit code: see `TRUST_HELP`. */
export async function runTrust(args: string[], signal: AbortSignal): Promise<number> {
  const read = readTrustWords(args);
  if (!read.ok) return fail(plain(askingMistakeSentence(read.mistake)));
  if (read.words.help) {
    out(TRUST_HELP);
    return 0;
  }
  const environment = readTrustingEnvironment();
  if (!environment.ok) return fail(environment.mistakes.join("\n"));
  const path = configPath();
  const file = readConfiguration(path);
  if (!file.ok) return fail(describeMistakes(path, file.mistakes));
  const { configuration } = file.settings;
  const keys = sshHostKeys(loginOf(configuration, environment.environment));
  try {
    const ask = process.stdin.isTTY ? (question: string) => answerTo(question, signal) : null;
    const hosts = (target: Target) => hostsIn(configuration, target, signal);
    return await trust(read.words, { configuration, hostsOf: hosts, keys, ask, out, err }, signal);
  } catch (error) {
    return fail((error as Error).message);
  } finally {
    await keys.close();
  }
}

/** Rejects with a sentence when there is no list. */
async function hostsIn(configuration: Configuration, target: Target, signal: AbortSignal): Promise<Host[]> {
  const listed = await listHosts(configuration, target, { inventory: systemInventory(), signal });
  if (listed.ok) return listed.hosts;
  throw new Error(plain(askingMistakeSentence({ kind: "noHosts", target, trouble: listed.trouble })));
}

async function answerTo(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question, { signal });
  } catch {
    return ""; // stopped: that is no yes
  } finally {
    terminal.close();
  }
}

function fail(sentence: string): number {
  err(`${sentence}\n`);
  return EXITS.couldNotAsk;
}
