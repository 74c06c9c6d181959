// Which hosts a deploy is on, and why it is not known which hosts there are. A problem without words does not compile.

import { hostsOf, type Order, type Target } from "../../deploy/order.ts";
import type { HostsTrouble } from "../../deploy/refusals.ts";
import { bold, code, type Piece, type Text, t } from "../text.ts";
import { count, names } from "./amounts.ts";
import { hostList } from "./hostList.ts";

const MOST_LISTED = 20;

/** `on 2 of 20 hosts: web-01 and web-03`. */
export function someHosts(hosts: readonly string[], of: number): string {
  return `on ${hosts.length} of ${count(of, "host")}: ${hostList(hosts)}`;
}

/** The same of an order; null when it is for all of them. */
export function onlyOn(order: Order): string | null {
  const { partial, outOf = 0 } = order;
  if (!partial) return null;
  const hosts = hostsOf(order).map(({ name }) => name);
  return someHosts(hosts, Math.max(outOf, hosts.length));
}

/** ` on web-01 and web-03`; nothing when it is all of them. */
export function onTyped(hosts: readonly string[] | undefined): string {
  return hosts ? ` on ${names(hosts)}` : "";
}

const WHERE: Record<HostsTrouble["from"], string> = {
  configuration: "the list in the configuration",
  file: "the file of hosts",
  command: "the inventory command",
};

/** As a part of a sentence that begins with "because". */
export function hostsTroubleWords({ from, problem, detail }: HostsTrouble): string {
  const it = WHERE[from];
  switch (problem) {
    case "unreadable":
      return `${it} cannot be read (${detail})`;
    case "failed":
      return `${it} failed (${detail})`;
    case "timedOut":
      return `${it} did not end in time (${detail})`;
    case "tooMuch":
      return `${it} gives more than any list of hosts has (${detail})`;
    case "empty":
      return `${it} names no host`;
    case "mistakes":
      return `${it} has mistakes: ${detail}`;
    case "unfit":
      return `the hosts that there are now do not fit to the configuration: ${detail}`;
  }
}

export function hostsRefusalSentence(trouble: HostsTrouble, target: Target | null): Text {
  const where = target ? t` of ${bold(target.service)} in ${target.environment}` : t``;
  return t`It is not known which hosts${where} to deploy to, so nothing was done: ${hostsTroubleWords(trouble)}. ${code("npx lockstep check-config --inventory")} shows it too; type the command again when it is mended.`;
}

export function unknownHostsSentence(typed: string[], known: string[], target: Target | null): Text {
  const where = target ? t` of ${bold(target.service)} in ${target.environment}` : t``;
  const are = typed.length === 1 ? "is" : "are";
  const none: Piece = code(names(typed.map((one) => one.slice(0, 80))));
  return t`${none} ${are} not among the hosts${where}, so nothing was done. It has ${hostList(known, MOST_LISTED)}.`;
}

/** A line for the terminal; the target is named before it. */
export function noHostsLine(trouble: HostsTrouble): string {
  return `it is not known which hosts there are: ${hostsTroubleWords(trouble)}`;
}

/** `unread`: they come from a command that was not run. */
export function hostsCounted(hosts: { count: number } | { trouble: HostsTrouble } | "unread"): string {
  if (hosts === "unread") return "hosts of an inventory command, not run";
  return "trouble" in hosts ? "hosts not known" : count(hosts.count, "host");
}

/** After a rollback has begun without a list. */
export function insteadSentence(trouble: HostsTrouble): Text {
  return t` It goes to the hosts of the last deploys, because ${hostsTroubleWords(trouble)}. Hosts that are new since then are left alone.`;
}
