// What taking a look needs: the order, somebody who writes down what was seen, and the metrics. A turn of the bot has all that, and so does the
// command line, which has no hosts, no lease and no store.

import type { DeployLog } from "../deployLog.ts";
import type { Parts } from "../parts.ts";

export interface Looking {
  log: Pick<DeployLog, "deploy" | "facts" | "observe">;
  parts: Pick<Parts, "metrics" | "clock">;
}
