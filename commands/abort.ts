// /lockstep abort: stops a deploy that is running; what it has touched goes back.

import { wishCommand } from "../src/chat/wishCommand.ts";

export default wishCommand("abort", "stops the running deploy; hosts that already have the new release go back.");
