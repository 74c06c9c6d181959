// Deploys of a week ago and their facts, as a bot would have written them: what a replay reads.

import type { DeployFact } from "../../src/deploy/facts.ts";
import type { Order } from "../../src/deploy/order.ts";
import type { TargetFact } from "../../src/locks/facts.ts";
import type { Journal, StoredFact, Write } from "../../src/ports/journal.ts";
import { anOrder, factsUntil, hostsNamed, judgement, MINUTE, SECOND, then, you } from "../support/build.ts";

export type How = "stayed" | "stopped" | "rollback" | "noCanary" | "noAnswer";

export const aPastOrder = (deploy: string, parts: Partial<Order> = {}): Order =>
  anOrder({ deploy, canary: hostsNamed("web-1"), batches: [hostsNamed("web-2", "web-3", "web-4")], ...parts });

/** All facts of one deploy whose bake began at `bakedAt`; one that was stopped was so after three minutes. */
export function pastDeploy(order: Order, how: How, bakedAt: number): DeployFact[] {
  const began = factsUntil("baking", order);
  const shift = bakedAt - (began.at(-1)?.at ?? 0);
  const facts = began.map((fact) => ({ ...fact, at: fact.at + shift }));
  const back: Parameters<typeof then>[1][] = [
    { kind: "switching", host: "web-1", phase: "back" },
    { kind: "switched", host: "web-1", phase: "back" },
    { kind: "ended", outcome: "rolledBack" },
  ];
  const at = bakedAt + 6 * MINUTE;
  switch (how) {
    case "stayed":
      return then(
        facts,
        { kind: "judged", at, judgement: judgement("pass") },
        { kind: "ended", at, outcome: "deployed" },
      );
    case "stopped":
      return then(facts, { kind: "judged", at: bakedAt + 3 * MINUTE, judgement: judgement("fail") }, ...back);
    case "noAnswer":
      return then(
        facts,
        { kind: "judged", at, judgement: judgement("inconclusive") },
        { kind: "backOrdered", at, why: { kind: "noAnswer" } },
        ...back,
      );
    default:
      return then(
        facts.slice(0, 1),
        { kind: "promoteOrdered", at, by: you },
        { kind: "ended", at, outcome: "deployed" },
      );
  }
}

/** Writes them as the bot does: the deploy's own stream, and its start and end on the target's. */
export async function writePast(journal: Pick<Journal, "append">, deploys: DeployFact[][]): Promise<void> {
  const target: TargetFact[] = [];
  const writes: Write[] = deploys.map((facts) => {
    const [first] = facts;
    if (first?.kind !== "requested") throw new Error("a deploy begins with an order");
    const { deploy } = first.order;
    const at = facts.at(-1)?.at ?? 0;
    target.push({ kind: "deployStarted", at: first.at - SECOND, by: you, deploy, wayBack: false });
    target.push({ kind: "deployEnded", at, deploy, outcome: "deployed", release: null, replaced: null });
    return { stream: `deploy/${deploy}`, expected: 0, facts: facts as StoredFact[] };
  });
  const appended = await journal.append([...writes, { stream: "target/web/production", expected: 0, facts: target }]);
  if (!appended.ok) throw new Error(`the journal already has ${appended.moved}`);
}
