// What the one who pressed a button or typed a command is told when it worked, or when the bot itself failed.

import type { Target } from "../../deploy/order.ts";
import { madeAt, shortSha } from "../../deploy/releases.ts";
import type { Wish } from "../../deploy/rules.ts";
import type { Ordered, Started } from "../bot.ts";
import { code, type Text, t } from "../text.ts";
import { duration } from "./amounts.ts";
import { person } from "./deploy.ts";
import { insteadSentence, someHosts } from "./whichHosts.ts";

const DONE: Record<Wish, string> = {
  abort: "is being stopped; what it has touched goes back",
  promote: "goes on without waiting for the checks",
  retry: "tries again",
  rollBack: "is being rolled back",
};

/** What comes of an order: the deploy that runs has been told, or a rollback of its own has begun. */
export function orderSentence(wish: Wish, target: Target, came: Started | Ordered): Text {
  return came === "ordered" ? toldSentence(wish, target) : startedBackSentence(target, came);
}

function toldSentence(wish: Wish, { service, environment }: Target): Text {
  return t`The deploy of ${service} to ${environment} ${DONE[wish]}. Its thread shows how it goes.`;
}

export function startedSentence({ service, environment }: Target, { release, on }: Started): Text {
  const { sha, subject } = release.commit;
  const some = on ? ` ${someHosts(on.hosts, on.of)}. The other hosts keep what they run.` : ".";
  return t`The deploy of ${service} ${code(shortSha(sha))} (${subject}) to ${environment} has begun${some} Its message shows how it goes.`;
}

function startedBackSentence({ service, environment }: Target, { release, at, past, on, instead }: Started): Text {
  const made = madeAt(release.name);
  const age = made === null ? "" : `, made ${duration(at - made)} ago`;
  const to = t`${code(shortSha(release.commit.sha))} (${release.commit.subject})`;
  const goes = on
    ? t`${service} in ${environment} is put back to what it runs, ${to}, ${someHosts(on.hosts, on.of)}.`
    : t`${service} in ${environment} goes back to ${to}${age}.`;
  const lock = past
    ? t` ${person(past.by)} holds the lock${past.reason ? ` (${past.reason})` : ""}: tell them. The way back does not wait for locks.`
    : t``;
  return t`${goes} Its message shows how it goes.${lock}${instead ? insteadSentence(instead) : t``}`;
}

/** A button that this version does not know, or that carries something else than it should. */
export function staleSentence(): Text {
  return t`This button belongs to another version of the bot, so nothing was done. ${code("/locks")} and ${code("/canary <service>")} show how things are and what can be done now.`;
}

/** Nothing is known yet, and there is no use in asking again. */
export function stillAtItSentence(): Text {
  return t`This takes longer than it should: the store, the repository or the list of hosts is slow to answer. It goes on, and what comes of it is said here; there is no need to ask again.`;
}

/** The error itself is for the log: nobody knows what it holds. */
export function faultSentence(): Text {
  return t`The bot or its store failed, so it may or may not have been done. Look with ${code("/canary <service>")} before you try again; the bot's log says what failed.`;
}

interface Unreadable {
  stream: string;
  version: number;
  /** Of a kind that this version does not know. */
  newer: boolean;
}

/** A fact that is there and makes no sense: which, what is left alone for it, and what to do. */
export function unreadableSentence({ stream, version, newer }: Unreadable): Text {
  const why = newer ? "a newer version of the bot wrote it" : "it is damaged, or a newer version of the bot wrote it";
  const way = newer
    ? t`starts that version again`
    : t`restores a backup with ${code("lockstep import")}, or starts the newer version`;
  return t`Entry ${version} of ${code(stream)} in the bot's store cannot be read: ${why}. ${leftAlone(stream)} Whoever runs the bot ${way}: docs/operating.md says how.`;
}

function leftAlone(stream: string): string {
  const [kind, service = "", environment = ""] = stream.split("/");
  if (kind === "target")
    return `${service} in ${environment} is left alone: its hosts are not touched, and it stays locked as it is.`;
  if (kind === "deploy") return "This deploy is left alone: no host is touched for it, and what it holds stays locked.";
  return kind === "freezes" ? "Nobody knows what is frozen, so no deploy begins." : "";
}

export const UNREADABLE = "That could not be read.";

export function tooLongSentence(most: number): string {
  return `It takes at most ${most} characters, so nothing was done.`;
}
