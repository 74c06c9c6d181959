// Joins chat and bot: typed words and pressed buttons in, replies out. Always a sentence, also when something of ours failed.

import type { Bot } from "./chat/bot.ts";
import { type Command, type Reply, refuse } from "./chat/command.ts";
import type { Answerer } from "./chat/entry.ts";
import { run } from "./chat/registry.ts";
import { faultSentence, orderedSentence, startedBackSentence } from "./chat/sentences/replies.ts";
import type { Wish } from "./deploy/rules.ts";
import type { Log } from "./ports/log.ts";

const WISHES: Wish[] = ["abort", "promote", "retry", "rollBack"];

export function makeAnswerer(commands: Map<string, Command>, bot: Bot, log: Log): Answerer {
  /** A fault is answered too: who typed must not be left without a word. */
  async function safely(what: string, work: () => Promise<Reply>): Promise<Reply> {
    try {
      return await work();
    } catch (error) {
      log.error("a command failed in a way that is a fault of the bot or its store", { what, error });
      return { text: faultSentence() };
    }
  }

  return {
    typed: (typed) => safely(`/${typed.command}`, () => run(commands, typed, bot)),
    pressed: ({ action, value: deploy, by }) =>
      safely(`button ${action}`, async () => {
        const wish = WISHES.find((one) => `wish:${one}` === action);
        if (!wish) return refuse({ refusal: { kind: "tooLate", what: "abort" }, target: null });
        const answer = await bot.order(wish, { deploy }, by);
        if (!answer.ok) return refuse(answer);
        const { target, value } = answer;
        return {
          text: value === "ordered" ? orderedSentence(wish, target) : startedBackSentence(target, value.release),
        };
      }),
    sent: ({ action }) => safely(`form ${action}`, async () => refuse({ refusal: { kind: "movedOn" }, target: null })),
    home: async () => [],
  };
}
