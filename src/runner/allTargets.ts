// All targets with their states. One whose history cannot be read is left out and said in the log: it must not hide all others.

import type { Target } from "../deploy/order.ts";
import type { TargetState } from "../locks/fold.ts";
import { UnreadableFact } from "../ports/journal.ts";
import type { Parts } from "./parts.ts";

export async function allTargets({
  targets,
  log,
}: Pick<Parts, "targets" | "log">): Promise<{ target: Target; state: TargetState }[]> {
  const read = async (target: Target) => {
    try {
      return [{ target, state: await targets.read(target) }];
    } catch (error) {
      if (!(error instanceof UnreadableFact)) throw error;
      log.error("a target's history cannot be read; it is not shown", { ...target, error });
      return [];
    }
  };
  return (await Promise.all((await targets.all()).map(read))).flat();
}
