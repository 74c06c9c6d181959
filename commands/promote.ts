// /lockstep promote: goes on to the whole fleet without waiting for the checks.

import { wishCommand } from "../src/chat/wishCommand.ts";

export default wishCommand("promote", {
  summary: "goes on to the whole fleet without waiting for the checks; recorded under your name.",
  done: "The whole fleet gets it now. The thread shows how it goes.",
});
