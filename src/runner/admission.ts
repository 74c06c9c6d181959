// Finds what was typed among what is configured, and checks who may. Knows no lock and no deploy.

import type { Answer, TypedTarget } from "../chat/bot.ts";
import type { Person, Target } from "../deploy/order.ts";
import type { Refusal, Right } from "../deploy/refusals.ts";
import type { Parts } from "./parts.ts";
import { whyNot } from "./permissions.ts";

export function findTarget({ settings }: Pick<Parts, "settings">, typed: TypedTarget): Answer<null> {
  const { services } = settings.configuration;
  const service = named(typed.service, Object.keys(services));
  const configured = service === undefined ? undefined : services[service];
  if (service === undefined || !configured) {
    return refused({ kind: "unknownService", typed: typed.service, known: Object.keys(services) }, null);
  }
  const wanted = typed.environment ?? configured.defaultEnvironment;
  const known = Object.keys(configured.environments);
  const environment = named(wanted, known);
  if (environment === undefined) return refused({ kind: "unknownEnvironment", typed: wanted, service, known }, null);
  return { ok: true, target: { service, environment }, value: null };
}

/** The target, when it exists and the asker may. */
export async function admit(
  parts: Pick<Parts, "settings" | "people">,
  typed: TypedTarget,
  { right, by }: { right: Right; by: Person },
): Promise<Answer<null>> {
  const found = findTarget(parts, typed);
  if (!found.ok) return found;
  const why = await whyNot(parts, right, { by, environment: found.target.environment });
  return why ? refused(why, found.target) : found;
}

export function refused<T>(refusal: Refusal, target: Target | null): Answer<T> {
  return { ok: false, target, refusal };
}

/** The configured name that was meant: people type `Web`. Asked of the list, so that `constructor` is nobody's name. */
export function named(typed: string, known: string[]): string | undefined {
  return known.find((name) => name === typed) ?? known.find((name) => name.toLowerCase() === typed.toLowerCase());
}
