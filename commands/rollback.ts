// /rollback: the way back. Of a running deploy it takes back what was touched, otherwise it puts the release before on all hosts, or what runs on some.

import { command, refuse } from "../src/chat/command.ts";
import { withHosts } from "../src/chat/hostWords.ts";
import { startedBackSentence } from "../src/chat/sentences/replies.ts";
import { t } from "../src/chat/text.ts";
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
    const { service, environment } = answer.target;
    if (answer.value === "ordered")
      return {
        text: t`The running deploy of ${service} to ${environment} is being rolled back. Its thread shows how it goes.`,
      };
    return { text: startedBackSentence(answer.target, answer.value) };
  },
});
