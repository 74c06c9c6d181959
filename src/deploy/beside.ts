// What may be done beside the step of the plan: the release is put on the hosts that wait for it, so that switching them is a moment. Pure. It changes nothing that
// runs, so nothing has to wait for it: what is not ready in time is sent when the host is switched.

import type { Deploy } from "./fold.ts";

export type StepBeside = { do: "prepare"; hosts: string[] };

/** Hosts that wait and do not have the release yet, in the order in which they are switched; null when there are none. */
export function planBeside(deploy: Deploy): StepBeside | null {
  const { order, hosts, stage } = deploy;
  const nothingTo = order.kind === "rollback" || (order.site.kind === "commands" && !order.site.prepare);
  if (!order.prepareEarly || nothingTo || !mayPrepare(stage)) return null;
  const waits = (name: string) => hosts.get(name)?.is === "old";
  const batches = order.batches.map((batch) => batch.map(({ name }) => name).filter(waits));
  // The batch that is being switched has it sent on the way.
  if (stage === "promoting")
    batches.splice(
      batches.findIndex((names) => names.length > 0),
      1,
    );
  const open = batches.flat().filter((name) => {
    const state = hosts.get(name);
    // "Preparing" was begun by a process that is gone: whoever plans has nothing under way.
    return state?.is === "old" && (state.release === "absent" || state.release === "preparing");
  });
  return open.length > 0 ? { do: "prepare", hosts: open } : null;
}

/** Not before the canary has it, and never once the deploy goes back or stands still. */
export function mayPrepare(stage: Deploy["stage"]): boolean {
  return stage === "baking" || stage === "asking" || stage === "promoting";
}
