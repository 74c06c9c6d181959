// Keeps a deploy's message and thread up to date: a view over its facts. What has been shown is remembered in a stream of its own, so that nothing is posted
// twice and nothing is left out, whoever crashes when. While its channel takes nothing, what matters is told elsewhere. The deploy never waits for it.

import { closesAt } from "../deploy/watch.ts";
import { rootMessage } from "../views/root.ts";
import { DeployLog } from "./deployLog.ts";
import { Elsewhere } from "./elsewhere.ts";
import { holdLease } from "./lease.ts";
import { Lines } from "./lines.ts";
import { newsOf } from "./news.ts";
import type { Parts } from "./parts.ts";
import { ShownElsewhere, ShownLog } from "./shownLog.ts";
import { deployStream, threadStream } from "./stored.ts";
import { type Due, Telling } from "./telling.ts";

/** Resolves to true when everything up to the deploy's end is shown, or never will be; to false when somebody else does it. */
export async function publish(id: string, parts: Parts, stopping: AbortSignal): Promise<boolean> {
  // Before anything is read: the others ask for it as long as the thread may grow.
  const lease = await holdLease(parts, threadStream(id));
  if (lease === null) return false;
  const stop = AbortSignal.any([stopping, lease.lost]);
  const news = newsOf(parts.journal, [deployStream(id)]);
  try {
    const log = await DeployLog.open(parts.journal, id);
    if (log === null) return true;
    const showing = new Showing(parts, log, await ShownLog.open(parts, id, lease.held));
    while (!stop.aborted && !showing.isOver()) {
      await log.refresh();
      const again = await showing.next(stop);
      if (again !== "now") await news.wait(parts.clock, again, stop);
    }
    return showing.isOver();
  } catch (error) {
    if (error instanceof ShownElsewhere) return false;
    throw error;
  } finally {
    news.close();
    await lease.release();
  }
}

/** A channel that takes nothing is tried for so long after the end. */
const GIVE_UP_AFTER_MS = 60 * 60_000;

class Showing {
  readonly #parts: Parts;
  readonly #log: DeployLog;
  readonly #lines: Lines;
  readonly #own: Telling;
  readonly #elsewhere: Elsewhere;

  constructor(parts: Parts, log: DeployLog, shown: ShownLog) {
    const { channel } = log.deploy.order;
    this.#parts = parts;
    this.#log = log;
    this.#lines = new Lines(log);
    this.#own = new Telling(parts, shown, { deploy: log.id, channel, aside: false });
    this.#elsewhere = new Elsewhere(parts, { log, shown, lines: this.#lines, own: this.#own });
  }

  /** What people say of a deploy after its end is shown as well; without a message there is no thread to show it in. */
  isOver(): boolean {
    const { closed, root, lines } = this.#own.shown;
    return closed && (root === null || this.#lines.after(lines) === undefined);
  }

  /** Shows what is most important and not shown yet. `now`: look again; otherwise when, in ms since 1970. */
  async next(stop: AbortSignal): Promise<"now" | number> {
    const due = this.#due();
    const newest = async () => {
      await this.#log.refresh();
      return rootMessage(this.#log.deploy);
    };
    if (await this.#own.tell(due, newest, stop)) return "now";
    const isShown = this.#own.shut === null && this.#own.isDone(due);
    if (await this.#elsewhere.tell(isShown, stop)) return "now";
    if (await this.#close(isShown)) return "now";
    const over = this.#overAt();
    const closing = over > this.#parts.clock.now() ? over : Number.POSITIVE_INFINITY;
    return Math.min(this.#own.retryAt(due), this.#elsewhere.retryAt(isShown), closing);
  }

  #due(): Due {
    return { message: rootMessage(this.#log.deploy), line: this.#lines.after(this.#own.shown.lines) };
  }

  /** When the last has been said; with a channel that takes nothing, when it is left at that. A monitor that alerts late, or resolves, is told of after the end. */
  #overAt(): number {
    const { deploy } = this.#log;
    if (deploy.stage !== "ended") return Number.POSITIVE_INFINITY;
    return Math.max(closesAt(deploy), this.#own.shut === null ? 0 : deploy.endedAt + GIVE_UP_AFTER_MS);
  }

  async #close(isShown: boolean): Promise<boolean> {
    const { shut } = this.#own;
    if (this.#parts.clock.now() < this.#overAt() || !(shut !== null || (isShown && this.#elsewhere.isOver())))
      return false;
    const last = this.#lines.last();
    if (shut !== null && last) await this.#own.append({ kind: "skipped", version: last.version, detail: shut });
    await this.#own.append({ kind: "closed" });
    return true;
  }
}
