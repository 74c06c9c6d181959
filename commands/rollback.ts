// /rollback: the way back. Of a running deploy it takes back what was touched, otherwise it puts the release before on all hosts.

import { command, refuse } from "../src/chat/command.ts";
import { person as named } from "../src/chat/sentences/deploy.ts";
import { code, t } from "../src/chat/text.ts";
import { target } from "../src/chat/words.ts";
import { shortSha } from "../src/deploy/releases.ts";

export default command({
  name: "rollback",
  slash: true,
  summary: "goes back to the release before, at once: no canary, no checks, no lock in the way.",
  usage: "<service> [in <environment>]",
  examples: ["/rollback web", "/rollback web in staging"],
  args: target,
  async run(typed, { person }, bot) {
    const answer = await bot.rollBack(typed, person);
    if (!answer.ok) return refuse(answer);
    const { service, environment } = answer.target;
    if (answer.value === "ordered")
      return {
        text: t`The running deploy of ${service} to ${environment} is being rolled back. Its thread shows how it goes.`,
      };
    const { release, past } = answer.value;
    const { sha, subject } = release.commit;
    const lock = past
      ? t` ${named(past.by)} holds the lock${past.reason ? ` (${past.reason})` : ""}: tell them. The way back does not wait for locks.`
      : t``;
    return { text: t`${service} in ${environment} goes back to ${code(shortSha(sha))} (${subject}).${lock}` };
  },
});
