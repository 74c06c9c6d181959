// /lock: nobody else deploys to a target for a while; with "all", nobody deploys anywhere.

import { command } from "../src/chat/command.ts";
import { lockedSentence } from "../src/chat/sentences/locks.ts";
import { splitEnvironment, splitExpiry, targetAndReason } from "../src/chat/words.ts";
import { frozenReply } from "../src/views/freezes.ts";
import { withWays } from "../src/views/ways.ts";

export default command({
  name: "lock",
  slash: true,
  summary: "keeps a service to yourself until you unlock it or the time is over; all freezes deploys for everybody.",
  usage: "<service|all> [<environment>] [reason] [for <duration> | until <time>]",
  examples: [
    "/lock web db migration for 30m",
    "/lock web staging load test until 15:00",
    "/lock web",
    "/lock all production incident",
  ],
  args: targetAndReason,
  async run({ service, reason: words }, { person }, bot) {
    if (service.toLowerCase() === "all") {
      const { environment = null, rest } = splitEnvironment(words, bot.freezes.environments());
      return frozenReply(environment, await bot.freezes.freeze(environment, splitExpiry(rest), person));
    }
    const { environment, rest } = splitEnvironment(words, bot.environmentsOf(service));
    const terms = splitExpiry(rest);
    const answer = await bot.locks.lock({ service, environment }, terms, person);
    return answer.ok
      ? { text: lockedSentence(answer.target, answer.value) }
      : withWays(answer, { kind: "lock", ...terms });
  },
});
