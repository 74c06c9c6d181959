// Says something to one deploy: decided on it as it stands, and again when it has moved on meanwhile. Knows no wish by name, and not who may.

import type { Refusal } from "../deploy/refusals.ts";
import { decideWish, type Said, type Wish } from "../deploy/rules.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeployLog } from "./deployLog.ts";

/** Orders that lost a race are decided again this often. */
const ATTEMPTS = 5;

/** Null when the deploy has been told, now or when the same came in before; otherwise why not. */
export async function orderDeploy(
  log: DeployLog,
  wish: Wish,
  { clock, ...said }: Omit<Said, "now"> & { clock: Clock },
): Promise<Refusal | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (wasTold(log, said.asked)) return null;
    const decided = decideWish(log.deploy, wish, { ...said, now: clock.now() });
    if (!decided.ok) return decided.refusal;
    if (await log.decide(log.deploy.version, decided.fact)) return null;
    await log.refresh();
  }
  return { kind: "movedOn" };
}

/** Whether this has come in before. */
export function wasTold({ facts }: DeployLog, asked: string | undefined): boolean {
  return asked !== undefined && facts.some((fact) => "asked" in fact && fact.asked === asked);
}
