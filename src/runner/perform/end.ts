// Ends a deploy: its own last fact and the release of the target, in one append, so that there is never one without the other.

import type { Outcome } from "../../deploy/facts.ts";
import type { Deploy } from "../../deploy/fold.ts";
import type { Release } from "../../deploy/order.ts";
import type { TargetFact } from "../../locks/facts.ts";
import type { Turn } from "../drive.ts";
import type { StepOf } from "../perform.ts";
import { targetStream } from "../stored.ts";

export async function end({ outcome }: StepOf<"end">, { log, parts, version }: Turn): Promise<void> {
  const { target, partial } = log.deploy.order;
  const { version: expected } = await parts.targets.read(target);
  const at = parts.clock.now();
  const release = nowRuns(log.deploy, outcome);
  const freed: TargetFact = {
    kind: "deployEnded",
    at,
    deploy: log.id,
    outcome,
    release,
    replaced: replaced(log.deploy),
    ...(partial && { partial }),
  };
  // Moved on in between: the next turn of the plan tries again.
  await log.decide(version, { kind: "ended", at, outcome }, [
    { stream: targetStream(target), expected, facts: [freed] },
  ]);
}

/** What the target runs from now on; null when that has not changed. A few lost hosts of many do not make it the old release, nor a few others the new one. */
function nowRuns(deploy: Deploy, outcome: Outcome): Release | null {
  if (deploy.order.partial) return null;
  const reached = [...deploy.hosts.values()].some(({ is }) => is === "new");
  const forward = outcome === "deployed" || (outcome === "incomplete" && deploy.stage === "promoting");
  return forward && reached ? deploy.order.release : null;
}

function replaced({ previous }: Deploy): Release | null {
  return previous?.commit ? { name: previous.name, commit: previous.commit } : null;
}
