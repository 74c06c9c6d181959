// What the commands of the terminal (check, replay, doctor, trust) say when they cannot begin, and what `check` says around a verdict. A mistake without words does not compile.

import type { Verdict } from "../../canary/verdict.ts";
import type { Target } from "../../deploy/order.ts";
import type { HostsTrouble } from "../../deploy/refusals.ts";
import { bold, precise, type Text, t, utc } from "../text.ts";
import { duration, names } from "./amounts.ts";
import { hostList } from "./hostList.ts";
import { hostsTroubleWords } from "./whichHosts.ts";

export type AskingMistake =
  | { kind: "unknownOption"; option: string; known: string[] }
  | { kind: "valueMissing"; option: string }
  | { kind: "noValueWanted"; option: string }
  | { kind: "tooManyWords"; words: string[] }
  | { kind: "unwantedWords"; words: string[] }
  | { kind: "badLast"; found: string; most: number }
  | { kind: "noService"; known: string[] }
  | { kind: "unknownService"; service: string; known: string[] }
  | { kind: "unknownEnvironment"; service: string; environment: string; known: string[] }
  | { kind: "noSuchEnvironment"; environment: string; known: string[] }
  | { kind: "noChecks"; service: string }
  | { kind: "unknownCheck"; service: string; check: string; known: string[] }
  | { kind: "unknownHosts"; target: Target; hosts: string[]; known: string[] }
  | { kind: "noHosts"; target: Target; trouble: HostsTrouble }
  | { kind: "noCanary"; target: Target }
  | { kind: "nothingToCompare"; checks: string[]; canary: string[] }
  | { kind: "versionWanted"; checks: string[] }
  | { kind: "sinceUnreadable"; found: string }
  | { kind: "sinceFuture"; at: number; now: number }
  | { kind: "tooShort"; since: number; moreMs: number; warmUpMs: number; settleMs: number };

export function askingMistakeSentence(mistake: AskingMistake): Text {
  switch (mistake.kind) {
    case "unknownOption":
      return t`There is no option ${mistake.option}: there are ${names(mistake.known, 20)}.`;
    case "valueMissing":
      return t`${mistake.option} needs a value behind it, such as ${mistake.option}=${EXAMPLES[mistake.option] ?? "…"}.`;
    case "noValueWanted":
      return t`${mistake.option} takes no value: leave it out, or say ${mistake.option} alone.`;
    case "tooManyWords":
      return t`One service at a time is asked about, so ${names(mistake.words)} is too much. Values of options belong right behind them, hosts with commas and no spaces: --canary web-1,web-2.`;
    case "unwantedWords":
      return t`Nothing can be done with ${names(mistake.words)}: leave it out, or see --help.`;
    case "badLast":
      return t`--last is how many deploys are looked at, and “${mistake.found}” is no such number: give one from 1 to ${mistake.most}.`;
    case "noService":
      return t`Which service? The configuration has ${names(mistake.known, 20)}: write one right behind the command, such as “${mistake.known[0] ?? "web"}”.`;
    case "unknownService":
      return t`There is no service ${mistake.service} in the configuration: it has ${names(mistake.known, 20)}.`;
    case "unknownEnvironment":
      return t`${mistake.service} has no environment ${mistake.environment}: it has ${names(mistake.known, 20)}. Say which with --environment.`;
    case "noSuchEnvironment":
      return t`No service has an environment ${mistake.environment}: there are ${names(mistake.known, 20)}.`;
    case "noChecks":
      return t`${mistake.service} has no checks, so nothing could ever fail: add one under checks in the configuration.`;
    case "unknownCheck":
      return t`${mistake.service} has no check ${mistake.check}: it has ${names(mistake.known, 20)}.`;
    case "unknownHosts":
      return t`${hostList(mistake.hosts)} ${mistake.hosts.length === 1 ? "is" : "are"} not among the hosts of ${mistake.target.service} in ${mistake.target.environment}, so nothing would be measured there: it has ${hostList(mistake.known, 20)}.`;
    case "noHosts":
      return t`It is not known which hosts ${mistake.target.service} has in ${mistake.target.environment}: ${hostsTroubleWords(mistake.trouble)}.`;
    case "noCanary":
      return t`${mistake.target.service} has no canary in ${mistake.target.environment}: say which hosts have the new version, such as --canary web-1,web-2.`;
    case "nothingToCompare":
      return t`The canary (${hostList(mistake.canary)}) is the whole fleet, so nothing is left for ${names(mistake.checks)} to compare it with: name fewer hosts with --canary.`;
    case "versionWanted":
      return t`${names(mistake.checks)} ${mistake.checks.length === 1 ? "asks" : "ask"} about $version, which only a deploy knows: give it with --version.`;
    case "sinceUnreadable":
      return t`“${mistake.found}” is not a time: --since takes a time of day (10:42), an ISO time (2026-11-20T10:42:00Z) or how long ago (5m).`;
    case "sinceFuture":
      return t`--since is ${precise(mistake.at)}, and it is ${precise(mistake.now)} now: the canary cannot have gone out yet. Check the time and its zone.`;
    case "tooShort":
      return t`There is nothing to judge yet: the canary went out at ${precise(mistake.since)}, ${duration(mistake.warmUpMs)} of it are warm-up, and points younger than ${duration(mistake.settleMs)} may not be complete. Ask again in ${duration(mistake.moreMs)}, or say --wait.`;
  }
}

const EXAMPLES: Record<string, string> = {
  "--environment": "production",
  "--canary": "web-1,web-2",
  "--since": "10:42",
  "--version": "1a2b3c4",
  "--last": "20",
  "--out": "backup.jsonl",
  "--check": "latency",
};

/** `hard`: whether there is a check that decides; `soft`: whether there is one that does not; `stopped`: soft ones that would have stopped it. */
interface Deciding {
  hard: boolean;
  soft: boolean;
  stopped: string[];
}

const VERDICTS: Record<Verdict, (canary: string, deciding: Deciding) => Text> = {
  pass: (canary, { hard, soft, stopped }) => {
    const alarms = stopped.length > 0 ? t` Soft, so it stops nothing: ${names(stopped)} would have.` : t``;
    return hard
      ? t`${bold("The canary is well.")} Every ${soft ? "hard " : ""}check passed on ${canary}.${alarms}`
      : t`${bold("The canary passes: there is no hard check.")} All checks on ${canary} are soft, which report and never stop.${alarms}`;
  },
  fail: (canary) => t`${bold("The canary failed")} on ${canary}. It should not go on to the rest of the fleet.`,
  inconclusive: (canary) =>
    t`${bold("The checks cannot tell")} whether the canary on ${canary} is well. That is not a pass: look at it before it goes on.`,
};

export function askedVerdictSentence(
  { service, environment }: Target,
  canary: string,
  { verdict, ...deciding }: Deciding & { verdict: Verdict },
): Text {
  return t`${service} in ${environment}: ${VERDICTS[verdict](canary, deciding)}`;
}

/** What was looked at. `waited`: until the end of the bake, or until it was certain. */
export function askedWindowSentence(since: number, { from, to }: { from: number; to: number }, settleMs: number): Text {
  return t`The canary went out at ${bothZones(since)}. Judged from ${precise(from)}, when it was warm, to ${precise(to)}; points younger than ${duration(settleMs)} may not be complete and are left out.`;
}

/** In the zone of whoever reads it, and in UTC. */
function bothZones(at: number): Text {
  return t`${{ time: at, show: "date" }} (${utc(at, "date")})`;
}

export function bakingSentence(until: number, pollMs: number): Text {
  return t`Baking until ${precise(until)}, with a look each ${duration(pollMs)}; it ends as soon as a check has certainly failed.`;
}

export function undecidedSentence(looks: number, at: number, verdicts: string): Text {
  return t`${precise(at)} look ${looks}: ${verdicts}`;
}

export const STOPPED = "Stopped before it could be told: the canary has not passed.";

/** `detail`: where. */
export function brokeSentence(detail: string): string {
  return `The command itself broke, which says nothing about the canary. Please report this with the lines below.\n${detail}`;
}

/** What the exit code would have been, and what would have followed. */
export function softSentence(verdict: Verdict | null): string {
  switch (verdict) {
    case "pass":
      return "Soft: exit 0, and it would have been 0 without --soft.";
    case "fail":
      return "Soft: exit 0. Without --soft it would have been 1 (failed), and the canary would have been stopped.";
    default:
      return "Soft: exit 0. Without --soft it would have been 2 (cannot tell), and the canary would not have passed.";
  }
}

export const CHECK_HELP = `Runs a service's checks now, on a canary that anything may have put out, and says why it passed or not.

  lockstep check web
  lockstep check web --environment production --canary web-1,web-2 --since 10:42
  lockstep check web --canary web-1 --wait

  --environment <name>   the service's usual one when left out
  --canary <hosts>       names of its hosts, with commas, or ranges such as web-[1..3]; its own canary when left out
  --since <time>         when the canary went out: 10:42 (in your time zone, TZ), 2026-11-20T10:42:00Z, or 5m (ago);
                         when left out, as long ago as the configured bake lasts, or now with --wait
  --version <name>       what $version in a query stands for
  --wait                 wait for the end of the configured bake, and end as soon as a check has certainly failed
  --soft                 always exit 0, and say what it would have been
  --json                 the verdict as one JSON object on standard output

Exit code: 0 the canary is well · 1 it failed · 2 it cannot be told, which is never a pass: no data, Datadog down, or a mistake here.
It needs the configuration (LOCKSTEP_CONFIG), DD_API_KEY and DD_APP_KEY; neither Slack nor SSH nor the bot. The explanation goes to
standard output, progress and mistakes to standard error.
`;
