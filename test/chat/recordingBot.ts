// A bot that does nothing but remember what it was asked; it answers with a refusal, so that nothing else is needed.

import type { Answer, Bot } from "../../src/chat/bot.ts";
import { loadCommands, run } from "../../src/chat/registry.ts";
import { plain } from "../../src/chat/text.ts";
import { you } from "../support/build.ts";

export type Asked = [what: string, ...rest: unknown[]];

export function recordingBot(): { bot: Bot; asked: Asked[] } {
  const asked: Asked[] = [];
  const note =
    (what: string) =>
    async (...rest: unknown[]): Promise<Answer<never>> => {
      asked.push([what, ...rest.filter((one) => one !== you)]);
      return { ok: false, target: null, refusal: { kind: "movedOn" } };
    };
  const bot: Bot = {
    once: () => bot,
    deploy: note("deploy"),
    rollBack: note("rollBack"),
    order: note("order"),
    locks: {
      lock: note("lock"),
      unlock: note("unlock"),
      extend: note("extend"),
      takeOver: note("takeOver"),
      wait: note("wait"),
      leave: note("leave"),
    },
    freezes: {
      freeze: note("freeze"),
      lift: note("lift"),
      abortRunning: note("abortRunning"),
      environments: () => ["production", "staging"],
    },
    records: { of: note("record"), falseAlarm: note("falseAlarm") },
    status: note("status"),
    overview: async () => {
      asked.push(["overview"]);
      return { now: 0, freezes: [], targets: [] };
    },
    environmentsOf: (service) => (service === "web" ? ["production", "staging"] : []),
  };
  return { asked, bot };
}

export const commands = await loadCommands();

/** What the bot is asked when somebody types this, such as `/deploy web`; and the words that come back. */
export async function typed(line: string): Promise<{ asked: Asked[]; said: string }> {
  const { bot, asked } = recordingBot();
  const [, command = "", text = ""] = /^\/(\S+)(.*)$/s.exec(line) ?? [];
  const reply = await run(commands, { command, text, by: you }, bot);
  return { asked, said: plain(reply.text) };
}
