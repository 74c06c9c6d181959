// What the journal tells of a run, read as the product's own folds read it.

import { readEmbeddedJournal } from "../../src/adapters/embedded/readOnly.ts";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import { type DeployFact, deployFact } from "../../src/deploy/facts.ts";
import { type Deploy, fold } from "../../src/deploy/fold.ts";
import { targetFact } from "../../src/locks/facts.ts";
import { foldTarget, type TargetState } from "../../src/locks/fold.ts";
import type { Journal, StoredFact } from "../../src/ports/journal.ts";
import { deployStream, parseFacts, targetStream, threadStream } from "../../src/runner/stored.ts";
import { silentLog } from "../support/parts.ts";
import { ENVIRONMENT, NAMES, type ServiceName } from "./configuration.ts";
import type { World } from "./world.ts";

export interface DeployRecord {
  id: string;
  facts: DeployFact[];
  deploy: Deploy;
  /** What is remembered of its thread. */
  thread: StoredFact[];
}

export interface Record {
  /** Of each service, in the order in which they began. */
  deploys: Map<ServiceName, DeployRecord[]>;
  targets: Map<ServiceName, TargetState>;
}

type Reader = Pick<Journal, "read" | "streams" | "close">;

export class Records {
  readonly #journal: Reader;

  constructor(journal: Reader) {
    this.#journal = journal;
  }

  static async open({ redis, dataDirectory }: World): Promise<Records> {
    if (redis === null) return new Records(await readEmbeddedJournal(dataDirectory));
    const store = await openRedisStore(redis.url, silentLog);
    if (!store.ok) throw new Error(JSON.stringify(store.problems));
    return new Records(store.journal);
  }

  async target(service: ServiceName): Promise<TargetState> {
    const stream = targetStream({ service, environment: ENVIRONMENT });
    return foldTarget(parseFacts(stream, await this.#journal.read(stream), targetFact));
  }

  async all(): Promise<Record> {
    const record: Record = { deploys: new Map(), targets: new Map() };
    const ids = (await this.#journal.streams("deploy/")).map((stream) => stream.slice("deploy/".length));
    const deploys = await Promise.all(ids.map((id) => this.#deploy(id)));
    deploys.sort((a, b) => a.deploy.startedAt - b.deploy.startedAt);
    for (const name of NAMES) {
      record.targets.set(name, await this.target(name));
      record.deploys.set(
        name,
        deploys.filter(({ deploy }) => deploy.order.target.service === name),
      );
    }
    return record;
  }

  async #deploy(id: string): Promise<DeployRecord> {
    const stream = deployStream(id);
    const facts = parseFacts(stream, await this.#journal.read(stream), deployFact);
    const deploy = fold(facts);
    if (deploy === null) throw new Error(`${stream} is empty`);
    return { id, facts, deploy, thread: (await this.#journal.read(threadStream(id))).map(({ fact }) => fact) };
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}

/** All of them, whatever their service. */
export const allDeploys = ({ deploys }: Record): DeployRecord[] => [...deploys.values()].flat();
