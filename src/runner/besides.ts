// Does what goes on beside the steps of a deploy: the release is put on hosts that wait, while the canary bakes and while other batches are switched. Knows no step of the plan. Its
// own failing never stops a deploy: what was not prepared is sent when its host is switched.

import { mayPrepare, planBeside, type StepBeside } from "../deploy/beside.ts";
import type { DeployLog } from "./deployLog.ts";
import type { Drive } from "./drive.ts";
import { prepare } from "./perform/prepare.ts";

/** Does `main`, and beside it what may be done beside; ends, and rejects, as `main` does. */
export async function withBesides(driving: Drive, main: (driving: Drive) => Promise<void>): Promise<void> {
  const over = new AbortController();
  const besides = allBesides(driving, AbortSignal.any([driving.stop, over.signal]));
  try {
    await main(driving);
  } finally {
    over.abort();
    await besides;
  }
}

async function allBesides(driving: Drive, over: AbortSignal): Promise<void> {
  const { log, parts } = driving;
  try {
    while (!over.aborted) {
      const step = planBeside(log.deploy);
      if (step === null) await nextFact(log, over);
      else await prepareWhileItMay(step, driving, over);
    }
  } catch (error) {
    // A store that is away has been told of by the main work, which lets go as well.
    if (over.aborted) return;
    const what = "preparing hosts beside a deploy failed; they get the release when they are switched";
    parts.log.warn(what, { deploy: log.id, error });
  }
}

/** The main work reads on: here it is only looked at what is known by then. */
function nextFact(log: DeployLog, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      forget();
      over.removeEventListener("abort", done);
      resolve();
    };
    const forget = log.onAdvance(done);
    over.addEventListener("abort", done);
    if (over.aborted) done();
  });
}

/** Stops when the deploy goes back, stands still, or is over. */
async function prepareWhileItMay(step: StepBeside, driving: Drive, over: AbortSignal): Promise<void> {
  const { log } = driving;
  const unwanted = new AbortController();
  const forget = log.onAdvance(() => {
    if (!mayPrepare(log.deploy.stage)) unwanted.abort();
  });
  try {
    await prepare(step, driving, AbortSignal.any([over, unwanted.signal]));
  } finally {
    forget();
  }
}
