// What doctor asks of everything that the bot depends on. Whoever answers changes nothing there, and a trouble is an answer too: nothing rejects.

import type { RedisProblem, SlackProblem } from "../chat/sentences/startup.ts";
import type { Gateway, Host } from "../deploy/order.ts";
import type { HostTrouble } from "./fleet.ts";
import type { FromMetrics } from "./metrics.ts";
import type { FromSource } from "./source.ts";

/** A deploy path as the logged-in user finds it. */
export interface ExaminedPath {
  path: string;
  state: "writable" | "creatable" | "notPermitted" | "readOnly" | "notDirectory";
  /** What the state is about: the path, a directory in it, or the nearest one above it that exists. */
  at: string;
  /** `current` is something else than a symbolic link. */
  currentIsNoLink: boolean;
  /** Free for this user; null when the host does not say. */
  freeKiB: number | null;
  /** How many more files fit; null when the file system does not count them. */
  freeFiles: number | null;
}

export interface HostExam {
  /** Programs that a deploy cannot do without. */
  missing: string[];
  /** Programs without which a deploy is less safe, and of `curl` and `wget` those that are not there. */
  lacking: string[];
  /** How far the host's clock is ahead of ours, in ms, as far as that is certain; negative when it is behind, 0 within a second. */
  clockMs: number;
  paths: ExaminedPath[];
  /** Of the commands that it was asked about, those that sudo does not let this user run without a password. */
  refused: { command: string; detail: string }[];
}

/** What is looked at on a host. */
export interface HostQuestions {
  /** Deploy paths. */
  paths: string[];
  /** Commands such as `sudo systemctl restart web`, of plain words; only `sudo` asks whether anything is allowed. None is run. */
  sudo: string[];
}

/** `noShell`: logged in, but our program does not run there. */
export type FromHost<T> =
  | { ok: true; value: T }
  | { ok: false; trouble: HostTrouble | "noShell" /** One line, without secrets. */; detail: string };

/** What the bot logs in with. */
export interface LoginExam {
  /** Null: the agent is asked. */
  key: { path: string; problem: "missing" | "unreadable" | "noKey" | "passphrase" | null } | null;
  /** How many keys the agent offers; null without an agent, or when it does not answer. Not looked at where there is a key. */
  agentKeys: number | null;
  knownHosts: { path: string; problem: "missing" | "unreadable" | null }[];
}

export interface HostExams {
  login(): Promise<LoginExam>;
  /** Everything about one host, in one round trip on one connection. */
  host(host: Host, questions: HostQuestions, signal: AbortSignal): Promise<FromHost<HostExam>>;
  /** Only whether it can be logged in to. */
  gateway(gateway: Gateway, signal: AbortSignal): Promise<FromHost<null>>;
  close(): Promise<void>;
}

export interface RepositoryExams {
  /** Such as `2.39.5`. */
  version(signal: AbortSignal): Promise<FromSource<string>>;
  /** The branch's commit; null when there is no such branch, with the names of some that there are. Nothing is fetched. */
  branch(
    where: { repository: string; branch: string },
    signal: AbortSignal,
  ): Promise<FromSource<{ sha: string | null; branches: string[] }>>;
}

export interface SlackExam {
  /** What the token is for; null when that could not be found out. */
  identity: { bot: string; team: string } | null;
  /** Null: in HTTP mode there is none. */
  appToken: "works" | "refused" | null;
  problems: SlackProblem[];
  /** Channels, as they are written in the configuration, in which the bot is. */
  channels: string[];
  /** By id: how many members a user group has, or why it cannot be read. */
  groups: Map<string, { members: number } | { error: string }>;
}

export interface SlackNeeds {
  channels: string[];
  /** Ids of user groups that are looked at where the token allows it. */
  groups: string[];
  /** The bot cannot work without reading user groups. */
  mustReadGroups: boolean;
}

export interface SlackExams {
  examine(needs: SlackNeeds, signal: AbortSignal): Promise<SlackExam>;
}

/** `validate`: the API key alone. The others are real questions with both keys, which each need a permission of the application key. */
export type DatadogQuestion = "validate" | "metrics" | "monitors" | "events";

export interface DatadogExams {
  /** One small question that changes nothing. */
  try(question: DatadogQuestion, signal: AbortSignal): Promise<FromMetrics<null>>;
}

/** The folder that DATA_DIR names, absolute. */
export interface FolderExam {
  path: string;
  /** `creatable`: it is not there, and can be made. */
  state: "writable" | "creatable" | "notPermitted" | "readOnly" | "notDirectory";
  /** What the state is about: the folder, or the nearest one above it. */
  at: string;
  freeKiB: number | null;
  /** The process that has the store open: its number, null when none has. */
  holder: { pid: number | null } | null;
  /** How many streams the journal has; null when there is no journal yet. */
  journal: { streams: number } | null | { problem: string };
}

export interface RedisExam {
  problems: RedisProblem[];
  /** What the operator should know, although it works. */
  warnings: string[];
  version: string;
  /** How often it writes to disk: `always`, `everysec`, `no`, or `unknown`. */
  appendfsync: string;
}
