// Reads a target's facts as a suspicious clerk would: with a model of its own that could not be simpler, and no rule of src/locks. Each fact has to be
// allowed by what was before it.

import { expect } from "chai";
import type { TargetFact } from "../../src/locks/facts.ts";

/** Who wrote a fact: a person with the change of the lock that they were shown last, or the keeper, and whether deploys were frozen then. */
export interface Writer {
  who: string;
  seen: number | null;
  frozen: boolean;
}

interface Owner {
  id: string;
  version: number;
  seen: number;
  until: number;
}

export const LONGEST_MS = 4 * 3_600_000;

export class Audit {
  owner: Owner | null = null;
  running: { id: string; deploy: string; wayBack: boolean } | null = null;
  line: string[] = [];
  offer: { to: string; until: number } | null = null;
  version = 0;
  #newestLock = 0;

  /** Throws when the fact should not have been written. */
  take(fact: TargetFact, writer: Writer): void {
    this.version++;
    const { owner, running } = this;
    const [first] = this.line;
    const isFree = owner === null && running === null;
    switch (fact.kind) {
      case "locked":
        this.#ownOrFree(fact.by.id);
        if (owner === null) this.#firstOrNobody(fact.by.id);
        this.#hold(fact.by.id, fact.until, fact.at);
        break;
      case "takenOver":
        this.#reasoned(fact.reason, writer);
        expect([fact.from.by.id, fact.from.version], "taken from its owner").to.deep.equal([owner?.id, owner?.version]);
        expect(fact.by.id, "taken from somebody else").not.to.equal(owner?.id);
        this.#hold(fact.by.id, fact.until, fact.at);
        break;
      case "extended":
        expect([owner?.id, owner?.version], "extended by its owner").to.deep.equal([fact.by.id, fact.lock]);
        expect(writer.seen, "as it was seen").to.equal(owner?.seen);
        expect(fact.until, "extended").to.be.greaterThan(owner?.until ?? 0);
        expect(fact.until - fact.at, "at most the longest").to.be.at.most(LONGEST_MS);
        if (owner) this.owner = { ...owner, until: fact.until, seen: this.version };
        break;
      case "unlocked":
        expect(fact.lock, "the lock that is given up is the one that is held").to.equal(owner?.version);
        expect(fact.owner?.id ?? fact.by.id, "its owner is named").to.equal(owner?.id);
        if (fact.owner) this.#reasoned(fact.reason, writer);
        this.owner = null;
        break;
      case "expired":
        expect([fact.lock, fact.owner.id]).to.deep.equal([owner?.version, owner?.id]);
        expect(fact.at, "its time is over").to.be.at.least(owner?.until ?? Number.NaN);
        this.owner = null;
        break;
      case "warned":
        expect([fact.seen, fact.owner.id, fact.until]).to.deep.equal([owner?.seen, owner?.id, owner?.until]);
        expect(fact.at, "before it is over").to.be.lessThan(fact.until);
        break;
      case "waiting":
        expect(writer.who).to.equal(fact.by.id);
        if (!this.line.includes(fact.by.id)) this.line.push(fact.by.id);
        break;
      case "leftLine":
        expect(this.line, "who leaves was there").to.include(fact.by.id);
        if (fact.why === "left") expect(writer.who, "nobody else makes one leave").to.equal(fact.by.id);
        else expect([first, isFree], "passed over when it was their turn").to.deep.equal([fact.by.id, true]);
        if (fact.why === "tooLate") this.#lapsed(fact.at);
        this.#withoutWaiting(fact.by.id);
        break;
      case "offered":
        expect([fact.to.id, isFree, writer.frozen], "to the first in line").to.deep.equal([first, true, false]);
        this.offer = { to: fact.to.id, until: fact.until };
        break;
      case "prolonged":
        expect(fact.to.id, "the turn that is offered").to.equal(this.offer?.to);
        expect(fact.until, "from now on").to.be.greaterThan(fact.at);
        if (this.offer) this.offer = { ...this.offer, until: fact.until };
        break;
      case "withdrawn":
        expect([fact.to.id, writer.frozen], "taken back because of a freeze").to.deep.equal([this.offer?.to, true]);
        this.offer = null;
        break;
      case "deployStarted":
        expect(running, "one deploy at a time").to.equal(null);
        if (!fact.wayBack) {
          expect(writer.frozen, "no deploy starts while frozen").to.equal(false);
          this.#ownOrFree(fact.by.id);
          if (isFree) this.#firstOrNobody(fact.by.id);
          this.#withoutWaiting(fact.by.id);
        }
        this.offer = null;
        this.running = { id: fact.by.id, deploy: fact.deploy, wayBack: fact.wayBack };
        break;
      case "deployEnded":
        if (running?.deploy === fact.deploy) this.running = null;
    }
  }

  #ownOrFree(id: string): void {
    expect([null, id], "nobody else's lock").to.include(this.owner?.id ?? null);
    expect([null, id], "nobody else's deploy").to.include(this.running?.id ?? null);
  }

  /** Nobody takes a free target past the first in line. */
  #firstOrNobody(id: string): void {
    expect([undefined, id], "the first in line").to.include(this.line[0]);
  }

  #hold(id: string, until: number, now: number): void {
    expect(until - now, "at most the longest").to.be.at.most(LONGEST_MS);
    expect(this.version, "numbers of locks grow").to.be.greaterThan(this.#newestLock);
    this.#newestLock = this.version;
    this.owner = { id, until, version: this.version, seen: this.version };
    this.offer = null;
    this.#withoutWaiting(id);
  }

  /** Somebody else's lock: only as it was seen, with a reason, and never under a deploy. */
  #reasoned(reason: string, { seen }: Writer): void {
    expect(this.running, "not under a deploy").to.equal(null);
    expect(seen, "as it was seen").to.equal(this.owner?.seen);
    expect(reason.trim(), "with a reason").not.to.equal("");
  }

  #lapsed(now: number): void {
    expect(this.offer?.to).to.equal(this.line[0]);
    expect(now, "the time to accept is over").to.be.at.least(this.offer?.until ?? Number.NaN);
  }

  #withoutWaiting(id: string): void {
    this.line = this.line.filter((one) => one !== id);
    if (this.offer?.to === id) this.offer = null;
  }
}
