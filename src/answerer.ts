// Joins chat and bot: what was typed, pressed and sent in, replies out. Always a sentence, also when something of ours failed.

import type { Bot } from "./chat/bot.ts";
import { type Command, type Reply, refuse } from "./chat/command.ts";
import type { Answerer } from "./chat/entry.ts";
import { pressed, sent } from "./chat/presses/all.ts";
import { run } from "./chat/registry.ts";
import { faultSentence, stillAtItSentence, unreadableSentence } from "./chat/sentences/replies.ts";
import { StoreUnreachable, UnreadableFact } from "./ports/journal.ts";
import type { Log } from "./ports/log.ts";
import { homeParts } from "./views/locks.ts";
import { say } from "./views/message.ts";

export function makeAnswerer(commands: Map<string, Command>, bot: Bot, log: Log): Answerer {
  /** A fault is answered too: who typed must not be left without a word. */
  async function safely(what: string, work: () => Promise<Reply>): Promise<Reply> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreUnreachable) {
        log.warn("a command could not be done: the store cannot be reached", { what, detail: error.message });
        const { text } = refuse({ refusal: { kind: "storeUnreachable", done: error.done }, target: null });
        return { text, not: "failed" };
      }
      if (error instanceof UnreadableFact) {
        log.error("a command could not be done: what is in the store cannot be read", { what, error });
        return { text: unreadableSentence(error), not: "failed" };
      }
      log.error("a command failed in a way that is a fault of the bot or its store", { what, error });
      return { text: faultSentence(), not: "failed" };
    }
  }

  const botFor = (once: string | undefined) => (once === undefined ? bot : bot.once(once));

  return {
    typed: (typed, once) => safely(`/${typed.command}`, () => run(commands, typed, botFor(once))),
    pressed: (one, once) => safely(`button ${one.action}`, () => pressed(one, botFor(once))),
    sent: (one, once) => safely(`form ${one.action}`, () => sent(one, botFor(once))),
    late: () => ({ text: stillAtItSentence() }),
    async home(person) {
      const page = await safely("home", async () => ({ text: [], parts: homeParts(await bot.overview(), person) }));
      return page.parts ?? say(page.text).parts;
    },
  };
}
