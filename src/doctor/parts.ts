// What doctor works with, put together in src/examining.ts. What cannot be there says what it needs instead.

import type { Settings } from "../config/read.ts";
import type { Host, Site, Target } from "../deploy/order.ts";
import type { Clock } from "../ports/clock.ts";
import type {
  DatadogExams,
  FolderExam,
  HostExams,
  RedisExam,
  RepositoryExams,
  SlackExams,
} from "../ports/examination.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Finding } from "./findings.ts";

/** Names of variables, or words for what else is missing. */
export interface Needs {
  needs: string[];
}

export interface Parts {
  clock: Clock;
  hosts: HostExams;
  repositories: RepositoryExams;
  slack: { exams: SlackExams; http: boolean } | Needs;
  datadog: { exams: DatadogExams; metrics: Pick<Metrics, "ask" | "monitors"> } | Needs;
  folder(): Promise<FolderExam>;
  /** Null where the store is in the folder. */
  redis: (() => Promise<RedisExam>) | null;
}

/** A target with its hosts as they are now, in the order of the configuration. */
export interface Place {
  target: Target;
  site: Site;
  /** Empty when they are not known. */
  hosts: Host[];
  /** What is wrong with the list of them, such as an inventory that does not answer. */
  problem: string | null;
}

export interface Scope {
  settings: Settings;
  places: Place[];
}

/** Told of how far it is, as often as it likes. */
export type Tell = (done: number, all: number) => void;

/** One thing that is looked at beside the others. */
export interface Round {
  area: Finding["area"];
  /** It is over then, whatever hangs. */
  forMs: number;
  look(tell: Tell, signal: AbortSignal): Promise<Finding[]>;
}

export const isMissing = (part: object | Needs): part is Needs => "needs" in part;
