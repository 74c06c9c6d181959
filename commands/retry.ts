// /lockstep retry: the answer "try again" to a deploy that asks.

import { wishCommand } from "../src/chat/wishCommand.ts";

export default wishCommand("retry", "when a deploy asks: bakes once more, or tries the failed hosts again.");
