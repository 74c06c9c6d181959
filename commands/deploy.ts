// /deploy: puts a version on the canary, lets it bake, and goes on to the fleet when the checks pass.

import { command } from "../src/chat/command.ts";
import { withHosts } from "../src/chat/hostWords.ts";
import { startedSentence } from "../src/chat/sentences/replies.ts";
import { targetAndRef } from "../src/chat/words.ts";
import { withWays } from "../src/views/ways.ts";

export default command({
  name: "deploy",
  slash: true,
  summary:
    "deploys a service: canary first, then, if the checks pass, the whole fleet, or only the hosts that you name.",
  usage: "<service>[@<branch, tag or commit>] [to <environment>] [hosts <names>]",
  examples: [
    "/deploy web",
    "/deploy web@feature-x to staging",
    "/deploy web@1a2b3c4",
    "/deploy web hosts web-01,web-03",
    "/deploy web hosts web-[01..03]",
  ],
  args: withHosts(targetAndRef),
  async run({ service, environment, ref, hosts }, { person }, bot) {
    const answer = await bot.deploy({ service, environment }, { ref, hosts }, person);
    if (!answer.ok) return withWays(answer, { kind: "deploy", ref, hosts });
    return { text: startedSentence(answer.target, answer.value) };
  },
});
