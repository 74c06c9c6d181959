// Members of user groups and people's time zones, from Slack, kept for some minutes: what is asked for at every click would run into Slack's limits.

import type { WebClient } from "@slack/web-api";
import type { Clock } from "../../ports/clock.ts";
import type { People } from "../../ports/people.ts";
import { troubleOf } from "./troubles.ts";

const MEMBERS_KEPT_MS = 60_000;
/** Nobody travels faster. */
const ZONE_KEPT_MS = 10 * 60_000;

export function slackPeople(client: WebClient, clock: Clock): People {
  const members = kept(clock, MEMBERS_KEPT_MS, async (group) => {
    const { users = [] } = await client.usergroups.users.list({ usergroup: group });
    return users;
  });
  const zones = kept(clock, ZONE_KEPT_MS, async (person) => {
    const { user } = await client.users.info({ user: person });
    if (!user?.tz) throw new Error("Slack knows no time zone");
    return user.tz;
  });
  return {
    async members(group) {
      try {
        return { ok: true, ids: await members(group) };
      } catch (error) {
        return { ok: false, detail: troubleOf(error).detail };
      }
    },

    async timeZone(person) {
      try {
        return { ok: true, zone: await zones(person) };
      } catch (error) {
        return { ok: false, detail: troubleOf(error).detail };
      }
    },
  };
}

/** Asks again once an answer is older than this, and once for all who want to know meanwhile; a failure is never kept. */
function kept<T>(clock: Clock, keptMs: number, ask: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const answers = new Map<string, { answer: Promise<T>; until: number }>();
  return (id) => {
    const known = answers.get(id);
    const leftMs = known ? known.until - clock.now() : 0;
    // More is left than there ever was when the clock was set back.
    if (known && leftMs > 0 && leftMs <= keptMs) return known.answer;
    const asked = { answer: ask(id), until: clock.now() + keptMs };
    answers.set(id, asked);
    asked.answer.catch(() => {
      if (answers.get(id) === asked) answers.delete(id);
    });
    return asked.answer;
  };
}
