// `lockstep trust`: shows the keys of hosts that nobody knows yet, and has them written down when a person says yes. First those of gateways, because the
// others are behind them. Knows no SSH.

import { askingMistakeSentence } from "../chat/sentences/asking.ts";
import * as say from "../chat/sentences/trusting.ts";
import { plain } from "../chat/text.ts";
import { findTarget } from "../check/target.ts";
import { wrapped } from "../check/terminal.ts";
import { gatewaysOf } from "../config/hosts.ts";
import type { Configuration } from "../config/schema.ts";
import type { Host, Target } from "../deploy/order.ts";
import type { HostKey, HostKeys, KeyLook } from "../ports/hostKeys.ts";
import type { TrustWords } from "./words.ts";

/** `allKnown`: whoever connects now is not refused for a key. */
export const EXITS = { allKnown: 0, notAllKnown: 1, couldNotAsk: 2 };

export interface Outside {
  configuration: Pick<Configuration, "services" | "ssh">;
  /** The hosts of a target. */
  hostsOf(target: Target): Promise<Host[]> | Host[];
  keys: HostKeys;
  /** What a person answers; null when nobody can be asked. */
  ask: ((question: string) => Promise<string>) | null;
  out(text: string): void;
  err(text: string): void;
}

/** Resolves to the exit code. */
export async function trust(words: TrustWords, outside: Outside, signal: AbortSignal): Promise<number> {
  const target = findTarget(outside.configuration, words);
  if (!target.ok) {
    outside.err(`${wrapped(plain(askingMistakeSentence(target.mistake)), "")}\n`);
    return EXITS.couldNotAsk;
  }
  const hosts = await outside.hostsOf(target.found);
  let worst = EXITS.allKnown;
  for (const some of [gatewaysOf(hosts), hosts]) {
    if (some.length === 0) continue;
    const exit = await learn(some, { words, outside, signal, target: target.found });
    // Behind a gateway that is not trusted nobody can be asked.
    if (exit === EXITS.couldNotAsk || (exit !== EXITS.allKnown && some !== hosts)) return exit;
    worst = Math.max(worst, exit);
  }
  if (worst === EXITS.allKnown) outside.out(`${say.allKnownSentence(target.found, hosts.length)}\n`);
  return worst;
}

interface Learning {
  words: TrustWords;
  outside: Outside;
  signal: AbortSignal;
  target: Target;
}

interface Seen {
  host: Host;
  look: KeyLook;
}

async function learn(hosts: Host[], { words, outside, signal, target }: Learning): Promise<number> {
  const { keys, out, err, ask } = outside;
  const [file] = outside.configuration.ssh.knownHosts as [string];
  const seen: Seen[] = await Promise.all(hosts.map(async (host) => ({ host, look: await keys.look(host, signal) })));
  for (const sentence of seen.flatMap(problemOf)) err(`${wrapped(sentence, "")}\n`);
  const strange = seen.flatMap(({ host, look }) => (look.is === "unknown" ? [{ host, key: look.key }] : []));
  const others = seen.every(({ look }) => look.is === "known" || look.is === "unknown");
  const rest = others ? EXITS.allKnown : EXITS.notAllKnown;
  if (strange.length === 0) return rest;
  out(`${wrapped(say.strangeSentence(target, strange.length), "")}\n\n${tableOf(strange)}\n\n`);
  if (!words.yes) {
    out(`${wrapped(say.compareSentence(), "")}\n`);
    if (!ask) {
      err(`${wrapped(say.NOBODY_TO_ASK, "")}\n`);
      return EXITS.couldNotAsk;
    }
    if ((await ask(say.question(strange.length, file))).trim() !== "yes") {
      out(`${say.NOT_TRUSTED}\n`);
      return EXITS.notAllKnown;
    }
  }
  await keys.trust(file, strange);
  out(`${say.trustedSentence(strange.length, file)}\n`);
  return rest;
}

function problemOf({ host, look }: Seen): string[] {
  if (look.is === "changed") return [say.changedSentence(host, look.detail)];
  return look.is === "unreached" ? [say.unreachedSentence(host.name, look)] : [];
}

function tableOf(strange: { host: Host; key: HostKey }[]): string {
  const rows = [
    say.TABLE_HEAD,
    ...strange.map(({ host, key }) => [host.name, say.placeOf(host), key.type, key.fingerprint]),
  ];
  const widths = say.TABLE_HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
