// The commands that say something to a running deploy: the same as its buttons, for those who type. Knows no rule.

import type { Wish } from "../deploy/rules.ts";
import { type Command, command, refuse } from "./command.ts";
import { orderSentence } from "./sentences/replies.ts";
import { target } from "./words.ts";

export function wishCommand(name: Wish & string, summary: string): Command {
  return command({
    name: name.toLowerCase(),
    slash: false,
    summary,
    usage: "<service> [<environment>]",
    examples: [`/lockstep ${name} web`],
    args: target,
    async run(typed, { person }, bot) {
      const answer = await bot.order(name, typed, person);
      return answer.ok ? { text: orderSentence(name, answer.target, answer.value) } : refuse(answer);
    },
  });
}
