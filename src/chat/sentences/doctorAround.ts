// What doctor found around the hosts: configuration, environment, store, git, Slack, Datadog. What is so, and how to mend it. A finding without words does not
// compile.

import type { DatadogQuestion, FolderExam } from "../../ports/examination.ts";
import type { MetricsTrouble } from "../../ports/metrics.ts";
import type { SourceProblem } from "../../ports/source.ts";
import { bytes, count, duration, names } from "./amounts.ts";
import { fine, type Said, type Words } from "./doctorHosts.ts";
import { METRICS_TROUBLE } from "./noAnswer.ts";
import { type RedisProblem, redisProblemSentence, type SlackProblem, slackProblemSentence } from "./startup.ts";

export type AroundFinding =
  | { kind: "configurationWell"; services: number; targets: number; links: number }
  | { kind: "configurationMistake"; problem: string }
  | { kind: "variablesWell" }
  | { kind: "variableMistake"; problem: string }
  /** It was not looked at, because this is not there. */
  | { kind: "notLooked"; needs: string[] }
  | { kind: "tooLong"; ms: number }
  | { kind: "stopped" }
  /** Our own fault. */
  | { kind: "broke"; detail: string }
  | { kind: "hostsWrong"; detail: string }
  | { kind: "folderWell"; path: string; state: FolderExam["state"]; freeKiB: number | null }
  | { kind: "folderNotWritable"; state: FolderExam["state"]; at: string; held: boolean }
  | { kind: "folderLow"; path: string; freeKiB: number }
  | { kind: "journalWell"; streams: number; pid: number | null; held: boolean }
  | { kind: "journalNew" }
  | { kind: "journalWrong"; problem: string }
  | { kind: "redisWell"; version: string; appendfsync: string }
  | { kind: "redisWrong"; problem: RedisProblem }
  | { kind: "redisWarning"; warning: string }
  | { kind: "gitWell"; version: string }
  | { kind: "gitOld"; version: string }
  | { kind: "gitMissing"; detail: string }
  | { kind: "branchWell"; branch: string }
  | { kind: "branchMissing"; branch: string; branches: string[] }
  | { kind: "repositoryTrouble"; problem: SourceProblem; detail: string }
  | { kind: "slackWell"; bot: string; team: string }
  | { kind: "slackWrong"; problem: SlackProblem }
  | { kind: "appTokenWell" }
  | { kind: "httpMode" }
  | { kind: "channelWell" }
  | { kind: "groupWell"; members: number }
  | { kind: "groupEmpty" }
  | { kind: "groupWrong"; error: string }
  | { kind: "apiKeyWell" }
  | { kind: "appKeyWell"; questions: Exclude<DatadogQuestion, "validate">[] }
  | { kind: "datadogWrong"; question: DatadogQuestion; trouble: MetricsTrouble; detail: string };

const SETUP = "README.md says where it comes from; set it where the bot is started.";

export const AROUND_WORDS: Words<AroundFinding> = {
  configurationWell: ({ services, targets, links }) =>
    fine(`${count(services, "service")}, ${count(targets, "target")}, ${count(links, "runbook link")}, no mistake`),
  configurationMistake: ({ problem }) => ({ is: problem, todo: null }),
  variablesWell: () => fine("all that are needed are set"),
  variableMistake: ({ problem }) => ({ is: problem, todo: SETUP }),
  notLooked: ({ needs }) => fine(`not looked at: ${needs.length === 1 ? "it needs" : "this needs"} ${names(needs)}`),
  tooLong: ({ ms }) => ({
    is: `no answer within ${duration(ms)}`,
    todo: "Something on the way hangs. Ask again; look at the network if it stays so.",
  }),
  stopped: () => fine("not looked at: stopped before"),
  broke: ({ detail }) => ({ is: `doctor itself broke here (${detail})`, todo: "Please report this." }),
  hostsWrong: ({ detail }) => ({
    is: detail.replace(/\.$/, ""),
    todo: "Mend it: deploys refuse the list as it is, or go on with the one of the last deploy.",
  }),
  folderWell: ({ path, state, freeKiB }) =>
    fine(`${path} ${state === "creatable" ? "is made at the first start" : "can be written"}${freeOf(freeKiB)}`),
  folderNotWritable: ({ state, at, held }) => ({
    is:
      { readOnly: `${at} is on a read-only file system`, notDirectory: `${at} is no directory` }[state as string] ??
      `this user may not write ${at}`,
    todo: held
      ? "The bot has it open, so another user runs it: nothing, unless you start the bot as this one."
      : "Give it to the user that the bot runs as, or set DATA_DIR to another folder.",
  }),
  folderLow: ({ path, freeKiB }) => ({
    is: `only ${bytes(freeKiB * 1024)} free in ${path} for the journal, git mirrors and releases`,
    todo: "Free some space there: a journal that cannot be written stops every deploy.",
  }),
  journalWell: ({ streams, pid, held }) =>
    fine(
      `${count(streams, "stream")}; ${held ? `the bot has it open${pid === null ? "" : ` (process ${pid})`}` : "no bot has it open"}`,
    ),
  journalNew: () => fine("none yet: it is made at the first start"),
  journalWrong: ({ problem }) => ({ is: problem.replace(/\.$/, ""), todo: null }),
  redisWell: ({ version, appendfsync }) => fine(`version ${version}, appendfsync ${appendfsync}`),
  redisWrong: ({ problem }) => inTwo(redisProblemSentence(problem)),
  redisWarning: ({ warning }) => inTwo(warning),
  gitWell: ({ version }) => fine(`version ${version}`),
  gitOld: ({ version }) => ({
    is: `version ${version} is too old`,
    todo: "Install git 2.24 or newer where the bot runs.",
  }),
  gitMissing: ({ detail }) => ({ is: `cannot be run (${detail})`, todo: "Install git where the bot runs." }),
  branchWell: ({ branch }) => fine(`${branch} can be fetched`),
  branchMissing: ({ branch, branches }) => ({
    is: `the repository has no branch ${branch}`,
    todo: `Correct \`branch\` in the configuration${branches.length > 0 ? `: there is ${names(branches, 8)}` : ": the repository has none at all"}.`,
  }),
  repositoryTrouble: ({ problem, detail }) => ({
    is: `${problem === "timedOut" ? "does not answer in time" : "cannot be fetched"} (${detail})`,
    todo: "Check `repository`, and that the bot's user may fetch it without being asked: its SSH key or credentials, and the host's key in its known_hosts.",
  }),
  slackWell: ({ bot, team }) => fine(`the token is valid: ${bot} in ${team}; all scopes are there`),
  slackWrong: ({ problem }) => inTwo(slackProblemSentence(problem)),
  appTokenWell: () => fine("the app token opens a socket"),
  httpMode: () => fine("HTTP mode: the signing secret shows itself with the first request"),
  channelWell: () => fine("the bot is in it"),
  groupWell: ({ members }) => fine(count(members, "member")),
  groupEmpty: () => ({
    is: "has no members",
    todo: "Add people to it in Slack: as it is, it allows and calls nobody.",
  }),
  groupWrong: ({ error }) => ({
    is: `cannot be read (${error}), so it allows and calls nobody`,
    todo: "Correct the id in the configuration, or give the app the scope usergroups:read.",
  }),
  apiKeyWell: () => fine("is valid"),
  appKeyWell: ({ questions }) => fine(`may read ${names(questions)}`),
  datadogWrong: ({ question, trouble, detail }) => ({
    is: `${METRICS_TROUBLE[trouble].is} (${detail})`,
    todo: trouble === "keysRefused" ? KEYS_TODO[question] : METRICS_TROUBLE[trouble].todo,
  }),
};

const KEYS_TODO: Record<DatadogQuestion, string> = {
  validate: "Check DD_API_KEY, and that DD_SITE is where it was made.",
  metrics: "Check DD_APP_KEY: it belongs to the same organisation, and has the permission timeseries_query.",
  monitors: "Give the application key the permission monitors_read.",
  events: "Give the application key the permission events_read.",
};

function freeOf(freeKiB: number | null): string {
  return freeKiB === null ? "" : `, ${bytes(freeKiB * 1024)} free`;
}

/** A sentence of those that say what is so, a colon, and what to do. */
function inTwo(sentence: string): Said {
  const at = sentence.lastIndexOf(": ");
  const todo = sentence.slice(at + 2);
  if (at < 0) return { is: sentence.replace(/\.$/, ""), todo: null };
  return { is: sentence.slice(0, at), todo: `${todo.charAt(0).toUpperCase()}${todo.slice(1).replace(/\.$/, "")}.` };
}
