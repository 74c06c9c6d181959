// Everything that can become true about who may deploy to a target. Facts are appended to `target/<service>/<environment>`.

import { z } from "zod";
import { outcome } from "../deploy/facts.ts";
import { person, release } from "../deploy/order.ts";

const at = z.number();

export const targetFact = z.discriminatedUnion("kind", [
  /** A person holds the target until `until` (ms since 1970). */
  z.object({ kind: z.literal("locked"), at, by: person, reason: z.string(), until: z.number() }),
  /** `by` gave up the lock that was taken at version `lock`. */
  z.object({ kind: z.literal("unlocked"), at, by: person, lock: z.int() }),
  /** From here on the deploy itself holds the target, until it has ended. */
  z.object({ kind: z.literal("deployStarted"), at, by: person, deploy: z.string() }),
  /** `release` is what the target runs from now on, null when nothing changed; `replaced` is what ran there before, where that is known. */
  z.object({
    kind: z.literal("deployEnded"),
    at,
    deploy: z.string(),
    outcome,
    release: release.nullable(),
    replaced: release.nullable(),
  }),
]);

export type TargetFact = z.infer<typeof targetFact>;
