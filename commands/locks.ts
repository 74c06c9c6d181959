// /locks: everything that is locked or frozen, by whom, why, until when, and who waits.

import { z } from "zod";
import { command } from "../src/chat/command.ts";
import { locksReply } from "../src/views/locks.ts";

export default command({
  name: "locks",
  slash: true,
  summary: "shows everything that is locked, by whom, why, until when, and who waits.",
  usage: "",
  examples: ["/locks"],
  args: z.string(),
  async run(_nothing, { person }, bot) {
    return locksReply(await bot.overview(), person);
  },
});
