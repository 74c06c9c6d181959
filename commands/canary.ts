// /canary: how the running canary is, or how the last one was; who holds the target.

import { command, refuse } from "../src/chat/command.ts";
import { target } from "../src/chat/words.ts";
import { statusText } from "../src/views/status.ts";

export default command({
  name: "canary",
  slash: true,
  summary: "shows the running or the last canary, what runs now, and who holds the lock.",
  usage: "<service> [<environment>]",
  examples: ["/canary web", "/canary web staging"],
  args: target,
  async run(typed, _asker, bot) {
    const answer = await bot.status(typed);
    return answer.ok ? { text: statusText(answer.target, answer.value) } : refuse(answer);
  },
});
