// The only place where adapters meet: puts the bot together, starts it, stops it.

import { resolve } from "node:path";
import querystring from "node:querystring";
import { datadogMetrics } from "./adapters/datadog/metrics.ts";
import { openOnceFree } from "./adapters/embedded/succession.ts";
import { gitSource } from "./adapters/git/source.ts";
import { systemInventory } from "./adapters/inventory/inventory.ts";
import { type PrometheusMeters, prometheusMeters } from "./adapters/prometheus/meters.ts";
import { HTTP_PATH, type SlackApp, slackApp } from "./adapters/slack/app.ts";
import { Introduction } from "./adapters/slack/introduction.ts";
import { slackPeople } from "./adapters/slack/people.ts";
import { slackThread } from "./adapters/slack/thread.ts";
import { sshFleet } from "./adapters/ssh/fleet.ts";
import { randomNames, systemClock } from "./adapters/system/clock.ts";
import { systemLog } from "./adapters/system/log.ts";
import { watchLoop } from "./adapters/system/loop.ts";
import { makeAnswerer } from "./answerer.ts";
import { loadCommands } from "./chat/registry.ts";
import { redisProblemSentence, slackProblemSentence } from "./chat/sentences/startup.ts";
import { noHostsLine } from "./chat/sentences/whichHosts.ts";
import { allHosts } from "./config/allHosts.ts";
import { withDefaults } from "./config/defaults.ts";
import type { Environment } from "./config/environment.ts";
import { loginOf } from "./config/login.ts";
import { overdueMistakes } from "./config/overdue.ts";
import type { Settings } from "./config/read.ts";
import type { Configuration } from "./config/schema.ts";
import { targetsOf } from "./config/targets.ts";
import { allChannels, usesGroups } from "./config/uses.ts";
import { measuredAnswers } from "./meters/answers.ts";
import { countedFacts } from "./meters/facts.ts";
import { JournalGauges } from "./meters/gauges.ts";
import { healthOf, samplesOf, type Watched } from "./meters/health.ts";
import { measuredFleet, measuredMetrics, measuredSource } from "./meters/outside.ts";
import { type MeasuredLeases, measuredJournal, measuredLeases } from "./meters/store.ts";
import { METERS } from "./meters/table.ts";
import type { Log } from "./ports/log.ts";
import { TargetBot } from "./runner/bot.ts";
import { gathered } from "./runner/gathered.ts";
import type { Parts } from "./runner/parts.ts";
import { Supervisor } from "./runner/supervise.ts";
import { Freezes, Targets } from "./runner/targets.ts";
import { startWeb, type Web } from "./web/server.ts";

const SOURCE_TIMEOUT_MS = 60_000;
const METRICS_TIMEOUT_MS = 15_000;
const UPLOAD_STALL_MS = 30_000;
/** What has not let go by then is left to its end: leases run out, and hosts refuse what comes late. */
const STOP_WITHIN_MS = 4_000;
const LOOPBACK = "127.0.0.1";

/** Why the bot cannot start: sentences for the terminal. */
export class CannotStart extends Error {
  override name = "CannotStart";
}

export interface RunningBot {
  /**
   * Resolves once commands can come, and all deploys under way are taken up. These go on before that, for as long as Slack is away; when it says no, this
   * rejects with `CannotStart`, and the bot has to be stopped.
   */
  ready: Promise<void>;
  /** Takes nothing new, hands over what is under way, and resolves within four seconds, whatever hangs. */
  stop(): Promise<void>;
}

/** Starts everything, and does not wait for Slack. Rejects with `CannotStart` when something else outside is not as it has to be. */
export async function startBot(environment: Environment, given: Settings): Promise<RunningBot> {
  const settings = withDefaults(given, environment);
  const log = systemLog(environment.LOG_LEVEL, secretsOf(environment));
  const meters = prometheusMeters(METERS);
  const stopping = new AbortController();
  const introduction = new Introduction(slackSettings(environment), { clock: systemClock, log, meters });
  const { clients } = introduction;
  const metrics = metricsFor(environment, log);
  const fleet = fleetFor(environment, settings, log);
  const source = gitSource({ directory: resolve(environment.DATA_DIR, "git"), timeoutMs: SOURCE_TIMEOUT_MS, log });
  const store = await openStore(environment, settings, { log, meters });
  const parts: Parts = {
    settings,
    log,
    metrics: gathered(measuredMetrics(metrics, meters), systemClock),
    ...store,
    fleet: measuredFleet(fleet, meters),
    inventory: systemInventory(),
    source: measuredSource(source, meters),
    thread: slackThread(clients, () => introduction.channelIds),
    people: slackPeople(clients.urgent, systemClock),
    clock: systemClock,
    names: randomNames,
  };
  const supervisor = new Supervisor(parts);
  const commands = await loadCommands();
  const bot = makeAnswerer(commands, new TargetBot(parts, supervisor), log);
  const answerer = measuredAnswers(bot, commands, { meters, clock: systemClock });
  const asking = { client: clients.urgent, answerer, clock: systemClock, log, meters };
  const slack = slackApp(slackSettings(environment), asking);
  const loop = watchLoop();
  const watched = watchedIn(parts, {
    slack: slack.link,
    lastCommand: answerer.last,
    leases: store.leases.held,
    connections: fleet.connections,
    loop: loop.delay,
  });
  const web = await orSay(
    startWeb({
      port: environment.PORT,
      // Nobody outside has to reach it, unless Slack or the readers of runbooks do.
      host: slack.listener || given.configuration.publicUrl ? undefined : LOOPBACK,
      runbooks: settings.runbooks,
      slack: slack.listener ? { path: HTTP_PATH, listener: slack.listener } : null,
      health: () => healthOf(watched),
      metrics: async () => meters.page(await samplesOf(watched)),
      log,
    }),
  );
  supervisor.watch();
  warnOfChecks(settings.configuration, log);
  void warnOfHosts(settings.configuration, parts);
  const letIn = async () => {
    const checked = await introduction.ask(slackNeeds(settings.configuration), stopping.signal);
    if (!checked.ok) throw new CannotStart(checked.problems.map(slackProblemSentence).join("\n"));
    stopping.signal.throwIfAborted();
    await orSay(slack.start(checked.identity));
  };
  const ready = Promise.all([supervisor.resume(), letIn()]).then(() => {
    log.info("ready", { port: web.port, mode: slack.listener ? "http" : "socket" });
    // A fifth of a second of work: not before the first answer can be given.
    metrics.warm();
  });
  ready.catch(() => {}); // whoever stops the bot before may never ask

  return {
    ready,
    async stop() {
      stopping.abort();
      const inTime = new AbortController();
      const late = systemClock.until(systemClock.now() + STOP_WITHIN_MS, inTime.signal);
      await Promise.race([letGo({ web, slack, supervisor, parts }), late]);
      inTime.abort();
      loop.stop();
      log.info("stopped");
    },
  };
}

type Running = { web: Web; slack: SlackApp; supervisor: Supervisor; parts: Parts };

/** Others go on with deploys as soon as their leases are free: that does not wait for the last answers. */
async function letGo({ web, slack, supervisor, parts }: Running): Promise<void> {
  const answered = slack.stop();
  await Promise.all([answered, web.stop(answered), supervisor.stop()]);
  await parts.fleet.close();
  await parts.journal.close();
}

/** What /healthz and /metrics look at. */
function watchedIn(parts: Parts, here: Omit<Watched, "journal" | "gauges" | "clock" | "log">): Watched {
  const { journal, log } = parts;
  return { journal, gauges: new JournalGauges(parts), clock: systemClock, log, ...here };
}

function warnOfChecks(configuration: Configuration, log: Log): void {
  for (const { path, problem } of overdueMistakes(configuration, systemClock.now()))
    log.warn("the date of a soft check has passed; it still stops nothing", { path, problem });
}

/** Deploys there are refused until it is mended; the way back is open. Commands are not run for it. */
async function warnOfHosts(configuration: Configuration, { inventory, log }: Parts): Promise<void> {
  const signal = new AbortController().signal;
  for (const { target, hosts } of await allHosts(configuration, { inventory, signal, commands: false })) {
    if (hosts !== "unread" && "trouble" in hosts) log.warn(noHostsLine(hosts.trouble), { ...target });
  }
}

function slackSettings(environment: Environment) {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL } = environment;
  return {
    botToken: SLACK_BOT_TOKEN,
    appToken: SLACK_APP_TOKEN,
    signingSecret: SLACK_SIGNING_SECRET,
    apiUrl: SLACK_API_URL,
  };
}

function slackNeeds(configuration: Configuration) {
  return { channels: allChannels(configuration), groups: usesGroups(configuration) };
}

interface Measured {
  log: Log;
  meters: PrometheusMeters;
}

type Store = Pick<Parts, "journal" | "targets" | "freezes"> & { leases: MeasuredLeases };

/** Redis for any number of processes, where it is given; otherwise a file of this process' own. */
async function openStore(
  { REDIS_URL, DATA_DIR }: Environment,
  { configuration }: Settings,
  { log, meters }: Measured,
): Promise<Store> {
  const opened =
    REDIS_URL === undefined ? await orSay(openOnceFree(resolve(DATA_DIR), log)) : await openRedis(REDIS_URL, log);
  const targets = targetsOf(configuration);
  const journal = countedFacts(measuredJournal(opened.journal, meters), { meters, log, targets });
  const needs = { journal, clock: systemClock };
  const leases = measuredLeases(opened.leases, { meters, clock: systemClock });
  return { journal, leases, targets: new Targets(needs), freezes: new Freezes(needs) };
}

async function openRedis(url: string, log: Log): Promise<Pick<Parts, "journal" | "leases">> {
  const { openRedisStore } = await import("./adapters/redis/store.ts");
  const opened = await openRedisStore(url, log);
  if (!opened.ok) throw new CannotStart(opened.problems.map(redisProblemSentence).join("\n"));
  return opened;
}

function metricsFor({ DD_API_KEY, DD_APP_KEY, DD_SITE, DD_API_URL }: Environment, log: Log) {
  const keys = { apiKey: DD_API_KEY, appKey: DD_APP_KEY };
  return datadogMetrics({ ...keys, site: DD_SITE, baseUrl: DD_API_URL, timeoutMs: METRICS_TIMEOUT_MS, log });
}

function fleetFor(environment: Environment, { configuration }: Settings, log: Log) {
  return sshFleet({ ...loginOf(configuration, environment), uploadStallMs: UPLOAD_STALL_MS, log });
}

function secretsOf(environment: Environment): (string | undefined)[] {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, DD_API_KEY, DD_APP_KEY, SSH_KEY_PASSPHRASE } =
    environment;
  const redisPassword = environment.REDIS_URL && new URL(environment.REDIS_URL).password;
  // As it stands in the address, and as it is sent.
  const redisPasswords = redisPassword ? [redisPassword, querystring.unescape(redisPassword)] : [];
  const others = [DD_API_KEY, DD_APP_KEY, SSH_KEY_PASSPHRASE, ...redisPasswords];
  return [SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, ...others];
}

/** What keeps the bot from starting is something that a person can mend: a sentence, not a stack trace. */
async function orSay<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw new CannotStart(error instanceof Error ? error.message : String(error));
  });
}
