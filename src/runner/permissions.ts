// Who may do what: the environment's lists, with user groups looked up. Fails closed: who cannot be told to be on the list is not.

import type { Person } from "../deploy/order.ts";
import type { Refusal, Right } from "../deploy/refusals.ts";
import type { Parts } from "./parts.ts";

/** Null when `by` may; otherwise why not. */
export async function whyNot(
  { settings, people }: Pick<Parts, "settings" | "people">,
  right: Right,
  { by, environment }: { by: Person; environment: string },
): Promise<Refusal | null> {
  const who = settings.configuration.environments[environment]?.who[right] ?? []; // not configured: nobody
  if (who === "everyone" || who.includes(by.id)) return null;
  const groups = who.filter((id) => id.startsWith("S"));
  const found = await Promise.all(groups.map((group) => people.members(group)));
  if (found.some((members) => members.ok && members.ids.includes(by.id))) return null;
  const unread = found.find((members) => !members.ok);
  return unread && !unread.ok
    ? { kind: "groupsUnreadable", right, environment, detail: unread.detail }
    : { kind: "notAllowed", right, environment, who: [...who] };
}
