// /lockstep promote: goes on to the other hosts without waiting for the checks.

import { wishCommand } from "../src/chat/wishCommand.ts";

export default wishCommand(
  "promote",
  "goes on to the other hosts without waiting for the checks; recorded under your name.",
);
