// Who may do what: the environment's lists, with user groups looked up. Fails closed: who cannot be told to be on the list is not.

import type { Who } from "../config/schema.ts";
import type { Person } from "../deploy/order.ts";
import { BROADER, type Refusal, type Right } from "../deploy/refusals.ts";
import type { Parts } from "./parts.ts";

type Needs = Pick<Parts, "settings" | "people">;

/** Null when `by` may; otherwise why not. */
export async function whyNot(
  { settings, people }: Needs,
  right: Right,
  { by, environment }: { by: Person; environment: string },
): Promise<Refusal | null> {
  const who = whoMay(settings, right, environment);
  if (who === "everyone" || who.includes(by.id)) return null;
  const groups = who.filter((id) => id.startsWith("S"));
  const found = await Promise.all(groups.map((group) => people.members(group)));
  if (found.some((members) => members.ok && members.ids.includes(by.id))) return null;
  const unread = found.find((members) => !members.ok);
  return unread && !unread.ok
    ? { kind: "groupsUnreadable", right, environment, who: [...who], detail: unread.detail }
    : { kind: "notAllowed", right, environment, who: [...who] };
}

/** Not configured: nobody. */
function whoMay({ configuration }: Parts["settings"], right: Right, environment: string): Who {
  const { environments } = configuration;
  const who = Object.hasOwn(environments, environment) ? environments[environment]?.who : undefined;
  const broader = BROADER[right];
  return who?.[right] ?? (broader && who?.[broader]) ?? [];
}
