// The freezes as they are kept: those whose time is over run out, and everybody is told in the bot's main channel. Knows no rule and no words.

import { freezeFact, freezesOver, nextFreezeEnd } from "../locks/freezes.ts";
import { say } from "../views/message.ts";
import { freezeNoticesOf } from "../views/notices.ts";
import type { Kept } from "./keep.ts";
import type { Parts } from "./parts.ts";
import { FREEZES, parseFacts } from "./stored.ts";

export function keptFreezes({ clock, freezes, journal, settings }: Parts): Kept {
  return {
    stream: FREEZES,
    async attend() {
      const end = nextFreezeEnd(await freezes.read());
      if (clock.now() < end) return end;
      await freezes.change((state, now) => ({ ok: true, facts: freezesOver(state, now) }));
      return "done";
    },
    async told(after) {
      const facts = parseFacts(FREEZES, await journal.read(FREEZES, after), freezeFact);
      const { channel } = settings.configuration;
      const notices = facts.flatMap((fact, i) => freezeNoticesOf(channel, fact, after + i + 1));
      return { notices, version: after + facts.length };
    },
    standing: async () => [],
    closed: async () => say([]),
  };
}
