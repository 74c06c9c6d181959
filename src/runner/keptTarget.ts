// A target as it is kept: what is due by the rules in locks/, and what people are told by the words in views/notices.ts.

import type { Target } from "../deploy/order.ts";
import { type TargetFact, targetFact } from "../locks/facts.ts";
import type { TargetState, Waiting } from "../locks/fold.ts";
import { type Freeze, freezeOf } from "../locks/freezes.ts";
import { decideLeave } from "../locks/line.ts";
import { type Duty, upkeep } from "../locks/upkeep.ts";
import { closedNotice, noticesOf, standingNotices, turnKey } from "../views/notices.ts";
import type { Kept, Known } from "./keep.ts";
import type { Parts } from "./parts.ts";
import { whyNot } from "./permissions.ts";
import { parseFacts, targetStream } from "./stored.ts";
import { resolveWanted } from "./wanted.ts";

export function keptTarget(target: Target, parts: Parts): Kept {
  const { clock, journal, targets } = parts;
  const stream = targetStream(target);
  return {
    stream,
    async attend(known) {
      const { duty, freeze } = await dutyOf(target, known, parts);
      if (duty.do === "wait") return duty.until;
      if (duty.do === "offer") await offerTurn(target, duty.to, parts);
      else
        await targets.change(target, (state, now) => {
          const still = upkeep(state, keptBy(state, known, { parts, freeze }), now);
          return { ok: true, facts: still.do === "append" ? still.facts : [] };
        });
      return "done";
    },
    async told(after) {
      const recorded = await journal.read(stream, after);
      const facts = parseFacts(stream, recorded, targetFact);
      const notices = facts.flatMap((fact, i) => noticesOf(target, fact, after + i + 1));
      return { notices, version: after + facts.length };
    },
    async standing() {
      return standingNotices(target, await targets.read(target), clock.now());
    },
    async closed(notice) {
      return closedNotice(target, notice, await targets.read(target));
    },
  };
}

function timesOf({ settings }: Parts) {
  const { warn, accept } = settings.configuration.locks;
  return { warnMs: warn, acceptMs: accept };
}

/** Between two looks nothing but the state changes. */
function keptBy(
  { offer }: TargetState,
  { toldAt, since }: Known,
  { parts, freeze }: { parts: Parts; freeze: Freeze | null },
) {
  return { times: timesOf(parts), freeze, toldAt: offer ? toldAt(turnKey(offer)) : null, since };
}

async function dutyOf(target: Target, known: Known, parts: Parts): Promise<{ duty: Duty; freeze: Freeze | null }> {
  const state = await parts.targets.read(target);
  const frozen = await parts.freezes.read();
  const now = parts.clock.now();
  const freeze = freezeOf(frozen, target.environment, now);
  return { duty: upkeep(state, keptBy(state, known, { parts, freeze }), now), freeze };
}

/** What the next in line wants is looked at again, as if they had asked just now: may they still, and what is the commit? */
async function offerTurn(target: Target, to: Waiting, parts: Parts): Promise<void> {
  const { wants, by } = to;
  const why = await whyNot(parts, wants.kind, { by, environment: target.environment });
  // Only who certainly may not loses the place: when it cannot be told now, it is asked again when they press.
  if (why?.kind === "notAllowed") {
    await parts.targets.change(target, (state, now) => decideLeave(state, { by, why: "notAllowed" }, now));
    return;
  }
  const resolved = wants.kind === "deploy" ? await resolveWanted(parts, target, wants.ref) : null;
  const commit = resolved?.ok ? resolved.commit : null;
  const untold = resolved?.ok === false ? resolved.refusal : null;
  const trouble = untold && { problem: untold.problem, detail: untold.detail };
  const times = timesOf(parts);
  await parts.targets.change(target, (state, now) => {
    // A freeze that has come on meanwhile takes it back in the next round.
    const duty = upkeep(state, { times, freeze: null, toldAt: now, since: 0 }, now);
    const same = duty.do === "offer" && duty.to.by.id === by.id;
    const still = same && JSON.stringify(duty.to.wants) === JSON.stringify(wants);
    const offered: TargetFact = { kind: "offered", at: now, to: by, until: now + times.acceptMs, commit, trouble };
    return { ok: true, facts: still ? [offered] : [] };
  });
}
