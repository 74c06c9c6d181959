// Why the bot says no, in words for the one who asked: what is so, why, and what to do. A refusal without words does not compile.

import type { Target } from "../../deploy/order.ts";
import type { Refusal, Right } from "../../deploy/refusals.ts";
import { shortSha } from "../../deploy/releases.ts";
import type { Freeze } from "../../locks/freezes.ts";
import type { SourceProblem } from "../../ports/source.ts";
import { bold, clock, code, date, list, type Piece, type Text, t } from "../text.ts";
import { duration, shortened } from "./amounts.ts";
import { person } from "./deploy.ts";
import { freezeSentence, held, scope, unfreeze, waitingWords } from "./locks.ts";
import { hostsRefusalSentence, unknownHostsSentence } from "./whichHosts.ts";

/** Of what was typed, and of a list, so much is said. */
const MOST_CHARACTERS = 80;
const MOST_LISTED = 20;
/** As in `/lock all`: no service is called so. */
const ALL = "all";

const RIGHT_WORDS: Record<Right, string> = {
  deploy: "deploy to",
  lock: "lock",
  rollBack: "roll back in",
  freeze: "freeze",
  abort: "abort deploys in",
  promote: "promote in",
  retry: "try again in",
  unlockOthers: "unlock or take over what others lock in",
  falseAlarm: "mark false alarms in",
};

/** `target` is what the request was about, when that far was understood. */
export function refusalSentence(refusal: Refusal, target: Target | null): Text {
  const name = target?.service ?? "it";
  const where = target === null ? "" : ` in ${target.environment}`;
  // Always with the environment: without it, the commands would mean the usual one.
  const service = target?.service ?? "<service>";
  const typed = target === null ? service : `${service} ${target.environment}`;
  switch (refusal.kind) {
    case "unknownCommand":
      return t`There is no command ${code(shortened(refusal.typed, MOST_CHARACTERS))}. There are ${commands(refusal.known)}.`;
    case "badArguments":
      return t`${refusal.problem} ${code(refusal.usage)}, for example ${code(refusal.example)}.`;
    case "unknownService":
      return t`There is no service ${bold(shortened(refusal.typed, MOST_CHARACTERS))}. Configured are ${commands(refusal.known)}.${meantVersion(refusal)}`;
    case "unknownEnvironment":
      if (refusal.service === ALL)
        return t`There is no environment ${bold(shortened(refusal.typed, MOST_CHARACTERS))}. Configured are ${commands(refusal.known)}.`;
      return t`${bold(refusal.service)} has no environment ${bold(shortened(refusal.typed, MOST_CHARACTERS))}. It has ${commands(refusal.known)}. A version is typed as ${code(`/deploy ${refusal.service}@${shortened(refusal.typed, MOST_CHARACTERS)}`)}.`;
    case "notAllowed":
      return t`You may not ${RIGHT_WORDS[refusal.right]} ${refusal.environment}. ${whoMay(refusal.who, refusal.environment)}`;
    case "groupsUnreadable":
      return t`It cannot be told whether you may ${RIGHT_WORDS[refusal.right]} ${refusal.environment}, because Slack does not list the members of the user group (${refusal.detail}). ${who(refusal.who)} may: try again, or have yourself listed by user id in the configuration.`;
    case "source":
      return sourceSentence(refusal.problem, refusal.ref, refusal.detail);
    case "hosts":
      return hostsRefusalSentence(refusal.trouble, target);
    case "unknownHosts":
      return unknownHostsSentence(refusal.typed, refusal.known, target);
    case "lockedBy":
      return t`${bold(name)}${where} is locked by ${held(refusal.lock)}.${waitingWords(refusal.waiting)}`;
    case "notYourLock":
      return t`${bold(name)}${where} is locked by ${held(refusal.lock)}. To unlock it all the same, say why: they are told.`;
    case "reserved":
      return refusal.until === null
        ? t`Nobody holds ${bold(name)}${where}, and it is the turn of ${person(refusal.turn)}, who has waited for it.`
        : t`Nobody holds ${bold(name)}${where}, and it is the turn of ${person(refusal.turn)}, who can take it until ${clock(refusal.until)}.`;
    case "lockChanged":
      return refusal.lock
        ? t`The lock of ${bold(name)}${where} is not the one you were shown any more, so nothing was done: it is held by ${held(refusal.lock)}.`
        : t`The lock of ${bold(name)}${where} that you were shown is gone, so nothing was done: nobody holds it now.`;
    case "yoursChanged":
      return t`Your lock on ${bold(name)}${where} has changed since you were shown it, so nothing was done: it lasts until ${date(refusal.lock.until)} now.`;
    case "yoursAlready":
      return t`${bold(name)}${where} is yours already, until ${date(refusal.lock.until)}.`;
    case "reasonNeeded":
      return t`It needs a reason: a few words for those who are kept waiting by it.`;
    case "frozen":
      return t`${freezeSentence(refusal.freeze)} A way back is not held up: ${code(`/rollback ${typed}`)}.`;
    case "frozenAlready":
      return t`${freezeSentence(refusal.freeze)} Nothing was changed: ${code(unfreeze(refusal.freeze.environment))} lifts it, and then you can freeze anew.`;
    case "notFrozen":
      return t`Deploys are not frozen${refusal.environment === null && refusal.others.length === 0 ? "" : ` ${scope(refusal.environment)}`}.${otherFreezes(refusal.others)}`;
    case "yourTurn":
      return t`It is your turn on ${bold(name)}${where} already: take it until ${clock(refusal.until)}.`;
    case "notInLine":
      return t`You are not in line for ${bold(name)}${where}.`;
    case "commitMoved":
      return t`Nothing was deployed, because ${code(shortened(refusal.ref, MOST_CHARACTERS))} has moved on since you were shown it: it is ${code(shortSha(refusal.commit.sha))} (${shortened(refusal.commit.subject, MOST_CHARACTERS)}) now. Look whether that is what you want.`;
    case "timeZoneUnknown":
      return t`Slack does not tell your time zone (${refusal.detail}), so it is not known when that is. Say how long instead, such as ${code(`/lock ${typed} reason for 2h`)}.`;
    case "storeUnreachable":
      return refusal.done === "no"
        ? t`The bot cannot reach its store, so nothing was done: nobody can lock or deploy until it can. Try again in a minute; ${code("/healthz")} of the bot and its log say more.`
        : t`The bot lost its store in the middle of this, so it may or may not have been done. Look with ${code("/locks")} before you try again; until the store is back, nobody can lock or deploy.`;
    case "notLocked":
      return t`${bold(name)}${where} is not locked. ${code(`/lock ${typed} reason`)} locks it.`;
    case "lockTooLong":
      return t`A lock lasts at most ${duration(refusal.longestMs)}: ask for less, and take it again when you need it longer.`;
    case "freezeTooLong":
      return t`A freeze with an end lasts at most ${duration(refusal.longestMs)}. Without an end it lasts until somebody lifts it.`;
    case "heldByDeploy":
      return t`${bold(name)}${where} is held by the deploy that ${person(refusal.by)} started at ${clock(refusal.since)}, and is free when that ends. Its message has the buttons to stop it.`;
    case "deployRunning":
      return t`${person(refusal.by)} has been deploying ${bold(name)}${where} since ${clock(refusal.since)}. ${code(`/canary ${typed}`)} shows how far it is.`;
    case "nothingRunning":
      return t`No deploy of ${bold(name)}${where} is running. ${code(`/deploy ${typed}`)} starts one.`;
    case "nothingToGoBackTo":
      return t`There is nothing to go back to: the bot has not deployed ${bold(name)}${where} twice yet. Deploy an older version instead: ${code(`/deploy ${service}@<commit>${target === null ? "" : ` to ${target.environment}`}`)}.`;
    case "alreadyOver":
      return t`This deploy is over. ${code(`/rollback ${typed}`)} goes back to the release before.`;
    case "tooLate":
      return t`That is no longer possible: the deploy has moved on. Its message shows what can be done now.`;
    case "movedOn":
      return t`Something else happened to ${bold(name)}${where} at the same moment, so nothing was done. Look, then try again.`;
    case "alreadyGoingBack":
      return t`${bold(name)}${where} is going back already. ${code(`/canary ${typed}`)} shows how far it is.`;
    case "noAlarm":
      return t`There is nothing to mark: ${code(shortened(refusal.check, MOST_CHARACTERS))} has not failed in this deploy. Its thread shows the verdict.`;
    case "markedAlready":
      return t`It is on record already that ${code(refusal.check)} was a false alarm here: ${person(refusal.by)} said so, ${date(refusal.at)}.`;
    case "reasonTooLong":
      return t`A reason has at most ${refusal.most} characters: say it shorter.`;
  }
}

/** `web:main` and the like: a known service with a version behind the wrong sign. */
function meantVersion({ typed, known }: { typed: string; known: string[] }): Text {
  const [, service = "", version = ""] = /^([^:#/=]+)[:#/=](.+)$/.exec(typed) ?? [];
  return known.includes(service)
    ? t` Did you mean ${code(`/deploy ${service}@${shortened(version, MOST_CHARACTERS)}`)}?`
    : t``;
}

function otherFreezes(others: Freeze[]): Text {
  if (others.length === 0) return t``;
  const ways = others.map(
    ({ environment }): Piece => code(environment === null ? "/unlock all" : `/unlock all ${environment}`),
  );
  return t` But ${list(others.map(({ environment }) => scope(environment)))} they are: ${list(ways)}.`;
}

function commands(all: string[]): Text {
  if (all.length === 0) return t`none`;
  const shown = all.slice(0, MOST_LISTED).map((one): Piece => code(one));
  return list(all.length > MOST_LISTED ? [...shown, `${all.length - MOST_LISTED} more`] : shown);
}

function whoMay(ids: string[], environment: string): Text {
  if (ids.length === 0)
    return t`Nobody may: whoever runs the bot can name somebody under ${code(`environments.${environment}.who`)} in its configuration.`;
  const [only = ""] = ids;
  return t`${who(ids)} may: ask ${ids.length === 1 && /^[UW]/.test(only) ? "them" : "one of them"}.`;
}

function who(ids: string[]): Text {
  return ids.length === 0
    ? t`Nobody`
    : list(
        ids.slice(0, MOST_LISTED).map((id): Piece => ({ mention: id })),
        "or",
      );
}

function sourceSentence(problem: SourceProblem, whole: string, detail: string): Text {
  const ref = shortened(whole, MOST_CHARACTERS);
  switch (problem) {
    case "badRef":
      return t`${code(ref)} cannot be a branch, a tag or a commit (${detail}). Type the name of one, such as ${code("main")} or ${code("1a2b3c4")}.`;
    case "unknownRef":
      return t`There is no branch, tag or commit ${code(ref)} in the repository. Has it been pushed?`;
    case "notAllowed":
      return t`${code(ref)} may not be deployed there: its commit is on none of the branches and tags that the configuration allows (${detail}). Merge it first, or take another environment.`;
    case "ambiguousRef":
      return t`${code(ref)} can mean more than one commit (${detail}). Type a longer part of the SHA.`;
    case "repositoryUnreachable":
      return t`The git repository cannot be reached (${detail}). Try again; if it stays so, check its address and the bot's access to it.`;
    case "repositoryBroken":
      return t`The bot's copy of the git repository is broken (${detail}). Whoever runs the bot can remove it from the data directory: it is fetched again.`;
    case "timedOut":
      return t`The git repository did not answer in time (${detail}). Try again.`;
  }
}
