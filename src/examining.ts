// Where adapters meet for `lockstep doctor`: whatever of the environment is there is put to use, and what is missing is said. Starts nothing and changes nothing.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { datadogExams } from "./adapters/datadog/examine.ts";
import { loadClient } from "./adapters/datadog/load.ts";
import { datadogMetrics } from "./adapters/datadog/metrics.ts";
import { examineFolder } from "./adapters/embedded/examine.ts";
import { gitExams } from "./adapters/git/examine.ts";
import { systemInventory } from "./adapters/inventory/inventory.ts";
import { slackExams } from "./adapters/slack/examine.ts";
import { sshExams } from "./adapters/ssh/examine.ts";
import { systemClock } from "./adapters/system/clock.ts";
import { askingMistakeSentence } from "./chat/sentences/asking.ts";
import { DOCTOR_HELP, STOPPED, summary } from "./chat/sentences/doctor.ts";
import { noHostsLine } from "./chat/sentences/whichHosts.ts";
import { plain } from "./chat/text.ts";
import { withDefaults } from "./config/defaults.ts";
import { configPath, type PartOfEnvironment, readPartOfEnvironment } from "./config/environment.ts";
import { listHosts, misfitOf } from "./config/inventory.ts";
import { loginOf } from "./config/login.ts";
import { describeMistakes, readConfiguration, type Settings } from "./config/read.ts";
import { siteOf } from "./config/site.ts";
import { configured } from "./config/targets.ts";
import type { Target } from "./deploy/order.ts";
import { hiding } from "./deploy/secrets.ts";
import { type Asked, examine } from "./doctor/doctor.ts";
import { fold } from "./doctor/fold.ts";
import type { Given } from "./doctor/given.ts";
import { isMissing, type Parts, type Place } from "./doctor/parts.ts";
import { countsOf, exitCode, type Outcome, reportOf } from "./doctor/report.ts";
import { tableOf } from "./doctor/table.ts";
import { type DoctorWords, readDoctorWords, targetsMeant } from "./doctor/words.ts";
import type { Log } from "./ports/log.ts";

const GIT_TIMEOUT_MS = 30_000;
const METRICS_TIMEOUT_MS = 15_000;
/** For what is not a terminal. */
const COLUMNS = 96;

// A reader that has gone, such as head, is no reason for another exit code.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

/** Standard output is for the table. */
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Resolves to the exit code: 0 all is well, 1 something is wrong or could not be looked at, 2 it could not be done. */
export async function runDoctor(args: string[], signal: AbortSignal): Promise<number> {
  const read = readDoctorWords(args);
  if (!read.ok) return fail(plain(askingMistakeSentence(read.mistake)));
  if (read.words.help) {
    process.stdout.write(DOCTOR_HELP);
    return 0;
  }
  const { environment, mistakes: variables } = readPartOfEnvironment();
  const given = { ...readGiven(environment), variables };
  if (!existsSync(given.path)) return fail(describeMistakes(given.path, given.mistakes));
  const meant = given.settings
    ? targetsMeant(given.settings.configuration, read.words)
    : { ok: true as const, targets: [] };
  // A service that is left out for its mistakes is not unknown.
  if (!meant.ok && given.mistakes.length === 0) return fail(plain(askingMistakeSentence(meant.mistake)));
  const asked = askedWith(given, meant.ok ? meant.targets : [], environment);
  try {
    const outcome = await examine(asked, signal);
    show(outcome, read.words, hiding(secretsOf(environment)));
    return exitCode(outcome);
  } finally {
    await asked.parts.hosts.close();
  }
}

function readGiven(environment: PartOfEnvironment): Omit<Given, "variables"> {
  const path = configPath();
  const read = readConfiguration(path);
  const settings = read.ok ? read.settings : (read.sound ?? null);
  const mistakes = read.ok ? [] : read.mistakes;
  return { path, mistakes, settings: settings && withDefaults(settings, environment) };
}

function askedWith(given: Given, targets: Target[], environment: PartOfEnvironment): Asked {
  const { SSH_AUTH_SOCK } = environment;
  const { stderr } = process;
  const parts = partsFrom(environment, given.settings);
  return {
    given,
    targets,
    place: (target, signal) => placeOf(given.settings, target, signal),
    parts,
    agentSet: SSH_AUTH_SOCK !== undefined,
    // A part of a second of work.
    prepare: async () => isMissing(parts.datadog) || loadClient().catch(() => {}), // whoever asks hears of it
    terminal: stderr.isTTY ? { write: (text) => void stderr.write(text), columns: stderr.columns } : null,
  };
}

async function placeOf(settings: Settings | null, target: Target, signal: AbortSignal): Promise<Place> {
  if (!settings) throw new Error("there is no configuration");
  const { configuration } = settings;
  const site = siteOf(configured(configuration, target).service);
  const listed = await listHosts(configuration, target, { inventory: systemInventory(), signal });
  if (!listed.ok) return { target, site, hosts: [], problem: noHostsLine(listed.trouble) };
  const misfit = misfitOf(configuration, target, listed.hosts);
  // Of hosts that the configuration lists itself it is a mistake there.
  const isNews = misfit !== null && misfit.from !== "configuration";
  return { target, site, hosts: listed.hosts, problem: isNews ? noHostsLine(misfit) : null };
}

function partsFrom(environment: PartOfEnvironment, settings: Settings | null): Parts {
  const { DATA_DIR, REDIS_URL } = environment;
  return {
    clock: systemClock,
    hosts: hostsFrom(environment, settings),
    repositories: gitExams({ timeoutMs: GIT_TIMEOUT_MS }),
    slack: slackFrom(environment),
    datadog: datadogFrom(environment),
    folder: () => examineFolder(resolve(DATA_DIR), REDIS_URL === undefined),
    redis: REDIS_URL === undefined ? null : () => examineRedisAt(REDIS_URL),
  };
}

/** Without a configuration there are no hosts, and nobody is called. */
function hostsFrom(environment: PartOfEnvironment, settings: Settings | null) {
  return sshExams(settings ? loginOf(settings.configuration, environment) : { knownHosts: [] });
}

function slackFrom(environment: PartOfEnvironment): Parts["slack"] {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL } = environment;
  if (SLACK_BOT_TOKEN === undefined) return { needs: ["SLACK_BOT_TOKEN"] };
  if (SLACK_API_URL === undefined) return { needs: ["SLACK_API_URL"] };
  const settings = { botToken: SLACK_BOT_TOKEN, appToken: SLACK_APP_TOKEN, apiUrl: SLACK_API_URL };
  const http = SLACK_APP_TOKEN === undefined && SLACK_SIGNING_SECRET !== undefined;
  return { exams: slackExams(settings, silent), http };
}

function datadogFrom({ DD_API_KEY, DD_APP_KEY, DD_SITE, DD_API_URL }: PartOfEnvironment): Parts["datadog"] {
  if (DD_API_KEY === undefined || DD_APP_KEY === undefined) {
    const keys = { DD_API_KEY, DD_APP_KEY };
    return { needs: Object.entries(keys).flatMap(([name, value]) => (value === undefined ? [name] : [])) };
  }
  const keys = { apiKey: DD_API_KEY, appKey: DD_APP_KEY };
  const account = { ...keys, site: DD_SITE, ...(DD_API_URL && { baseUrl: DD_API_URL }), timeoutMs: METRICS_TIMEOUT_MS };
  return { exams: datadogExams(account), metrics: datadogMetrics(account) };
}

/** Loaded only where it is the store. */
async function examineRedisAt(url: string) {
  const { examineRedis } = await import("./adapters/redis/examine.ts");
  return examineRedis(url, silent);
}

function show(outcome: Outcome, { json }: DoctorWords, clean: (text: string) => string): void {
  const { stdout, stderr } = process;
  if (json) stdout.write(reportOf(outcome, clean));
  else {
    const look = { columns: stdout.columns ?? COLUMNS, colours: stdout.isTTY && stdout.hasColors(), clean };
    stdout.write(tableOf(fold(outcome.findings), look));
    stdout.write(`\n${summary(countsOf(outcome.findings), outcome.tookMs)}\n`);
  }
  if (outcome.stopped) stderr.write(`${STOPPED}\n`);
}

function secretsOf(environment: PartOfEnvironment): (string | undefined)[] {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, DD_API_KEY, DD_APP_KEY } = environment;
  const password = environment.REDIS_URL && new URL(environment.REDIS_URL).password;
  const others = [environment.SSH_KEY_PASSPHRASE, password, password && decodeURIComponent(password)];
  return [SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, DD_API_KEY, DD_APP_KEY, ...others];
}

function fail(problem: string): number {
  process.stderr.write(`${problem}\n`);
  return 2;
}
