// What each step of the plan does. One table: a step that nobody performs does not compile.

import type { DeployFact } from "../deploy/facts.ts";
import type { Step } from "../deploy/plan.ts";
import type { Turn } from "./drive.ts";
import { build } from "./perform/build.ts";
import { compare } from "./perform/compare.ts";
import { end } from "./perform/end.ts";
import { look } from "./perform/look.ts";
import { mark } from "./perform/mark.ts";
import { measure } from "./perform/measure.ts";
import { note } from "./perform/note.ts";
import { switchHosts } from "./perform/switch.ts";

export type StepOf<D extends Step["do"]> = Extract<Step, { do: D }>;
type Performers = { [D in Step["do"]]: (step: StepOf<D>, turn: Turn, signal: AbortSignal) => Promise<void> };

const performers: Performers = {
  look,
  compare,
  build,
  mark,
  note,
  switch: switchHosts,
  measure,
  async decide({ fact }, { log, parts, version }) {
    await log.decide(version, { ...fact, at: parts.clock.now() } as DeployFact);
  },
  end,
  async wait() {},
  async rest() {},
};

/** Does the step and appends what came of it. Rejects only on a fault of ours or of the store; everything else becomes a fact. */
export function perform(step: Step, turn: Turn, signal: AbortSignal): Promise<void> {
  const performer = performers[step.do] as (step: Step, turn: Turn, signal: AbortSignal) => Promise<void>;
  return performer(step, turn, signal);
}
