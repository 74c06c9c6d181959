// Keeps a deploy's message and thread up to date: a view over its facts. What has been shown is remembered in a stream of its own, an intent before each
// post, so that nothing is posted twice and nothing is left out, whoever crashes when. The deploy never waits for it.

import type { Deploy } from "../deploy/fold.ts";
import { closesAt } from "../deploy/watch.ts";
import { rootMessage } from "../views/root.ts";
import { type Line, ThreadReader } from "../views/thread.ts";
import { DeployLog } from "./deployLog.ts";
import { holdLease } from "./lease.ts";
import { newsOf } from "./news.ts";
import { Pacing } from "./pacing.ts";
import type { Parts } from "./parts.ts";
import { type Result, ShownLog } from "./shownLog.ts";
import { deployStream, threadStream } from "./stored.ts";

/** Resolves to true when everything up to the deploy's end is shown, or never will be; to false when somebody else does it. */
export async function publish(id: string, parts: Parts, stopping: AbortSignal): Promise<boolean> {
  // Before anything is read: the others ask for it as long as the thread may grow.
  const lease = await holdLease(parts, threadStream(id));
  if (lease === null) return false;
  const stop = AbortSignal.any([stopping, lease.lost]);
  const news = newsOf(parts.journal, [deployStream(id)]);
  const pacing = new Pacing(parts.clock);
  try {
    const log = await DeployLog.open(parts.journal, id);
    if (log === null) return true;
    const shown = await ShownLog.open(parts, id);
    const lines = new Lines(log, shown);
    while (!stop.aborted && !isShown(lines, shown)) {
      await log.refresh();
      const done = await showNext({ log, lines, shown }, { parts, pacing, stop });
      if (done === "nothing") await news.wait(parts.clock, lastNewsAt(log.deploy), stop);
      if (done === "failed") await parts.clock.until(pacing.retryAt(), stop);
    }
    return isShown(lines, shown);
  } finally {
    news.close();
    await lease.release();
  }
}

/** What people say of a deploy after its end is shown as well; without a message there is no thread to show it in. */
function isShown(lines: Lines, { state: { closed, root } }: ShownLog): boolean {
  return closed && (root === null || lines.next() === undefined);
}

/** The lines that are not in the thread yet, read on as the deploy goes on. */
class Lines {
  #open: Line[] = [];
  readonly #reader = new ThreadReader();
  readonly #log: DeployLog;
  readonly #shown: ShownLog;

  constructor(log: DeployLog, shown: ShownLog) {
    this.#log = log;
    this.#shown = shown;
  }

  next(): Line | undefined {
    const { lines } = this.#shown.state;
    this.#open = [...this.#open, ...this.#reader.read(this.#log.facts)].filter(({ version }) => version > lines);
    return this.#open[0];
  }
}

/** Lines that may be posted before the message itself has its turn. */
const LINES_IN_A_ROW = 5;

type Done = "shown" | "nothing" | "failed";
type Showing = { log: DeployLog; lines: Lines; shown: ShownLog };
type With = { parts: Parts; pacing: Pacing; stop: AbortSignal };

/** The most important thing that is not shown yet: the message itself, then lines, then the message's newest state. */
async function showNext({ log, lines, shown }: Showing, { parts, pacing, stop }: With): Promise<Done> {
  const { deploy } = log;
  const { root } = shown.state;
  const message = rootMessage(deploy);
  if (root === null) {
    const posted = await shown.postRoot(deploy.order.channel, message);
    // A channel that will never take it: once the deploy has ended there is nothing left to try for.
    if (!posted.ok && posted.hopeless && deploy.stage === "ended") await shown.close();
    return settle(posted, { parts, pacing });
  }
  const line = lines.next();
  const stale = JSON.stringify(message) !== shown.rootText;
  // Lines first; but with many of them the message, with its buttons, must not stay behind.
  if (line && !(stale && pacing.linesSinceUpdate >= LINES_IN_A_ROW)) {
    pacing.linesSinceUpdate++;
    return settle(await shown.postLine(root, line), { parts, pacing });
  }
  if (stale) {
    await pacing.beforeUpdate(stop);
    // Latest wins: what came in meanwhile is shown instead.
    await log.refresh();
    const newest = rootMessage(log.deploy);
    return settle(await shown.updateRoot(root, newest), { parts, pacing });
  }
  // A monitor that alerts late, or resolves, is told of after the end.
  if (deploy.stage !== "ended" || parts.clock.now() < closesAt(deploy)) return "nothing";
  await shown.close();
  return "shown";
}

function lastNewsAt(deploy: Deploy): number {
  return deploy.stage === "ended" ? closesAt(deploy) : Number.POSITIVE_INFINITY;
}

function settle(result: Result, { parts, pacing }: Omit<With, "stop">): Done {
  if (result.ok) {
    pacing.succeeded();
    return "shown";
  }
  parts.log.warn("a deploy's thread could not be written; it is tried again", { detail: result.detail });
  pacing.failed(result.retryAfterMs);
  return "failed";
}
