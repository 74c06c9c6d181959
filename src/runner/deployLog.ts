// One deploy's stream, open for reading on and appending: the facts so far and the deploy they fold to. Knows no step and no port but the journal.

import { type DeployFact, deployFact } from "../deploy/facts.ts";
import { advance, type Deploy } from "../deploy/fold.ts";
import { type Journal, UnreadableFact, type Write } from "../ports/journal.ts";
import { deployStream, parseFacts } from "./stored.ts";

/** The store was restarted without the end of what had been written: what this process knows is not on record. Open the log again. */
export class LostFacts extends Error {
  override name = "LostFacts";
}

interface Waiting {
  fact: DeployFact;
  wanted: (deploy: Deploy) => boolean;
  resolve: (written: boolean) => void;
  reject: (error: unknown) => void;
}

/** Facts in one append: an append is one transaction, and others want to be heard between two of them. */
const MOST_AT_ONCE = 100;

export class DeployLog {
  readonly id: string;
  readonly facts: DeployFact[] = [];
  #journal: Journal;
  #gaps: number;
  #deploy: Deploy | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  /** What waits for its turn to be appended: hundreds of hosts report at once, and one append carries them all. */
  #waiting: Waiting[] = [];
  #listeners = new Set<() => void>();

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

  /** Calls `listener` after each fact that this log has learned of, its own included. Returns the way to stop. */
  onAdvance(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads on from where the last reading stopped. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#readOn());
  }

  /** What was seen is true wherever the stream stands by now: it is appended behind whatever came in between. */
  async observe(fact: DeployFact): Promise<void> {
    await this.intend(fact, () => true);
  }

  /** An intent is written only while it is `wanted`, whatever came in between: false, and nothing written, when it is not any more. */
  intend(fact: DeployFact, wanted: (deploy: Deploy) => boolean): Promise<boolean> {
    const written = new Promise<boolean>((resolve, reject) => {
      this.#waiting.push({ fact: deployFact.parse(fact), wanted, resolve, reject });
    });
    if (this.#waiting.length === 1) void this.#inTurn(() => this.#appendWaiting());
    return written;
  }

  /** What follows from `version` holds only there: false, and nothing written, when the stream (or one of `others`) has moved on. */
  decide(version: number, fact: DeployFact, others: Write[] = []): Promise<boolean> {
    return this.#inTurn(() => this.#append([deployFact.parse(fact)], version, others));
  }

  /** All that came while the append before was under way, in the order of coming. Each is weighed on the deploy as it is with those before it. */
  async #appendWaiting(): Promise<void> {
    const waiting = this.#waiting.splice(0, MOST_AT_ONCE);
    if (this.#waiting.length > 0) void this.#inTurn(() => this.#appendWaiting());
    try {
      while (!(await this.#appendWanted(waiting))) await this.#readNewer();
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  async #appendWanted(waiting: Waiting[]): Promise<boolean> {
    let deploy = this.deploy;
    const wanted = waiting.filter((one) => {
      if (!one.wanted(deploy)) return false;
      deploy = advance(deploy, one.fact);
      return true;
    });
    const facts = wanted.map(({ fact }) => fact);
    if (facts.length > 0 && !(await this.#append(facts, this.facts.length, []))) return false;
    for (const one of waiting) one.resolve(wanted.includes(one));
    return true;
  }

  async #append(facts: DeployFact[], expected: number, others: Write[]): Promise<boolean> {
    this.#sure();
    const appended = await this.#journal.append([{ stream: deployStream(this.id), expected, facts }, ...others]);
    if (appended.ok) for (const fact of facts) this.#take(fact);
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
    const facts = parseFacts(stream, recorded, deployFact);
    const [first] = facts;
    if (this.#deploy === null && first && first.kind !== "requested")
      throw new UnreadableFact({ stream, version: 1 }, `a deploy begins with "requested", not with "${first.kind}"`);
    for (const fact of facts) this.#take(fact);
  }

  #take(fact: DeployFact): void {
    this.facts.push(fact);
    this.#deploy = advance(this.#deploy, fact);
    for (const listener of this.#listeners) listener();
  }

  /** One after the other: hosts report in parallel. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}
