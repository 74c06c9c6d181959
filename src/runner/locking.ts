// Locks and the line for them, done: find the target, check who may, decide by the rules in locks/, append.

import type { Answer, Holding, InLine, Locking, LockTerms, Taken, TypedTarget, Wanted } from "../chat/bot.ts";
import type { Person, Target } from "../deploy/order.ts";
import type { Refusal, Right } from "../deploy/refusals.ts";
import { decideExtend, decideLock, decideTakeOver, decideUnlock } from "../locks/decide.ts";
import type { Decided } from "../locks/decided.ts";
import type { TargetFact, Wants } from "../locks/facts.ts";
import { lockAt, type TargetState } from "../locks/fold.ts";
import { decideLeave, decideWait, placeOf } from "../locks/line.ts";
import { admit, findTarget, refused } from "./admission.ts";
import type { Parts } from "./parts.ts";
import { lastingMs, resolveWanted } from "./wanted.ts";

type Rule = (state: TargetState, now: number) => Decided;
type Applied = { state: TargetState; facts: TargetFact[] };

export class TargetLocking implements Locking {
  #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async lock(typed: TypedTarget, { reason, lasting }: LockTerms, by: Person): Promise<Answer<Holding>> {
    const { locks } = this.#parts.settings.configuration;
    const admitted = await admit(this.#parts, typed, { right: "lock", by });
    if (!admitted.ok) return admitted;
    const lasts = await lastingMs(this.#parts, lasting ?? { forMs: locks.for }, by);
    if (!lasts.ok) return refused(lasts.refusal, admitted.target);
    const request = { by, reason, forMs: lasts.forMs, longestMs: locks.longest };
    return this.#holding(await this.#apply(admitted.target, (state, now) => decideLock(state, request, now)));
  }

  async unlock(typed: TypedTarget, how: { reason: string; seen: number | null }, by: Person): Promise<Answer<null>> {
    const found = findTarget(this.#parts, typed);
    if (!found.ok) return found;
    const { lock } = await this.#parts.targets.read(found.target);
    const rule: Rule = (state, now) => decideUnlock(state, { by, ...how }, now);
    // Giving up one's own needs no right: it may have been taken away meanwhile.
    const own = lock?.by.id === by.id;
    const changed = own
      ? await this.#apply(found.target, rule)
      : await this.#change(typed, "unlockOthers", { by, rule });
    return changed.ok ? { ...changed, value: null } : changed;
  }

  async extend(typed: TypedTarget, how: { forMs: number; seen: number }, by: Person): Promise<Answer<Holding>> {
    const longestMs = this.#parts.settings.configuration.locks.longest;
    return this.#holding(
      await this.#change(typed, "lock", {
        by,
        rule: (state, now) => decideExtend(state, { by, longestMs, ...how }, now),
      }),
    );
  }

  async takeOver(typed: TypedTarget, how: { reason: string; seen: number }, by: Person): Promise<Answer<Taken>> {
    const { locks } = this.#parts.settings.configuration;
    const request = { by, forMs: locks.for, longestMs: locks.longest, ...how };
    const rule: Rule = (state, now) => decideTakeOver(state, request, now);
    // It is a lock of one's own from then on.
    const admitted = await admit(this.#parts, typed, { right: "lock", by });
    const changed = admitted.ok ? await this.#change(typed, "unlockOthers", { by, rule }) : admitted;
    if (!changed.ok) return changed;
    const holding = this.#holding(changed);
    const from = changed.value.facts.flatMap((fact) => (fact.kind === "takenOver" ? [fact.from.by] : []))[0];
    if (!holding.ok || !from) return refused({ kind: "movedOn" }, changed.target);
    return { ...holding, value: { ...holding.value, from } };
  }

  async wait(typed: TypedTarget, wanted: Wanted, by: Person): Promise<Answer<InLine>> {
    const admitted = await admit(this.#parts, typed, { right: wanted.kind, by });
    if (!admitted.ok) return admitted;
    const { target } = admitted;
    const wants = await this.#wants(wanted, target, by);
    if (!wants.ok) return refused(wants.refusal, target);
    const rule: Rule = (state, now) => decideWait(state, { by, wants: wants.value }, now);
    const changed = await this.#apply(target, rule);
    if (!changed.ok) return changed;
    const { state } = changed.value;
    return { ok: true, target, value: { place: placeOf(state, by) ?? state.line.length, length: state.line.length } };
  }

  /** Whoever is in line may leave it, also who may do nothing else any more. */
  async leave(typed: TypedTarget, by: Person): Promise<Answer<null>> {
    const found = findTarget(this.#parts, typed);
    if (!found.ok) return found;
    const rule: Rule = (state, now) => decideLeave(state, { by, why: "left" }, now);
    const changed = await this.#apply(found.target, rule);
    return changed.ok ? found : changed;
  }

  async #wants(
    wanted: Wanted,
    target: Target,
    by: Person,
  ): Promise<{ ok: true; value: Wants } | { ok: false; refusal: Refusal }> {
    if (wanted.kind === "lock") {
      const { locks } = this.#parts.settings.configuration;
      const lasts = await lastingMs(this.#parts, wanted.lasting ?? { forMs: locks.for }, by);
      if (!lasts.ok) return lasts;
      if (lasts.forMs > locks.longest) return { ok: false, refusal: { kind: "lockTooLong", longestMs: locks.longest } };
      return { ok: true, value: { kind: "lock", reason: wanted.reason, forMs: lasts.forMs } };
    }
    const resolved = await resolveWanted(this.#parts, target, wanted.ref);
    if (!resolved.ok) return resolved;
    const { ref, commit } = resolved;
    return { ok: true, value: { kind: "deploy", ref, commit, ...(wanted.hosts && { hosts: wanted.hosts }) } };
  }

  /** The lock that holds now, after a change. */
  #holding(changed: Answer<Applied>): Answer<Holding> {
    if (!changed.ok) return changed;
    const { state } = changed.value;
    const lock = lockAt(state, this.#parts.clock.now());
    if (lock === null) return refused({ kind: "movedOn" }, changed.target);
    return { ...changed, value: { lock, waiting: state.line.length } };
  }

  /** Changes the lock as a rule says, for those who may. */
  async #change(typed: TypedTarget, right: Right, { by, rule }: { by: Person; rule: Rule }): Promise<Answer<Applied>> {
    const admitted = await admit(this.#parts, typed, { right, by });
    return admitted.ok ? this.#apply(admitted.target, rule) : admitted;
  }

  async #apply(target: Target, rule: Rule): Promise<Answer<Applied>> {
    const changed = await this.#parts.targets.change(target, rule);
    return changed.ok ? { ok: true, target, value: changed } : refused(changed.refusal, target);
  }
}
