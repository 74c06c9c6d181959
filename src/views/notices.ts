// What people are told about a lock without having asked: that it was taken over, runs out, has run out; their place in line, and that it is their turn.
// Pure: notices from facts, which are told once, and from the state, which stand and change in place as long as it is so.

import { person } from "../chat/sentences/deploy.ts";
import { because, freezeSentence, held, named, placeWords, scope, waitingWords } from "../chat/sentences/locks.ts";
import { refusalSentence } from "../chat/sentences/refusals.ts";
import { onTyped } from "../chat/sentences/whichHosts.ts";
import type { Piece, Text } from "../chat/text.ts";
import { clock, code, date, t } from "../chat/text.ts";
import type { Person, Target } from "../deploy/order.ts";
import { shortSha } from "../deploy/releases.ts";
import type { TargetFact } from "../locks/facts.ts";
import { lockAt, type TargetState, type Waiting } from "../locks/fold.ts";
import type { FreezeFact } from "../locks/freezes.ts";
import {
  deployNowButton,
  extendButton,
  leaveButton,
  turnLockButton,
  turnPassButton,
  unlockButton,
  waitButton,
} from "./lockButtons.ts";
import { type Button, type Message, say, wordsAndButtons } from "./message.ts";

export interface Notice {
  /** Tells it from all others of the same target, for ever. */
  key: string;
  /** A person's id, or a channel. */
  to: string;
  message: Message;
}

/** From the fact with this version: told once. */
export function noticesOf(target: Target, fact: TargetFact, version: number): Notice[] {
  const to = ({ id }: Person, text: Text, buttons: Button[] = []): Notice[] => [
    { key: `${version}`, to: id, message: withButtons(text, buttons) },
  ];
  switch (fact.kind) {
    case "takenOver":
      return to(
        fact.from.by,
        t`${person(fact.by)} has taken ${named(target)} over from you${because(fact.reason)}. You had it since ${clock(fact.from.since)}${because(fact.from.reason)}. They hold it until ${date(fact.until)}: talk to them, or wait in line.`,
        [waitAgain(target)],
      );
    case "unlocked":
      if (fact.owner === null) return [];
      return to(
        fact.owner,
        t`${person(fact.by)} has taken your lock on ${named(target)} away${because(fact.reason)}. Others may lock it and deploy now; ${relock(target)} takes it again.`,
      );
    case "expired":
      return to(
        fact.owner,
        t`Your lock on ${named(target)}${because(fact.reason)} has run out: it is not yours any more. ${relock(target)} asks for it again.`,
      );
    case "leftLine":
      if (fact.why === "tooLate") {
        return to(
          fact.by,
          t`You did not take your turn on ${named(target)} in time, so it has passed on and you are out of the line. You can join it again at the end.`,
          [waitAgain(target)],
        );
      }
      if (fact.why === "left") return [];
      return to(
        fact.by,
        t`It was your turn on ${named(target)}, but you may not do there any more what you waited for, so it has passed on and you are out of the line.`,
      );
    // What follows from these stands as long as it is so, or is told by the deploy's own message.
    case "locked":
    case "extended":
    case "warned":
    case "waiting":
    case "offered":
    case "prolonged":
    case "withdrawn":
    case "deployStarted":
    case "deployEnded":
      return [];
  }
}

/** For everybody in the channel: what holds all of them up. */
export function freezeNoticesOf(channel: string, fact: FreezeFact, version: number): Notice[] {
  const where = scope(fact.environment);
  const text = (): Text => {
    switch (fact.kind) {
      case "frozen":
        return t`${freezeSentence({ ...fact, since: fact.at })} Running deploys finish, and a rollback is always possible.`;
      case "lifted":
        return t`${person(fact.by)} has lifted the freeze: deploys ${where} may start again.`;
      case "ranOut":
        return t`The freeze is over: deploys ${where} may start again.`;
    }
  };
  return [{ key: `${version}`, to: channel, message: say(text()) }];
}

/** Names the notice that tells somebody of their turn. */
export const turnKey = ({ version }: { version: number }): string => `turn/${version}`;

/** From the state as it is: each stands until it is no longer so. */
export function standingNotices(target: Target, state: TargetState, now: number): Notice[] {
  const lock = lockAt(state, now);
  const warning = lock?.warned
    ? [{ key: `warning/${lock.seen}`, to: lock.by.id, message: warningOf(target, lock, state.line.length) }]
    : [];
  const { offer } = state;
  const offered = offer ? state.line.find(({ by }) => by.id === offer.to.id) : undefined;
  const turn =
    offer && offered ? [{ key: turnKey(offer), to: offer.to.id, message: turnOf(target, state, offered) }] : [];
  const places = state.line.map((one, i) => {
    const message =
      offered === one
        ? say(t`It is your turn on ${named(target)}.`)
        : placeMessage(target, state, { one, place: i + 1, holder: holderOf(state, offered, now) });
    return { key: `place/${one.version}`, to: one.by.id, message };
  });
  return [...warning, ...turn, ...places];
}

/** What stays of a standing notice, without its buttons. */
export function closedNotice(target: Target, { key, to }: Pick<Notice, "key" | "to">, state: TargetState): Message {
  const has = state.lock?.by.id === to || state.running?.by.id === to;
  const waits = state.line.some(({ by }) => by.id === to);
  switch (key.split("/")[0]) {
    case "warning":
      return say(
        state.lock?.by.id === to
          ? t`${named(target)} is yours until ${date(state.lock.until)} now.`
          : t`Your lock on ${named(target)} is over.`,
      );
    case "turn":
      if (has) return say(t`You took your turn on ${named(target)}.`);
      return say(
        waits
          ? t`Your turn on ${named(target)} is put off. You keep your place, and get a new message when it is your turn again.`
          : t`Your turn on ${named(target)} is over.`,
      );
    default:
      return say(
        has ? t`You have had your turn on ${named(target)}.` : t`You are no longer in line for ${named(target)}.`,
      );
  }
}

function warningOf(target: Target, lock: NonNullable<TargetState["lock"]>, waiting: number): Message {
  const text = t`Your lock on ${named(target)}${because(lock.reason)} runs out at ${clock(lock.until)}.${waitingWords(waiting)}`;
  return withButtons(text, [extendButton(target, lock), unlockButton(target, lock)]);
}

function turnOf(target: Target, state: TargetState, { wants }: Waiting): Message {
  const { offer } = state;
  const pass = turnPassButton(target);
  const head = t`It is your turn: nobody holds ${named(target)} now, and it is kept for you until ${clock(offer?.until ?? 0)}.`;
  if (wants.kind === "lock") return withButtons(head, [turnLockButton(target, wants), pass]);
  const { commit = null, trouble = null } = offer ?? {};
  const deploy = deployNowButton(target, { ref: wants.ref, sha: commit?.sha, hosts: wants.hosts });
  const lockOnly = turnLockButton(target, { reason: "", forMs: null });
  const what = commit
    ? commitWords(wants.commit?.sha, commit, wants.ref)
    : t` You wanted to deploy ${code(wants.ref)}. What it is now cannot be told: ${trouble ? refusalSentence({ kind: "source", ref: wants.ref, ...trouble }, target) : "no answer."}`;
  const runs = commit && state.release?.commit.sha === commit.sha ? t` That is what runs there already.` : t``;
  const only = wants.hosts ? t` Only${onTyped(wants.hosts)}.` : t``;
  return withButtons(t`${head}${what}${only}${runs}`, [deploy, lockOnly, pass]);
}

/** Whether what they asked for still is what it was. */
function commitWords(asked: string | undefined, now: { sha: string; subject: string }, ref: string): Text {
  const is = t`${code(shortSha(now.sha))} (${now.subject})`;
  if (asked === now.sha || ref === now.sha) return t` You wanted to deploy ${code(ref)}, which still is ${is}.`;
  const was: Piece | Text = asked ? t`was ${code(shortSha(asked))} when you asked and ` : "";
  return t` You wanted to deploy ${code(ref)}, which ${was}is ${is} now.`;
}

function placeMessage(
  target: Target,
  state: TargetState,
  { one, place, holder }: { one: Waiting; place: number; holder: Text },
): Message {
  const what = one.wants.kind === "deploy" ? t`, to deploy ${code(one.wants.ref)}${onTyped(one.wants.hosts)}` : t``;
  const text = t`${placeWords({ place, length: state.line.length })} in line for ${named(target)}${what}. ${holder} You get a new message when it is your turn.`;
  return withButtons(text, [leaveButton(target)]);
}

/** What those in line wait for. */
function holderOf(state: TargetState, offered: Waiting | undefined, now: number): Text {
  const { running, offer } = state;
  const lock = lockAt(state, now);
  if (running) return t`${person(running.by)} has been deploying since ${clock(running.since)}.`;
  if (lock) return t`It is locked by ${held(lock)}.`;
  if (offered && offer) return t`It is the turn of ${person(offered.by)} until ${clock(offer.until)}.`;
  return t`Nobody holds it now.`;
}

const waitAgain = (target: Target): Button => waitButton(target, { kind: "lock", reason: "" });
const relock = ({ service, environment }: Target): Piece => code(`/lock ${service} ${environment}`);

function withButtons(text: Text, buttons: Button[]): Message {
  return { summary: text, parts: wordsAndButtons(text, buttons) };
}
