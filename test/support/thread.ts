// The thread of a deploy as it stands after its facts, read in one go.

import type { DeployFact } from "../../src/deploy/facts.ts";
import { type Line, ThreadReader } from "../../src/views/thread.ts";

/** Lines for the facts after version `after`. */
export function threadLines(facts: readonly DeployFact[], after = 0): Line[] {
  return new ThreadReader().read(facts).filter(({ version }) => version > after);
}
