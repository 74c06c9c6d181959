// /deploy: puts a version on the canary, lets it bake, and goes on to the fleet when the checks pass.

import { command, refuse } from "../src/chat/command.ts";
import { code, t } from "../src/chat/text.ts";
import { targetAndRef } from "../src/chat/words.ts";
import { shortSha } from "../src/deploy/releases.ts";

export default command({
  name: "deploy",
  slash: true,
  summary: "deploys a service: canary first, then, if the checks pass, the whole fleet.",
  usage: "<service>[@<branch, tag or commit>] [to <environment>]",
  examples: ["/deploy web", "/deploy web@feature-x to staging", "/deploy web@1a2b3c4"],
  args: targetAndRef,
  async run({ service, environment, ref }, { person }, bot) {
    const answer = await bot.deploy({ service, environment }, ref, person);
    if (!answer.ok) return refuse(answer);
    const { release } = answer.value;
    const { sha, subject } = release.commit;
    return {
      text: t`The deploy of ${service} ${code(shortSha(sha))} (${subject}) to ${answer.target.environment} has begun. Its message shows how it goes.`,
    };
  },
});
