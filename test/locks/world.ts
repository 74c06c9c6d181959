// A target and those who want it: people who act on what they saw earlier, two processes that write for them and may be behind, a keeper, a clock that
// jumps. What lies in the journal is JSON, and each fact is audited as it is written.

import { expect } from "chai";
import type { Refusal } from "../../src/deploy/refusals.ts";
import { decideExtend, decideLock, decideStart, decideTakeOver, decideUnlock } from "../../src/locks/decide.ts";
import type { Decided } from "../../src/locks/decided.ts";
import { type TargetFact, targetFact } from "../../src/locks/facts.ts";
import { foldTarget, freeTarget, lockAt, type TargetState } from "../../src/locks/fold.ts";
import type { Freeze } from "../../src/locks/freezes.ts";
import { decideLeave, decideWait } from "../../src/locks/line.ts";
import { upkeep } from "../../src/locks/upkeep.ts";
import { MINUTE, NOON } from "../support/build.ts";
import { aFreeze, ended, offered, TO_DEPLOY, TO_LOCK } from "../support/targets.ts";
import { Audit, LONGEST_MS, type Writer } from "./audit.ts";

export const PEOPLE = ["ann", "bob", "cat", "dan"].map((name) => ({ id: `U0${name.toUpperCase()}`, name }));
export const TIMES = { warnMs: 10 * MINUTE, acceptMs: 5 * MINUTE };
const LOCK_MS = 20 * MINUTE;
const ACTS = [
  "lock",
  "unlock",
  "unlockSeen",
  "takeOver",
  "extend",
  "wait",
  "waitToDeploy",
  "leave",
  "deploy",
  "wayBack",
  "accept",
] as const;

/** `looks`: at how things are before, and does not act on what they saw some time ago. */
interface Personal {
  act: (typeof ACTS)[number];
  who: number;
  process: number;
  reason: string;
  looks: boolean;
}
export type Act =
  | Personal
  | { act: "end" | "freeze" | "lift" | "keep" | "forbid" | "crash"; process: number }
  | { act: "time"; ms: number };
export const PERSONAL = ACTS;

type Rule = (state: TargetState, now: number) => Decided;

export class World {
  now = NOON;
  /** What was written, for counting. */
  readonly written: string[] = [];
  /** Appends that came at an old version. */
  late = 0;
  refused = 0;
  #audit = new Audit();
  #journal: string[] = [];
  #known: (TargetState | undefined)[] = [undefined, undefined];
  #views: TargetState[] = PEOPLE.map(() => freeTarget);
  #freeze: Freeze | null = null;
  #deploys = 0;

  /** As somebody reads it who has forgotten everything. */
  truth(): TargetState {
    return foldTarget(this.#journal.map((text) => targetFact.parse(JSON.parse(text))));
  }

  do(act: Act): void {
    if (act.act === "time") this.now += act.ms;
    else if (act.act === "crash") this.#known[act.process] = undefined;
    else if (act.act === "freeze") this.#freeze = aFreeze();
    else if (act.act === "lift") this.#freeze = null;
    else if (act.act === "keep") this.keep(act.process, true);
    else if (act.act === "forbid") this.keep(act.process, false);
    else if (act.act === "end") this.#end(act.process);
    else if ("who" in act) this.#person(act);
    this.#check();
  }

  /** Does what is due until nothing is; `allowed`: whether the first in line may still do what they wait for. */
  keep(process: number, allowed = true): void {
    for (;;) {
      const before = this.#journal.length;
      const duty = upkeep(this.#newest(process), { times: TIMES, freeze: this.#freeze, toldAt: 0, since: 0 }, this.now);
      if (duty.do === "wait") return;
      const offer = duty.do === "offer" ? duty.to.by : null;
      this.#change(process, "keeper", (state, now) => {
        if (offer === null) return { ok: true, facts: duty.do === "append" ? duty.facts : [] };
        if (!allowed) return decideLeave(state, { by: offer, why: "notAllowed" }, now);
        return { ok: true, facts: [offered(offer, { at: now, until: now + TIMES.acceptMs })] };
      });
      expect(this.#journal.length, "a duty that is done is over").to.be.greaterThan(before);
    }
  }

  #person({ act, who, process, reason, looks }: Personal): void {
    if (looks) this.#views[who] = this.truth();
    const view = this.#views[who] ?? freeTarget;
    const by = PEOPLE[who] ?? expect.fail();
    const seen = view.lock?.seen ?? null;
    const terms = { by, reason, forMs: LOCK_MS, longestMs: LONGEST_MS };
    const rules: Record<(typeof ACTS)[number], Rule | null> = {
      lock: (state, now) => decideLock(state, terms, now),
      unlock: (state, now) => decideUnlock(state, { by, reason, seen: null }, now),
      unlockSeen: seen === null ? null : (state, now) => decideUnlock(state, { by, reason, seen }, now),
      takeOver: seen === null ? null : (state, now) => decideTakeOver(state, { ...terms, seen }, now),
      extend: seen === null ? null : (state, now) => decideExtend(state, { ...terms, seen }, now),
      wait: (state, now) => decideWait(state, { by, wants: TO_LOCK }, now),
      waitToDeploy: (state, now) => decideWait(state, { by, wants: TO_DEPLOY }, now),
      leave: (state, now) => decideLeave(state, { by, why: "left" }, now),
      deploy: this.#start(by, false),
      wayBack: this.#start(by, true),
      accept: view.offer ? (state, now) => decideLock(state, { ...terms, by: view.offer?.to ?? by }, now) : null,
    };
    const rule = rules[act];
    if (rule && this.#change(process, act === "accept" ? "somebody" : by.id, rule, seen) === null)
      this.#views[who] = this.truth(); // the answer shows what has become of it
  }

  #start(by: (typeof PEOPLE)[number], wayBack: boolean): Rule {
    const deploy = `d${this.#deploys++}`;
    return (state, now) => decideStart(state, { by, deploy, wayBack, freeze: this.#freeze }, now);
  }

  #end(process: number): void {
    const { running } = this.truth();
    const deploy = running?.deploy ?? "n0ne";
    this.#change(process, "keeper", (_state, at) => ({ ok: true, facts: [ended({ at, deploy })] }));
  }

  /** As runner/folded.ts does it: begins with what this process knows, which may be old; says no on the newest only. */
  #change(process: number, who: string, rule: Rule, seen: number | null = null): Refusal | null {
    let state = this.#known[process] ?? this.#newest(process);
    for (;;) {
      const decided = rule(state, this.now);
      if (!decided.ok && state.version === this.#journal.length) {
        this.refused++;
        return decided.refusal;
      }
      if (decided.ok && this.#append(state.version, decided.facts, { who, seen, frozen: this.#freeze !== null })) {
        this.#known[process] = foldTarget(decided.facts, state);
        return null;
      }
      state = this.#newest(process);
    }
  }

  #append(expected: number, facts: TargetFact[], writer: Writer): boolean {
    if (expected !== this.#journal.length) {
      this.late++;
      return false;
    }
    for (const fact of facts) {
      this.#audit.take(fact, writer);
      this.#journal.push(JSON.stringify(fact));
      this.written.push(fact.kind);
    }
    return true;
  }

  #newest(process: number): TargetState {
    const known = this.#known[process] ?? freeTarget;
    const news = this.#journal.slice(known.version).map((text) => targetFact.parse(JSON.parse(text)));
    const state = foldTarget(news, known);
    this.#known[process] = state;
    return state;
  }

  #check(): void {
    const state = this.truth();
    const { owner, running, line, offer, version } = this.#audit;
    expect(this.#newest(0), "folded in pieces").to.deep.equal(state);
    expect(state.version).to.equal(version);
    expect(state.lock && [state.lock.by.id, state.lock.version, state.lock.seen]).to.deep.equal(
      owner && [owner.id, owner.version, owner.seen],
    );
    expect(state.running?.deploy).to.equal(running?.deploy);
    expect(state.line.map(({ by }) => by.id)).to.deep.equal(line);
    expect(state.offer?.to.id).to.equal(offer?.to);
    const lock = lockAt(state, this.now);
    if (lock && running && lock.by.id !== running.id) expect(running.wayBack, "one holder").to.equal(true);
    if (offer) expect([line[0], running], "the turn is that of the first").to.deep.equal([offer.to, null]);
  }
}
