// Whether a step that is under way is still wanted after new facts came in. Pure.

import type { Deploy } from "./fold.ts";
import type { Step } from "./plan.ts";

/** False once somebody has aborted, promoted or rolled back: the step is then stopped as soon as it can be. */
export function stillWanted(step: Step, deploy: Deploy): boolean {
  switch (step.do) {
    case "compare":
    case "build":
      return deploy.stage === "preparing";
    case "note":
      return deploy.stage === "canary";
    case "measure":
      return deploy.stage === "baking";
    case "switch":
      return deploy.stage === { canary: "canary", fleet: "promoting", back: "rollingBack" }[step.phase];
    case "look":
    case "mark":
    case "decide":
    case "end":
    case "wait":
    case "rest":
      return deploy.stage !== "broken";
  }
}
