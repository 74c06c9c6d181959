// /unlock: gives a lock of one's own back.

import { command, refuse } from "../src/chat/command.ts";
import { t } from "../src/chat/text.ts";
import { target } from "../src/chat/words.ts";

export default command({
  name: "unlock",
  slash: true,
  summary: "gives your lock back.",
  usage: "<service> [<environment>]",
  examples: ["/unlock web", "/unlock web staging"],
  args: target,
  async run(typed, { person }, bot) {
    const answer = await bot.unlock(typed, person);
    if (!answer.ok) return refuse(answer);
    return { text: t`You have unlocked ${answer.target.service} in ${answer.target.environment}.` };
  },
});
