// What people's words mean at the moment when they say them: "until 15:00" where they are, and "main" in the repository.

import type { Lasting } from "../chat/bot.ts";
import { momentOf } from "../chat/timeOfDay.ts";
import { configured } from "../config/targets.ts";
import type { Person, Target } from "../deploy/order.ts";
import type { Refusal } from "../deploy/refusals.ts";
import type { Commit, SourceProblem } from "../ports/source.ts";
import type { Parts } from "./parts.ts";

/** Nobody calls it off: the source has a time limit of its own. */
const TO_ITS_END = new AbortController().signal;

/** How long from now, where "until 15:00" depends on where the person is. */
export async function lastingMs(
  { people, clock }: Pick<Parts, "people" | "clock">,
  lasting: Lasting,
  by: Person,
): Promise<{ ok: true; forMs: number } | { ok: false; refusal: Refusal }> {
  if ("forMs" in lasting) return { ok: true, forMs: lasting.forMs };
  const found = await people.timeZone(by.id);
  if (!found.ok) return { ok: false, refusal: { kind: "timeZoneUnknown", detail: found.detail } };
  const now = clock.now();
  const moment = momentOf(lasting.until, found.zone, now);
  if (moment === null) return { ok: false, refusal: { kind: "timeZoneUnknown", detail: found.zone } };
  return { ok: true, forMs: moment - now };
}

export type Resolved =
  | { ok: true; ref: string; commit: Commit }
  | { ok: false; refusal: Extract<Refusal, { kind: "source" }> };

/** The commit that a ref means now, if it may be deployed there; the service's branch when none is given. */
export async function resolveWanted(
  { settings, source }: Pick<Parts, "settings" | "source">,
  target: Target,
  ref: string | undefined,
): Promise<Resolved> {
  const { service, place } = configured(settings.configuration, target);
  const { repository, branch } = service;
  const wanted = ref ?? branch;
  const refused = (problem: SourceProblem, detail: string): Resolved => ({
    ok: false,
    refusal: { kind: "source", problem, ref: wanted, detail },
  });
  const commit = await source.resolve(repository, wanted, TO_ITS_END);
  if (!commit.ok) return refused(commit.problem, commit.detail);
  const patterns = place.refs ?? service.refs;
  if (patterns) {
    // What counts is the commit, whatever it was called: a SHA, a tag and a branch may all be names of it.
    const allowed = await source.isOn(repository, { sha: commit.value.sha, patterns }, TO_ITS_END);
    if (!allowed.ok) return refused(allowed.problem, allowed.detail);
    if (!allowed.value) return refused("notAllowed", patterns.join(", "));
  }
  return { ok: true, ref: wanted, commit: commit.value };
}
