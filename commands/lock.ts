// /lock: nobody else deploys to a target for a while; with "all", nobody deploys anywhere.

import { command, refuse } from "../src/chat/command.ts";
import { lockedSentence } from "../src/chat/sentences/locks.ts";
import { nearlyEnvironment, splitEnvironment, splitExpiry, targetAndReason } from "../src/chat/words.ts";
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
      const known = bot.freezes.environments();
      const { environment = null, rest } = splitEnvironment(words, known);
      // A word that is nearly an environment is one that was typed wrong: not everything, then.
      if (environment === null && nearlyEnvironment(words, known)) return unknownEnvironment(words, known);
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

function unknownEnvironment(words: string, known: string[]) {
  const [typed = ""] = words.replace(/^(?:to|in|on) /i, "").split(" ");
  return refuse({ refusal: { kind: "unknownEnvironment", typed, service: "all", known }, target: null });
}
