// Hosts of a deploy by what is so with each: for the status, and for what failed. Pure. A host of which nobody knows is said to be unknown, with the reason.

import { hostList } from "../chat/sentences/hostList.ts";
import { hostSentence, hostsSentence } from "../chat/sentences/hosts.ts";
import { type Text, t } from "../chat/text.ts";
import type { Deploy, Stage } from "../deploy/fold.ts";
import { type HostState, isLost } from "../deploy/hosts.ts";
import type { HostTrouble } from "../ports/fleet.ts";

/** What is so with a host, in a word or three. */
export type Situation =
  | "not looked at yet"
  | "old"
  | "preparing"
  | "prepared"
  | "switching"
  | "new and well"
  | "new and ill"
  | "old, the switch failed"
  | "back on old"
  | "going back failed"
  | "not reached, not touched"
  | "unknown";

/** In the order of a rollout. */
const ORDER: Situation[] = [
  "new and well",
  "switching",
  "prepared",
  "preparing",
  "old",
  "not looked at yet",
  "back on old",
  "new and ill",
  "old, the switch failed",
  "going back failed",
  "not reached, not touched",
  "unknown",
];

export function situation(state: HostState): Situation {
  switch (state.is) {
    case "unseen":
      return "not looked at yet";
    case "old":
      return state.begun
        ? "unknown"
        : (({ preparing: "preparing", ready: "prepared" } as const)[state.release as string] ?? "old");
    case "switching":
      // Its last word was that nobody knows; a switch that goes on has said nothing yet.
      return state.trouble === undefined ? "switching" : "unknown";
    case "new":
      return "new and well";
    case "ill":
      return state.touched ? "new and ill" : "old, the switch failed";
    case "back":
      return "back on old";
    case "stuck":
      return "going back failed";
    case "unreachable":
      return "not reached, not touched";
  }
}

/** Once nothing more goes out, it does not matter any more that the release lies ready: such a host is simply on what it had. */
function situationAt(stage: Stage, state: HostState): Situation {
  const one = situation(state);
  const waits = one === "prepared" || one === "preparing";
  return waits && (stage === "rollingBack" || stage === "ended") ? "old" : one;
}

/** Names of the hosts that stand so, in the order of the rollout. */
export function hostsThat({ hosts, stage }: Pick<Deploy, "hosts" | "stage">, ...wanted: Situation[]): string[] {
  return [...hosts].filter(([, state]) => wanted.includes(situationAt(stage, state))).map(([name]) => name);
}

/** One line per situation that any host has: `New and well: web-01 … web-10 (10 hosts)`. */
export function situationLines(deploy: Pick<Deploy, "hosts" | "stage">): Text[] {
  return ORDER.flatMap((one) => {
    const hosts = hostsThat(deploy, one);
    return hosts.length > 0 ? [t`${capital(one)}: ${hostList(hosts, 12)}`] : [];
  });
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

type Why = { trouble: HostTrouble; detail: string };

/** Hosts that are not where they belong, by what is wrong with them; each is named. */
export function lostByCause({ hosts }: Pick<Deploy, "hosts">): string[] {
  const groups = new Map<HostTrouble, { names: string[]; details: string[] }>();
  for (const [name, state] of hosts) {
    const why = isLost(state) ? whyOf(state) : null;
    if (why === null) continue;
    const { names, details } = groups.get(why.trouble) ?? { names: [], details: [] };
    groups.set(why.trouble, { names: [...names, name], details: [...details, why.detail] });
  }
  return [...groups].map(([trouble, { names, details }]) => {
    const [first = ""] = names;
    const [detail = ""] = details;
    if (names.length === 1) return hostSentence(first, { trouble, detail });
    const differ = detail !== "" && details.some((one) => one !== detail);
    return hostsSentence(names, { trouble, detail: differ ? `such as: ${detail}` : detail });
  });
}

function whyOf(state: HostState): Why | null {
  if (!("trouble" in state) || state.trouble === undefined) return null;
  return { trouble: state.trouble, detail: state.detail ?? "" };
}
