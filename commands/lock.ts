// /lock: nobody else deploys to a target for a while.

import { command, refuse } from "../src/chat/command.ts";
import { date, t } from "../src/chat/text.ts";
import { splitEnvironment, splitExpiry, targetAndReason } from "../src/chat/words.ts";

export default command({
  name: "lock",
  slash: true,
  summary: "keeps a service to yourself: nobody else can deploy it until you unlock it or the time is over.",
  usage: "<service> [<environment>] [reason] [for <duration>]",
  examples: ["/lock web db migration for 30m", "/lock web staging load test", "/lock web"],
  args: targetAndReason,
  async run({ service, reason: words }, { person }, bot) {
    const { environment, rest } = splitEnvironment(words, bot.environmentsOf(service));
    const answer = await bot.lock({ service, environment }, splitExpiry(rest), person);
    if (!answer.ok) return refuse(answer);
    const { reason, until } = answer.value;
    return {
      text: t`You have locked ${service} in ${answer.target.environment}${reason ? ` (${reason})` : ""} until ${date(until)}.`,
    };
  },
});
