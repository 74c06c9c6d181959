// What a person may order of a deploy at each of its stages. Pure: a fact to append or a refusal.

import { judge } from "../canary/judge.ts";
import { askedOrder } from "./between.ts";
import type { DeployFact } from "./facts.ts";
import type { Deploy } from "./fold.ts";
import { momentOf } from "./moments.ts";
import type { Person } from "./order.ts";
import type { Refusal } from "./refusals.ts";

/** What a button or a command can say to a running deploy. */
export type Wish = "abort" | "promote" | "retry" | "rollBack";

export type Ordered = { ok: true; fact: DeployFact } | { ok: false; refusal: Refusal };

/** The wishes that make sense now, in the order in which their buttons stand. */
export function wishesAt(deploy: Deploy): Wish[] {
  switch (deploy.stage) {
    case "preparing":
      return ["abort"];
    case "canary":
      return ["abort"];
    case "baking":
      return ["promote", "rollBack"];
    case "asking":
      return deploy.about === "verdict" ? ["promote", "retry", "rollBack"] : ["retry", "rollBack"];
    case "promoting":
      return deploy.order.kind === "deploy" ? ["rollBack"] : [];
    case "broken":
      // Going back from the way back would put the bad release out again.
      return deploy.order.kind === "deploy" ? ["rollBack"] : ["retry"];
    case "rollingBack":
    case "ended":
      return [];
  }
}

/** What a person says to a deploy: `asked` names it, `seen` is the moment that they were shown (`momentOf`). */
export interface Said {
  by: Person;
  now: number;
  asked?: string | undefined;
  seen?: string | undefined;
}

/** Abort and roll back are the same to a deploy that has begun: what was touched goes back. */
export function decideWish(deploy: Deploy, wish: Wish, { by, now: at, ...said }: Said): Ordered {
  if (deploy.stage === "ended") return { ok: false, refusal: { kind: "alreadyOver", deploy: deploy.order.deploy } };
  const goesBack = deploy.order.kind === "rollback" || deploy.stage === "rollingBack";
  if (wish === "rollBack" && goesBack) return { ok: false, refusal: { kind: "alreadyGoingBack" } };
  // A failed look is on record, only the verdict is not written down yet: nobody promotes past it.
  const failed = deploy.stage === "baking" && judge(askedOrder(deploy), deploy.bake).judgement.verdict === "fail";
  if (wish === "promote" && failed) return { ok: false, refusal: { kind: "tooLate", what: wish } };
  // Going on means something else at another moment; going back does not.
  const goesOn = wish === "promote" || wish === "retry";
  if (goesOn && said.seen && said.seen !== momentOf(deploy))
    return { ok: false, refusal: { kind: "tooLate", what: wish } };
  const possible = wishesAt(deploy);
  const goingBack = wish === "abort" || wish === "rollBack";
  const allowed = goingBack ? possible.includes("abort") || possible.includes("rollBack") : possible.includes(wish);
  if (!allowed) return { ok: false, refusal: { kind: "tooLate", what: wish } };
  const asked = said.asked === undefined ? {} : { asked: said.asked };
  switch (wish) {
    case "abort":
      return { ok: true, fact: { kind: "backOrdered", at, why: { kind: "aborted", by }, ...asked } };
    case "rollBack":
      return { ok: true, fact: { kind: "backOrdered", at, why: { kind: "person", by }, ...asked } };
    case "promote":
      return { ok: true, fact: { kind: "promoteOrdered", at, by, ...asked } };
    case "retry":
      return { ok: true, fact: { kind: "retryOrdered", at, by, ...asked } };
  }
}
