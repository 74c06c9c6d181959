// Where adapters meet for the commands that need no bot: `lockstep check`, `lockstep replay` and the hosts of `check-config`. Loads only what the one that was asked for needs.

import { resolve } from "node:path";
import { datadogMetrics } from "./adapters/datadog/metrics.ts";
import { systemInventory } from "./adapters/inventory/inventory.ts";
import { systemClock } from "./adapters/system/clock.ts";
import { askingMistakeSentence, brokeSentence, CHECK_HELP } from "./chat/sentences/asking.ts";
import { REPLAY_HELP } from "./chat/sentences/replaying.ts";
import { redisProblemSentence } from "./chat/sentences/startup.ts";
import { hostsCounted, noHostsLine } from "./chat/sentences/whichHosts.ts";
import { plain } from "./chat/text.ts";
import { cannotTell, check } from "./check/check.ts";
import { replay } from "./check/replay.ts";
import { type Read, readCheckWords, readReplayWords } from "./check/words.ts";
import { allHosts } from "./config/allHosts.ts";
import { withDefaults } from "./config/defaults.ts";
import {
  type AskingEnvironment,
  configPath,
  type FromEnvironment,
  type ReplayingEnvironment,
  readAskingEnvironment,
  readReplayingEnvironment,
} from "./config/environment.ts";
import type { Mistake } from "./config/mistakes.ts";
import { describeMistakes, readConfiguration, type Settings } from "./config/read.ts";
import type { Configuration } from "./config/schema.ts";
import type { Journal } from "./ports/journal.ts";
import type { Log } from "./ports/log.ts";

const METRICS_TIMEOUT_MS = 15_000;

// A reader that has gone, such as head, is no reason for another exit code.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

const out = (text: string) => void process.stdout.write(text);
const err = (text: string) => void process.stderr.write(text);
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** How many hosts each target has, a line for each service, and what is wrong with lists of hosts. */
export async function targetHosts(
  configuration: Configuration,
  { commands, signal }: { commands: boolean; signal: AbortSignal },
): Promise<{ counts: string[]; mistakes: Mistake[] }> {
  const all = await allHosts(configuration, { inventory: systemInventory(), commands, signal });
  const mistakes = all.flatMap(({ target, hosts }) => {
    const path = `services.${target.service}.environments.${target.environment}.hosts`;
    return hosts !== "unread" && "trouble" in hosts ? [{ path, problem: noHostsLine(hosts.trouble) }] : [];
  });
  const counts = Object.keys(configuration.services).map((service) => {
    const places = all.filter(({ target }) => target.service === service);
    const each = places.map(({ target, hosts }) => `${target.environment} (${hostsCounted(hosts)})`);
    return `${service} in ${each.join(", ")}`;
  });
  return { counts, mistakes };
}

/** Resolves to the exit code: 0 pass, 1 fail, 2 cannot tell, whatever the reason is. */
export async function runCheck(args: string[], signal: AbortSignal): Promise<number> {
  // Also when the words cannot be read: a soft check never stops a pipeline.
  const manner = { soft: args.includes("--soft"), json: args.includes("--json") };
  const read = readCheckWords(args);
  if (!read.ok) return cannotTell(manner, problemOf(read), { out, err });
  if (read.words.help) {
    out(CHECK_HELP);
    return 0;
  }
  // A fault of ours is no verdict: Node's own exit code for one would say that the canary failed.
  const broke = (error: unknown) => cannotTell(manner, brokenSentence(error), { out, err });
  process.once("uncaughtException", (error) => process.exit(broke(error)));
  try {
    const ready = readyFor(readAskingEnvironment());
    if (!ready.ok) return cannotTell(manner, ready.problem, { out, err });
    const { environment, settings } = ready;
    const parts = { metrics: metricsFor(environment), clock: systemClock, inventory: systemInventory() };
    return await check(read.words, { configuration: settings.configuration, parts, zone: zone(), out, err }, signal);
  } catch (error) {
    return broke(error);
  }
}

/** Resolves to the exit code: 0 when it could be done, 2 when not. */
export async function runReplay(args: string[], signal: AbortSignal): Promise<number> {
  const fail = (problem: string) => {
    err(`${problem}\n`);
    return 2;
  };
  const read = readReplayWords(args);
  if (!read.ok) return fail(problemOf(read));
  if (read.words.help) {
    out(REPLAY_HELP);
    return 0;
  }
  let journal: Pick<Journal, "read" | "close"> | null = null;
  try {
    const ready = readyFor(readReplayingEnvironment());
    if (!ready.ok) return fail(ready.problem);
    const { environment, settings } = ready;
    const opened = await openJournal(environment);
    if (!opened.ok) return fail(opened.problem);
    journal = opened.journal;
    const parts = { metrics: metricsFor(environment), clock: systemClock, inventory: systemInventory() };
    const { configuration } = settings;
    return await replay(read.words, { configuration, parts, journal, zone: zone(), out, err }, signal);
  } catch (error) {
    return fail(brokenSentence(error));
  } finally {
    await journal?.close();
  }
}

/** Some errors bring a sentence for people; all others are ours, and whoever mends them needs to see where. */
function brokenSentence(error: unknown): string {
  const { name, message, stack } = error as Error;
  return ["UnreadableFact", "StoreUnreachable"].includes(name) ? message : brokeSentence(stack ?? String(error));
}

type Opened = { ok: true; journal: Pick<Journal, "read" | "close"> } | { ok: false; problem: string };

/** Only to read: the bot may have it open. Either store is loaded only when it is the one. */
async function openJournal({ REDIS_URL, DATA_DIR }: ReplayingEnvironment): Promise<Opened> {
  if (REDIS_URL === undefined) {
    const { CannotRead, readEmbeddedJournal } = await import("./adapters/embedded/readOnly.ts");
    try {
      return { ok: true, journal: await readEmbeddedJournal(resolve(DATA_DIR)) };
    } catch (error) {
      if (error instanceof CannotRead) return { ok: false, problem: error.message };
      throw error;
    }
  }
  const { openRedisStore } = await import("./adapters/redis/store.ts");
  const opened = await openRedisStore(REDIS_URL, silent);
  return opened.ok ? opened : { ok: false, problem: opened.problems.map(redisProblemSentence).join("\n") };
}

/** Standard output is for the table. */
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

function problemOf({ mistake }: Extract<Read<unknown>, { ok: false }>): string {
  return plain(askingMistakeSentence(mistake));
}

type Ready<E> = { ok: true; environment: E; settings: Settings } | { ok: false; problem: string };

/** Every mistake of the environment and of the configuration at once. */
function readyFor<E extends AskingEnvironment>(environment: FromEnvironment<E>): Ready<E> {
  const path = configPath();
  const configuration = readConfiguration(path);
  if (environment.ok && configuration.ok) {
    const settings = withDefaults(configuration.settings, environment.environment);
    return { ok: true, environment: environment.environment, settings };
  }
  const problems = [
    ...(environment.ok ? [] : environment.mistakes),
    ...(configuration.ok ? [] : [describeMistakes(path, configuration.mistakes)]),
  ];
  return { ok: false, problem: problems.join("\n") };
}

function metricsFor({ DD_API_KEY, DD_APP_KEY, DD_SITE, DD_API_URL }: AskingEnvironment) {
  const keys = { apiKey: DD_API_KEY, appKey: DD_APP_KEY };
  return datadogMetrics({ ...keys, site: DD_SITE, baseUrl: DD_API_URL, timeoutMs: METRICS_TIMEOUT_MS });
}
