// The button under a check in a verdict: it was a false alarm.

import { z } from "zod";
import { refuse } from "../command.ts";
import { markedSentence } from "../sentences/soft.ts";
import { press } from "./press.ts";

export const falseAlarm = press({
  value: z.object({ deploy: z.string(), check: z.string() }),
  async pressed({ deploy, check }, by, bot) {
    const answer = await bot.records.falseAlarm({ deploy, check }, by);
    return answer.ok ? { text: markedSentence(check, answer.target) } : refuse(answer);
  },
});
