// `lockstep doctor`: looks at everything at the same time, each part within its own time, and says what it found. Knows no adapter.

import { gatewaysOf } from "../config/hosts.ts";
import type { Target } from "../deploy/order.ts";
import type { Clock } from "../ports/clock.ts";
import { inTime } from "../runner/inTime.ts";
import { pool } from "../runner/pool.ts";
import { datadogRound } from "./datadog.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { type Given, givenFindings } from "./given.ts";
import { gatewaysRound, hostsRound, loginRound } from "./hosts.ts";
import type { Parts, Place, Round, Scope } from "./parts.ts";
import { Progress } from "./progress.ts";
import type { Outcome } from "./report.ts";
import { repositoriesRound } from "./repositories.ts";
import { slackRound } from "./slack.ts";
import { storeRounds } from "./store.ts";

export interface Asked {
  given: Given;
  targets: Target[];
  /** The hosts of a target as they are now. */
  place(target: Target, signal: AbortSignal): Promise<Place>;
  parts: Parts;
  agentSet: boolean;
  /** Work of this process that would hold up answers, and make hosts look slow: it is done before anything is asked. */
  prepare(): Promise<unknown>;
  /** Null where nobody watches. */
  terminal: { write(text: string): void; columns: number } | null;
}

/** Never rejects for what it looks at. */
export async function examine(asked: Asked, signal: AbortSignal): Promise<Outcome> {
  const { given, parts, terminal } = asked;
  const { clock } = parts;
  const at = clock.now();
  const progress = terminal && new Progress(terminal, clock);
  try {
    const [scope] = await Promise.all([scopeOf(asked, signal), asked.prepare()]);
    const known = givenFindings(given, at);
    const found = await Promise.all(roundsOf(asked, scope).map((round) => run(round, { clock, progress, signal })));
    const findings = [...known, ...found.flat()];
    return { findings, at, tookMs: clock.now() - at, stopped: signal.aborted };
  } finally {
    progress?.close();
  }
}

/** Inventories are commands, and each has a time of its own. */
const LISTS_AT_ONCE = 8;

async function scopeOf({ given, targets, place }: Asked, signal: AbortSignal): Promise<Scope | null> {
  const { settings } = given;
  if (!settings) return null;
  const places = new Map<Target, Place>();
  await pool(targets, { atOnce: LISTS_AT_ONCE, enough: () => false }, async (target) => {
    places.set(target, await place(target, signal));
  });
  return { settings, places: targets.flatMap((target) => places.get(target) ?? []) };
}

function roundsOf({ parts, agentSet }: Asked, scope: Scope | null): Round[] {
  const always = [...storeRounds(parts), slackRound(scope, parts.slack), datadogRound(scope, parts)];
  if (!scope) return always;
  const { hosts } = parts;
  const gateways = gatewaysOf(scope.places.flatMap((place) => place.hosts));
  return [
    ...always,
    repositoriesRound(scope, parts.repositories),
    loginRound(hosts, agentSet),
    ...(gateways.length > 0 ? [gatewaysRound(gateways, hosts)] : []),
    hostsRound(scope.places, hosts),
  ];
}

/** After its time a round is waited for no longer, were it that something in it takes no notice of its signal. */
const GRACE_MS = 3_000;

interface Around {
  clock: Clock;
  progress: Progress | null;
  signal: AbortSignal;
}

async function run(round: Round, { clock, progress, signal }: Around): Promise<Finding[]> {
  const { area, forMs } = round;
  const found = findingsOf(area);
  const over = new AbortController();
  progress?.tell(round, area, { done: 0, all: 1 });
  const tell = (done: number, all: number) => progress?.tell(round, area, { done, all });
  const late = clock.until(clock.now() + forMs + GRACE_MS, over.signal);
  try {
    return await Promise.race([
      inTime(clock, { forMs, signal }, (limited) => round.look(tell, limited)),
      late.then(() => [found(area, "wrong", { kind: "tooLong", ms: forMs })]),
      untilStopped(clock, { signal, over: over.signal }).then(() => [found(area, "unchecked", { kind: "stopped" })]),
    ]);
  } catch (error) {
    return [found(area, "wrong", { kind: "broke", detail: String((error as Error)?.message ?? error) })];
  } finally {
    over.abort();
    progress?.done(round);
  }
}

/** Resolves some time after `signal` has aborted: what can still say what it knows has said it by then. */
async function untilStopped(clock: Clock, { signal, over }: { signal: AbortSignal; over: AbortSignal }): Promise<void> {
  await clock.until(Number.MAX_SAFE_INTEGER, AbortSignal.any([signal, over]));
  await clock.until(clock.now() + GRACE_MS / 3, over);
}
