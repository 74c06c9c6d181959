// /unlock: gives a lock back; somebody else's only with a reason. With "all", deploys may start again.

import { command } from "../src/chat/command.ts";
import { unlockedSentence } from "../src/chat/sentences/locks.ts";
import { nearlyEnvironment, splitEnvironment, targetAndReason } from "../src/chat/words.ts";
import { liftedReply } from "../src/views/freezes.ts";
import { withUnlockWays } from "../src/views/ways.ts";

export default command({
  name: "unlock",
  slash: true,
  summary: "gives your lock back, or takes somebody else's away with a reason; all lifts a freeze.",
  usage: "<service|all> [<environment>] [reason]",
  examples: ["/unlock web", "/unlock web staging", "/unlock all production"],
  args: targetAndReason,
  async run({ service, reason: words }, { person }, bot) {
    if (service.toLowerCase() === "all") {
      const { environment = null } = environmentFirst(words, bot.freezes.environments());
      return liftedReply(environment, await bot.freezes.lift(environment, person));
    }
    const { environment, rest } = environmentFirst(words, bot.environmentsOf(service));
    const answer = await bot.locks.unlock({ service, environment }, { reason: rest, seen: null }, person);
    return answer.ok ? { text: unlockedSentence(answer.target) } : withUnlockWays(answer, rest);
  },
});

/** One word that is no environment, or one that is nearly one, was typed wrong: what is meant is not the usual one, or everything, then. */
function environmentFirst(words: string, environments: string[]): { environment: string | undefined; rest: string } {
  const known = splitEnvironment(words, environments);
  const near = nearlyEnvironment(words, environments) !== undefined;
  const strange = known.environment ? null : /^(?:(?:to|in|on) )?(\S+)(.*)$/i.exec(known.rest);
  return strange && (near || strange[2] === "") ? { environment: strange[1], rest: "" } : known;
}
