// A target and the freezes, as they are kept: what is due by the rules in locks/, and what people are told by the words in views/notices.ts.

import { refusalSentence } from "../chat/sentences/refusals.ts";
import { plain } from "../chat/text.ts";
import type { Target } from "../deploy/order.ts";
import type { TargetFact } from "../locks/facts.ts";
import { targetFact } from "../locks/facts.ts";
import type { Waiting } from "../locks/fold.ts";
import { type Freeze, freezeFact, freezeOf } from "../locks/freezes.ts";
import { decideLeave } from "../locks/line.ts";
import { type Duty, upkeep } from "../locks/upkeep.ts";
import { say } from "../views/message.ts";
import { closedNotice, freezeNoticesOf, noticesOf, standingNotices } from "../views/notices.ts";
import type { Kept } from "./keep.ts";
import type { Parts } from "./parts.ts";
import { whyNot } from "./permissions.ts";
import { FREEZES, parseFacts, targetStream } from "./stored.ts";
import { resolveWanted } from "./wanted.ts";

export function keptTarget(target: Target, parts: Parts): Kept {
  const { clock, journal, targets } = parts;
  const stream = targetStream(target);
  return {
    stream,
    async attend() {
      const { duty, freeze } = await dutyOf(target, parts);
      if (duty.do === "wait") return duty.until;
      if (duty.do === "offer") await offerTurn(target, duty.to, parts);
      else
        await targets.change(target, (state, now) => {
          const still = upkeep(state, { times: timesOf(parts), freeze }, now);
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

async function dutyOf(target: Target, parts: Parts): Promise<{ duty: Duty; freeze: Freeze | null }> {
  const state = await parts.targets.read(target);
  const frozen = await parts.freezes.read();
  const now = parts.clock.now();
  const freeze = freezeOf(frozen, target.environment, now);
  return { duty: upkeep(state, { times: timesOf(parts), freeze }, now), freeze };
}

/** What the next in line wants is looked at again, as if they had asked just now: may they still, and what is the commit? */
async function offerTurn(target: Target, to: Waiting, parts: Parts): Promise<void> {
  const { wants, by } = to;
  const right = wants.kind === "deploy" ? "deploy" : "lock";
  const why = await whyNot(parts, right, { by, environment: target.environment });
  if (why?.kind === "notAllowed") {
    await parts.targets.change(target, (state, now) => decideLeave(state, { by, why: "notAllowed" }, now));
    return;
  }
  const resolved = wants.kind === "deploy" ? await resolveWanted(parts, target, wants.ref) : null;
  const commit = resolved?.ok ? resolved.commit : null;
  const trouble = resolved && !resolved.ok ? plain(refusalSentence(resolved.refusal, target)) : null;
  const times = timesOf(parts);
  await parts.targets.change(target, (state, now) => {
    const duty = upkeep(state, { times, freeze: null }, now);
    const same = duty.do === "offer" && duty.to.by.id === by.id;
    const still = same && JSON.stringify(duty.to.wants) === JSON.stringify(wants);
    const offered: TargetFact = { kind: "offered", at: now, to: by, until: now + times.acceptMs, commit, trouble };
    return { ok: true, facts: still ? [offered] : [] };
  });
}

/** Told in the bot's main channel: it concerns everybody. */
export function keptFreezes({ clock, freezes, journal, settings }: Parts): Kept {
  return {
    stream: FREEZES,
    async attend() {
      const now = clock.now();
      const over = (until: number | null) => until !== null && until <= clock.now();
      const ends = (await freezes.read()).freezes.map(({ until }) => until ?? Number.POSITIVE_INFINITY);
      const next = Math.min(...ends, Number.POSITIVE_INFINITY);
      if (now < next) return next;
      await freezes.change((state, at) => ({
        ok: true,
        facts: state.freezes
          .filter(({ until }) => over(until))
          .map(({ environment }) => ({ kind: "ranOut", at, environment })),
      }));
      return "done";
    },
    async told(after) {
      const facts = parseFacts(FREEZES, await journal.read(FREEZES, after), freezeFact);
      const { channel } = settings.configuration;
      const notices = facts.flatMap((fact, i) => freezeNoticesOf(channel, fact, after + i + 1));
      return { notices, version: after + facts.length };
    },
    standing: async () => [],
    closed: async () => say([]),
  };
}
