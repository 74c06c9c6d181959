// /rollback: the way back. Of a running deploy it takes back what was touched, otherwise it puts the release before on all hosts, or what runs on some.

import { command, refuse } from "../src/chat/command.ts";
import { withHosts } from "../src/chat/hostWords.ts";
import { orderSentence } from "../src/chat/sentences/replies.ts";
import { target } from "../src/chat/words.ts";

export default command({
  name: "rollback",
  slash: true,
  summary:
    "goes back to the release before, at once: no canary, no checks, no lock in the way. On hosts that you name it puts back what the others run.",
  usage: "<service> [in <environment>] [hosts <names>]",
  examples: ["/rollback web", "/rollback web in staging", "/rollback web hosts web-01"],
  args: withHosts(target),
  async run({ hosts, ...typed }, { person }, bot) {
    const answer = await bot.rollBack(typed, { hosts }, person);
    if (!answer.ok) return refuse(answer);
    return { text: orderSentence("rollBack", answer.target, answer.value) };
  },
});
