// /canary: how the running canary is, or how the last one was; who holds the target. With `stats`, the record of its checks.

import { command, refuse } from "../src/chat/command.ts";
import { WHOSE_RECORD } from "../src/chat/sentences/record.ts";
import { canaryWords, isStats } from "../src/chat/words.ts";
import { recordReply } from "../src/views/record.ts";
import { statusText } from "../src/views/status.ts";

const usage = "[stats] <service> [<environment>]";
const examples = ["/canary web", "/canary web staging", "/canary stats web"];

export default command({
  name: "canary",
  slash: true,
  summary:
    "shows the running or the last canary, what runs now, and who holds the lock; with stats, how right its checks have been.",
  usage,
  examples,
  args: canaryWords,
  async run({ status, record }, _asker, bot) {
    // A service or an environment may be called stats: where there is such a target, it is meant.
    const known = bot.environmentsOf(status.service);
    if (record && !known.includes(status.environment?.toLowerCase() ?? "")) {
      const answer = await bot.records.of(record);
      return answer.ok ? recordReply(answer.target, answer.value) : refuse(answer);
    }
    if (isStats(status.service) && known.length === 0) {
      const asked = { command: "canary", usage: `/canary ${usage}`, example: "/canary stats web" };
      return refuse({ refusal: { kind: "badArguments", ...asked, problem: WHOSE_RECORD }, target: null });
    }
    const answer = await bot.status(status);
    return answer.ok ? { text: statusText(answer.target, answer.value) } : refuse(answer);
  },
});
