// Whether the bot can do its work now: for /healthz, and for the gauges of /metrics. Knows no format and no server.

import type { Clock } from "../ports/clock.ts";
import { type Journal, StoreUnreachable } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { LoopDelay, Sample, SlackLink } from "../ports/meters.ts";
import { FREEZES } from "../runner/stored.ts";
import type { LastCommand } from "./answers.ts";
import type { JournalGauges } from "./gauges.ts";

/** A store that takes longer is as good as none to whoever asks how the bot is. */
const STORE_MS = 1_000;

export interface Watched {
  journal: Pick<Journal, "read">;
  gauges: Pick<JournalGauges, "running" | "samples">;
  clock: Clock;
  log: Log;
  slack(): SlackLink;
  lastCommand(): LastCommand | null;
  leases(): number;
  connections(): number;
  loop(): LoopDelay;
}

/** As JSON; times are in ISO 8601, UTC. */
export interface Health {
  ok: boolean;
  slack: { connected: boolean; since: string | null };
  store: { reachable: boolean; tookMs: number | null };
  lastCommand: { command: string; at: string; tookMs: number } | null;
  /** Null when the store does not say. */
  deploysUnderWay: number | null;
  leasesHeld: number;
  loopDelayMs: LoopDelay;
}

export async function healthOf(watched: Watched): Promise<Health> {
  const [tookMs, deploysUnderWay] = await Promise.all([
    storeTookMs(watched),
    inTime(watched, watched.gauges.running()),
  ]);
  const { connected, since } = watched.slack();
  const last = watched.lastCommand();
  return {
    ok: connected && tookMs !== null,
    slack: { connected, since: since === null ? null : isoOf(since) },
    store: { reachable: tookMs !== null, tookMs },
    lastCommand: last && { ...last, at: isoOf(last.at) },
    deploysUnderWay,
    leasesHeld: watched.leases(),
    loopDelayMs: watched.loop(),
  };
}

/** What only the store can tell is left out when it does not. */
export async function samplesOf(watched: Watched): Promise<Sample[]> {
  const [tookMs, fromJournal] = await Promise.all([storeTookMs(watched), inTime(watched, watched.gauges.samples())]);
  const here = { labels: {} };
  return [
    ...(fromJournal ?? []),
    { ...here, name: "lockstep_store_reachable", value: tookMs === null ? 0 : 1 },
    { ...here, name: "lockstep_slack_connected", value: watched.slack().connected ? 1 : 0 },
    { ...here, name: "lockstep_leases_held", value: watched.leases() },
    { ...here, name: "lockstep_ssh_connections", value: watched.connections() },
  ];
}

/** How long the store took for the least that it can be asked; null when it did not answer in time. Whether what it holds makes sense is another question. */
async function storeTookMs(watched: Watched): Promise<number | null> {
  const { journal, clock } = watched;
  const began = clock.now();
  return inTime(
    watched,
    journal.read(FREEZES).then(() => Math.max(0, clock.now() - began)),
  );
}

/** Null when it fails, and when it takes too long. A store that is away has said so in the log itself; any other failure is a fault of ours. */
async function inTime<T>({ clock, log }: Watched, work: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const late = clock.until(clock.now() + STORE_MS, over.signal).then(() => null);
  const done = work.catch((error: unknown) => {
    if (!(error instanceof StoreUnreachable)) log.error("the state of the bot cannot be told as a whole", { error });
    return null;
  });
  const answer = await Promise.race([done, late]);
  over.abort();
  return answer;
}

const isoOf = (at: number): string => new Date(at).toISOString();
