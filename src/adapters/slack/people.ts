// Members of user groups, from Slack, kept for a minute: a list that is asked for at every click would run into Slack's limits.

import type { WebClient } from "@slack/web-api";
import type { Clock } from "../../ports/clock.ts";
import type { People } from "../../ports/people.ts";
import { troubleOf } from "./troubles.ts";

const KEPT_MS = 60_000;

export function slackPeople(client: WebClient, clock: Clock): People {
  const kept = new Map<string, { ids: string[]; until: number }>();
  return {
    async members(group) {
      const known = kept.get(group);
      if (known && clock.now() < known.until) return { ok: true, ids: known.ids };
      try {
        const { users: ids = [] } = await client.usergroups.users.list({ usergroup: group });
        kept.set(group, { ids, until: clock.now() + KEPT_MS });
        return { ok: true, ids };
      } catch (error) {
        return { ok: false, detail: troubleOf(error).detail };
      }
    },

    async timeZone(person) {
      try {
        const { user } = await client.users.info({ user: person });
        return user?.tz ? { ok: true, zone: user.tz } : { ok: false, detail: "Slack knows no time zone" };
      } catch (error) {
        return { ok: false, detail: troubleOf(error).detail };
      }
    },
  };
}
