// Deploys that are under way or whose threads are not complete, read on each time somebody asks: stage, hosts of which nobody knows, lines that are not shown yet. Knows no measure.

import { UnreadableFact } from "../ports/journal.ts";
import { DeployLog, LostFacts } from "../runner/deployLog.ts";
import type { Parts } from "../runner/parts.ts";
import { isComplete, ShownLog } from "../runner/shownLog.ts";
import { situation } from "../views/hosts.ts";
import { type Line, ThreadReader } from "../views/thread.ts";
import { type InStage, StageReader } from "./stages.ts";

export interface UnderWay {
  stage: InStage;
  unknownHosts: number;
  /** When the facts were noticed (ms since 1970) whose lines are not in the thread, oldest first. */
  unshown: number[];
}

interface Reading {
  log: DeployLog;
  stages: StageReader;
  thread: ThreadReader;
  lines: Line[];
}

export class DeploysUnderWay {
  readonly #parts: Parts;
  readonly #readings = new Map<string, Reading>();
  /** Not looked at again: they have ended and all is said, or they cannot be read. */
  readonly #done = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Null when there is nothing left to look at. */
  async look(deploy: string): Promise<UnderWay | null> {
    if (this.#done.has(deploy)) return null;
    try {
      const reading = this.#readings.get(deploy) ?? (await this.#open(deploy));
      if (reading === null) return null;
      await reading.log.refresh();
      return await this.#read(deploy, reading);
    } catch (error) {
      this.#readings.delete(deploy);
      if (error instanceof LostFacts) return null; // read again from the beginning the next time
      if (!(error instanceof UnreadableFact)) throw error;
      this.#parts.log.error("a deploy cannot be read; its state is not in the metrics", { deploy, error });
      this.#done.add(deploy);
      return null;
    }
  }

  /** Forgets all but these. */
  keep(deploys: ReadonlySet<string>): void {
    for (const deploy of this.#readings.keys()) if (!deploys.has(deploy)) this.#readings.delete(deploy);
    for (const deploy of this.#done) if (!deploys.has(deploy)) this.#done.delete(deploy);
  }

  /** Null for one that is not there, or whose thread has said its last: its own facts are not read then. */
  async #open(deploy: string): Promise<Reading | null> {
    const { journal } = this.#parts;
    if (await isComplete(journal, deploy)) {
      this.#done.add(deploy);
      return null;
    }
    const log = await DeployLog.open(journal, deploy);
    if (log === null) return null;
    const reading = { log, stages: new StageReader(), thread: new ThreadReader(), lines: [] };
    this.#readings.set(deploy, reading);
    return reading;
  }

  async #read(deploy: string, reading: Reading): Promise<UnderWay> {
    const { log, stages, thread } = reading;
    const shown = (await ShownLog.open(this.#parts, deploy)).shown(null);
    stages.read(log.facts);
    reading.lines = [...reading.lines, ...thread.read(log.facts)].filter(({ version }) => version > shown.lines);
    const unshown = shown.closed ? [] : reading.lines.flatMap(({ version }) => log.facts[version - 1]?.at ?? []);
    if (log.deploy.stage === "ended" && shown.closed) this.#done.add(deploy);
    const stage = stages.current ?? { stage: log.deploy.stage, since: log.deploy.startedAt };
    const unknownHosts = [...log.deploy.hosts.values()].filter((host) => situation(host) === "unknown").length;
    return { stage, unknownHosts, unshown };
  }
}
