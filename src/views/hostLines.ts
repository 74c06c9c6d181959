// What is said in a deploy's thread of single hosts: what went wrong with them, that they are ready, that their batch is out. Pure. With hundreds of hosts it
// must not flood: a few are told of one by one, the rest together.

import { count } from "../chat/sentences/amounts.ts";
import { hostList } from "../chat/sentences/hostList.ts";
import { hostAdvice, hostSentence } from "../chat/sentences/hosts.ts";
import { type Text, t } from "../chat/text.ts";
import type { FactOf } from "../deploy/facts.ts";
import type { Deploy } from "../deploy/fold.ts";
import { LOOK_ATTEMPTS } from "../deploy/patience.ts";
import { lostByCause } from "./hosts.ts";
import { type Message, note, say } from "./message.ts";

export function notReachedMessage(fact: FactOf<"notReached">, deploy: Deploy, told: Told): Message | null {
  const state = deploy.hosts.get(fact.host);
  const last = state !== undefined && "attempts" in state && state.attempts === LOOK_ATTEMPTS;
  return last
    ? oneOfMany(fact, told, () => say(t`${hostSentence(fact.host, fact)} ${hostAdvice(fact.trouble)}`))
    : null;
}

export function notPreparedMessage(fact: FactOf<"notPrepared">): Message {
  return say(
    t`${hostSentence(fact.host, fact)} ${hostAdvice(fact.trouble)} It still runs what it ran, and is sent the release again when its batch is due.`,
  );
}

/** Which hosts have been told of, by what they have. */
export type Told = Map<string, Set<string>>;

/** So many hosts with the same trouble are told of one by one. The others are named together, when a person is asked or it is over. */
const MOST_ALONE = 3;

export function oneOfMany(
  { kind, host, trouble }: FactOf<"notReached" | "notSwitched" | "notPrepared">,
  told: Told,
  alone: () => Message | null,
): Message | null {
  const key = `${kind} ${trouble}`;
  const before = told.get(key) ?? new Set();
  if (before.has(host) && before.size > 1) return null;
  told.set(key, new Set([...before, host]));
  if (before.size < MOST_ALONE) return alone();
  return before.size === MOST_ALONE
    ? note(t`More hosts have the same trouble. Those that keep it are named when it is over.`)
    : null;
}

/** Once, when every host that waits has it. */
export function preparedMessage({ hosts }: Deploy): Message | null {
  const waiting = [...hosts.values()].filter((state) => state.is === "old");
  const open = waiting.some(({ release }) => release === "absent" || release === "preparing");
  const ready = waiting.filter(({ release }) => release === "ready").length;
  return open || ready === 0
    ? null
    : note(t`The release lies ready on ${count(ready, "more host")}, beside what they run.`);
}

/** A host that does not go back is tried several times; it is said once. */
export function repeated({ phase, host }: FactOf<"notSwitched">, { hosts }: Deploy): boolean {
  const state = hosts.get(host);
  return phase === "back" && state?.is === "stuck" && state.attempts > 1;
}

export function hostMessage(fact: FactOf<"notSwitched">): Message | null {
  if (fact.trouble === "aborted") return null;
  const text = t`${hostSentence(fact.host, fact)} ${hostAdvice(fact.trouble)}`;
  const output = fact.output.trim();
  const message = say(text);
  return output === "" ? message : { ...message, parts: [...message.parts, { part: "output", text: output }] };
}

/** Once per batch, when its last host is on the new release. */
export function batchMessage(fact: FactOf<"switched">, { order, hosts }: Deploy): Message | null {
  if (fact.phase !== "fleet" || order.kind === "rollback") return null;
  const index = order.batches.findIndex((batch) => batch.some(({ name }) => name === fact.host));
  const batch = order.batches[index]?.map(({ name }) => name) ?? [];
  const unfinished = batch.some((name) => hosts.get(name)?.is === "old" || hosts.get(name)?.is === "switching");
  if (unfinished || index < 0) return null;
  const out = batch.filter((name) => hosts.get(name)?.is === "new");
  const failed = batch.filter((name) => !out.includes(name));
  const but = failed.length === 0 ? "" : ` Not on ${hostList(failed)}.`;
  return note(t`Batch ${index + 1} of ${order.batches.length} is out: ${hostList(out)}.${but}`);
}

/** Also of a single host that has been told of by itself: these stand in messages that the channel sees too. */
export function causes(deploy: Deploy): Text[] {
  return lostByCause(deploy).map((sentence) => t`${sentence}`);
}
