// The button of the one who has frozen: stop what still runs as well.

import { z } from "zod";
import { refuse } from "../command.ts";
import { abortedSentence } from "../sentences/locks.ts";
import { press } from "./press.ts";

export const abortRunning = press({
  value: z.object({ environment: z.string().nullable(), deploys: z.array(z.string()) }),
  async pressed({ environment, deploys }, by, bot) {
    const answer = await bot.freezes.abortRunning(environment, deploys, by);
    if (!answer.ok) return refuse({ refusal: answer.refusal, target: null });
    return { text: abortedSentence(answer.value.told) };
  },
});
