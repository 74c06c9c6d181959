// One deploy's stream, open for reading on and appending: the facts so far and the deploy they fold to. Knows no step and no port but the journal.

import { type DeployFact, deployFact } from "../deploy/facts.ts";
import { advance, type Deploy } from "../deploy/fold.ts";
import type { Journal, Write } from "../ports/journal.ts";
import { deployStream, parseFacts } from "./stored.ts";

/** The store was restarted without the end of what had been written: what this process knows is not on record. Open the log again. */
export class LostFacts extends Error {
  override name = "LostFacts";
}

export class DeployLog {
  readonly id: string;
  readonly facts: DeployFact[] = [];
  #journal: Journal;
  #gaps: number;
  #deploy: Deploy | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(journal: Journal, id: string) {
    this.#journal = journal;
    this.#gaps = journal.gaps();
    this.id = id;
  }

  /** Null when there is no such deploy. */
  static async open(journal: Journal, id: string): Promise<DeployLog | null> {
    const log = new DeployLog(journal, id);
    await log.refresh();
    return log.#deploy === null ? null : log;
  }

  get deploy(): Deploy {
    if (this.#deploy === null) throw new Error(`deploy ${this.id} has no facts`);
    return this.#deploy;
  }

  /** Reads on from where the last reading stopped. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#readOn());
  }

  /** What was seen is true wherever the stream stands by now: it is appended behind whatever came in between. */
  observe(fact: DeployFact): Promise<void> {
    return this.#inTurn(async () => {
      while (!(await this.#append(fact, this.facts.length, []))) {
        await this.#readNewer();
      }
    });
  }

  /** An intent is written only while it is `wanted`, whatever came in between: false, and nothing written, when it is not any more. */
  intend(fact: DeployFact, wanted: (deploy: Deploy) => boolean): Promise<boolean> {
    return this.#inTurn(async () => {
      while (wanted(this.deploy)) {
        if (await this.#append(fact, this.facts.length, [])) return true;
        await this.#readNewer();
      }
      return false;
    });
  }

  /** What follows from `version` holds only there: false, and nothing written, when the stream (or one of `others`) has moved on. */
  decide(version: number, fact: DeployFact, others: Write[] = []): Promise<boolean> {
    return this.#inTurn(() => this.#append(fact, version, others));
  }

  async #append(fact: DeployFact, expected: number, others: Write[]): Promise<boolean> {
    const stored = deployFact.parse(fact);
    this.#sure();
    const appended = await this.#journal.append([
      { stream: deployStream(this.id), expected, facts: [stored] },
      ...others,
    ]);
    if (appended.ok) this.#take(stored);
    return appended.ok;
  }

  /** What was read before the store was out of reach may not be what is on record now. */
  #sure(): void {
    if (this.#journal.gaps() !== this.#gaps) throw new LostFacts(`${deployStream(this.id)} has to be read again`);
  }

  /** After an append that came too late. */
  async #readNewer(): Promise<void> {
    const before = this.facts.length;
    await this.#readOn();
    if (this.facts.length === before) throw new LostFacts(`${deployStream(this.id)} has lost its newest facts`);
  }

  async #readOn(): Promise<void> {
    const stream = deployStream(this.id);
    this.#sure();
    const recorded = await this.#journal.read(stream, this.facts.length);
    this.#sure();
    for (const fact of parseFacts(stream, recorded, deployFact)) this.#take(fact);
  }

  #take(fact: DeployFact): void {
    this.facts.push(fact);
    this.#deploy = advance(this.#deploy, fact);
  }

  /** One after the other: hosts report in parallel. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}
