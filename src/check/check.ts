// `lockstep check`: runs a target's checks on hosts that anybody may have deployed to, explains the verdict, and gives it as an exit code. Knows no
// adapter, and neither Slack nor a store nor hosts.

import type { Verdict } from "../canary/verdict.ts";
import {
  type AskingMistake,
  askingMistakeSentence,
  bakingSentence,
  STOPPED,
  softSentence,
  undecidedSentence,
} from "../chat/sentences/asking.ts";
import { VERDICT_WORDS } from "../chat/sentences/verdict.ts";
import { listHosts } from "../config/inventory.ts";
import type { Configuration } from "../config/schema.ts";
import type { Parts } from "../runner/parts.ts";
import { type AskedVerdict, askedOutcome, askedVerdict, askedVerdictData } from "../views/asked.ts";
import { type Asked, bake, bakeFor, tooShortBy } from "./baking.ts";
import { parseSince } from "./since.ts";
import { findChecked, findOrder } from "./target.ts";
import { inTerminal, partsInTerminal, wrapped } from "./terminal.ts";
import type { CheckWords } from "./words.ts";

/** What cannot be told is never 0: not a mistake in the command either. */
export const EXITS: Record<Verdict, number> = { pass: 0, fail: 1, inconclusive: 2 };

export interface Outside {
  configuration: Configuration;
  parts: Pick<Parts, "metrics" | "clock" | "inventory">;
  /** Of whoever reads, an IANA name. */
  zone: string;
  /** The explanation. */
  out: (text: string) => void;
  /** Progress and mistakes. */
  err: (text: string) => void;
}

/** Resolves to the exit code. */
export async function check(words: CheckWords, outside: Outside, signal: AbortSignal): Promise<number> {
  const told = await verdictOf(words, outside, signal);
  if (told.ok) {
    const { verdict } = told.asked;
    outside.out(
      words.json
        ? `${JSON.stringify(askedVerdictData(verdict))}\n`
        : partsInTerminal(askedVerdict(verdict), outside.zone),
    );
    return exit(words, askedOutcome(verdict.deploy, verdict.judgement), outside);
  }
  return cannotTell(words, told.problem, outside);
}

/** A sentence for people, and for programs an object that says the same. */
export function cannotTell(
  words: Pick<CheckWords, "json" | "soft">,
  problem: string,
  { out, err }: Pick<Outside, "out" | "err">,
): number {
  err(`${wrapped(problem, "")}\n`);
  if (words.json) out(`${JSON.stringify({ verdict: "inconclusive", problem })}\n`);
  return exit(words, null, { err });
}

function exit({ soft }: Pick<CheckWords, "soft">, verdict: Verdict | null, { err }: Pick<Outside, "err">): number {
  if (!soft) return EXITS[verdict ?? "inconclusive"];
  err(`${softSentence(verdict)}\n`);
  return 0;
}

type Told = { ok: true; asked: { verdict: AskedVerdict } } | { ok: false; problem: string };

async function verdictOf(words: CheckWords, outside: Outside, signal: AbortSignal): Promise<Told> {
  const { parts, zone, err } = outside;
  const found = await asks(words, outside, signal);
  if (!found.ok) return { ok: false, problem: inTerminal(askingMistakeSentence(found.mistake), zone) };
  const { asked } = found;
  const timing = bakeFor(asked, parts.clock.now());
  if (asked.wait) {
    const until = asked.since + timing.forMs + timing.settleMs;
    if (until > parts.clock.now()) err(`${wrapped(inTerminal(bakingSentence(until, timing.pollMs), zone), "")}\n`);
  }
  const onLook: Parameters<typeof bake>[1]["onLook"] = ({ deploy, judgement }) => {
    const looks = deploy.stage === "baking" ? deploy.bake.looks.length : 0;
    const each = judgement.results.map((result) => `${result.check} ${SO_FAR[result.verdict]}`).join(", ");
    err(`${wrapped(inTerminal(undecidedSentence(looks, parts.clock.now(), each), zone), "")}\n`);
  };
  const told = await bake(asked, { parts, onLook }, signal);
  if (told === null) return { ok: false, problem: STOPPED };
  const looks = told.deploy.stage === "baking" ? told.deploy.bake.looks : [];
  const window = looks.at(-1)?.window ?? { from: asked.since, to: asked.since };
  return { ok: true, asked: { verdict: { ...told, window } } };
}

const SO_FAR: Record<Verdict, string> = { ...VERDICT_WORDS, inconclusive: "open" };

type Found = { ok: true; asked: Asked } | { ok: false; mistake: AskingMistake };

async function asks(words: CheckWords, { configuration, parts, zone }: Outside, signal: AbortSignal): Promise<Found> {
  const target = findChecked(configuration, words);
  if (!target.ok) return target;
  const listed = await listHosts(configuration, target.found, { inventory: parts.inventory, signal });
  if (!listed.ok) return { ok: false, mistake: { kind: "noHosts", target: target.found, trouble: listed.trouble } };
  const canary = { hosts: words.canary, version: words.version ?? null };
  const order = findOrder(configuration, target.found, { all: listed.hosts, canary });
  if (!order.ok) return order;
  const now = parts.clock.now();
  const { wait } = words;
  // Who waits has just put the canary out: what was measured before would be the old version's.
  const usual = wait ? now : now - order.found.bake.forMs;
  const since = words.since === undefined ? { ok: true as const, at: usual } : parseSince(words.since, zone, now);
  if (!since.ok) {
    const mistake: AskingMistake =
      since.why === "future"
        ? { kind: "sinceFuture", at: since.at, now }
        : { kind: "sinceUnreadable", found: words.since ?? "" };
    return { ok: false, mistake };
  }
  const asked = { order: order.found, since: since.at, wait };
  const moreMs = tooShortBy(bakeFor(asked, now));
  const { warmUpMs, settleMs } = order.found.bake;
  return moreMs > 0
    ? { ok: false, mistake: { kind: "tooShort", since: since.at, moreMs, warmUpMs, settleMs } }
    : { ok: true, asked };
}
