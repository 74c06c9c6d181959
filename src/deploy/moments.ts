// Which moment of a deploy a person has seen when they say how it shall go on. Pure.

import type { Deploy } from "./fold.ts";

/** Another one for each bake and each question; "" while nothing can be said that would mean something else later. */
export function momentOf(deploy: Deploy): string {
  if (deploy.stage === "asking") return `asked-${deploy.since}`;
  return deploy.stage === "baking" ? `bake-${deploy.bake.startedAt}` : "";
}
