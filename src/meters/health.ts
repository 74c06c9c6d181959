// Whether the bot can do its work now, and what stands: for /healthz, and the part of /metrics that is asked for and not counted. Knows no format and no server.

import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import type { Sample } from "../ports/meters.ts";
import type { LastCommand } from "./answers.ts";
import type { Standing } from "./standing.ts";

/** A store that takes longer is as good as none to whoever asks how the bot is. */
const STORE_MS = 1_000;

/** Since when, in ms since 1970; null: HTTP mode, which has no connection of its own. */
export interface SlackLink {
  connected: boolean;
  since: number | null;
}

/** In ms, over the last minute or so. */
export interface LoopDelay {
  p99: number;
  longest: number;
}

export interface Watched {
  journal: Journal;
  standing: Standing;
  clock: Clock;
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
  const { journal, standing, clock } = watched;
  const began = clock.now();
  const reached = within(clock, journal.streams("target/")).then((names) => names && clock.now() - began);
  const [tookMs, deploysUnderWay] = await Promise.all([reached, within(clock, standing.running())]);
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
  const standing = await within(watched.clock, watched.standing.samples());
  const here = { labels: {} };
  return [
    ...(standing ?? []),
    { ...here, name: "lockstep_store_reachable", value: standing ? 1 : 0 },
    { ...here, name: "lockstep_slack_connected", value: watched.slack().connected ? 1 : 0 },
    { ...here, name: "lockstep_leases_held", value: watched.leases() },
    { ...here, name: "lockstep_ssh_connections", value: watched.connections() },
  ];
}

/** Null when it fails, and when it takes too long. */
async function within<T>(clock: Clock, work: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const late = clock.until(clock.now() + STORE_MS, over.signal).then(() => null);
  const answer = await Promise.race([work.catch(() => null), late]);
  over.abort();
  return answer;
}

const isoOf = (at: number): string => new Date(at).toISOString();
