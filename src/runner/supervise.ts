// Keeps every unfinished deploy driven and shown, and every target kept: those that are started here, and those that a killed process left behind. Knows no
// step, no rule and no view.

import type { Target } from "../deploy/order.ts";
import { StoreUnreachable } from "../ports/journal.ts";
import { aftermath } from "./aftermath.ts";
import { allTargets } from "./allTargets.ts";
import { Attempts, type Work } from "./attempts.ts";
import { drive } from "./drive.ts";
import { type Kept, keep, type Notices } from "./keep.ts";
import { keptChecks } from "./keptChecks.ts";
import { keptFreezes } from "./keptFreezes.ts";
import { keptTarget } from "./keptTarget.ts";
import type { Parts } from "./parts.ts";
import { publish } from "./publish.ts";
import { isComplete } from "./shownLog.ts";
import { FREEZES, targetOf } from "./stored.ts";

/** How soon it is tried again to work on a deploy that somebody else holds, or whose work failed. */
const TRY_AGAIN_MS = 500;
/** A lock may be kept for hours by another process, a watch for an hour: it is asked less often whether that one still lives. */
const KEEP_AGAIN_MS = 3_000;
/** Finished deploys of a target that are taken up at start whatever their threads say: people may have marked a false alarm since. */
const RECENT = 3;

export class Supervisor {
  #parts: Parts;
  #stopping = new AbortController();
  #running = new Map<string, Promise<void>>();
  /** What had news while it was being worked on: looked at once more. */
  #again = new Set<string>();
  #notices: Notices = new Map();
  #stopWatching: () => void = () => {};

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Takes up all deploys that the journal tells of and that are not finished, and all locks. Waits for a store that cannot be reached: what was passed over now,
   * nobody might ever take up.
   */
  async resume(): Promise<void> {
    this.#keepUp(keptFreezes(this.#parts));
    this.#keepUp(keptChecks(this.#parts));
    await this.#untilDone(() => this.#resumeAll(), { work: "resume" }, TRY_AGAIN_MS);
    // Beside everything else: what runs does not wait for histories.
    this.#begin("histories", () => this.#untilDone(() => this.#resumeThreads(), { work: "histories" }, TRY_AGAIN_MS));
  }

  async #resumeAll(): Promise<boolean> {
    const { targets, log } = this.#parts;
    for (const target of await targets.all()) {
      try {
        const { running, past } = await targets.read(target);
        const recent = past.slice(0, RECENT).map(({ deploy }) => deploy);
        for (const deploy of running ? [running.deploy, ...recent] : recent) this.takeUp(deploy);
        this.#keepUp(keptTarget(target, this.#parts));
      } catch (error) {
        if (error instanceof StoreUnreachable) throw error;
        // The others must not suffer for one history that cannot be read.
        log.error("a target's history cannot be read; its deploys are left alone", { ...target, error });
      }
    }
    return true;
  }

  /** Finished deploys whose threads are not complete: a crash, or a Slack that took nothing, may have cut off their last lines, or the watch of their monitors. */
  async #resumeThreads(): Promise<boolean> {
    const { clock, journal } = this.#parts;
    for (const { state } of await allTargets(this.#parts))
      for (const { deploy } of state.past.slice(RECENT)) {
        if (this.#stopping.signal.aborted) return false;
        if (!(await isComplete(journal, deploy))) this.takeUp(deploy);
        // Others are not kept waiting by long histories.
        await clock.until(clock.now());
      }
    return true;
  }

  /** From now on also takes up what other processes begin: whoever has the lease works, and the others are ready to go on. */
  watch(): void {
    const { journal, log } = this.#parts;
    this.#stopWatching = journal.watch((stream) => {
      if (stream === FREEZES) this.#keepUp(keptFreezes(this.#parts));
      const target = targetOf(stream);
      if (target === null) return;
      this.#keepUp(keptTarget(target, this.#parts));
      this.#takeUpRunning(target).catch((error: unknown) =>
        log.warn("a target's news could not be read", { ...target, error }),
      );
    });
  }

  /**
   * Drives and shows a deploy until it has ended, watches its monitors for a while after its bake, and shows what is said of it later. Once is enough for each
   * fact; more does nothing.
   */
  takeUp(deploy: string): void {
    const name = `deploy/${deploy}`;
    // What is being shown may be closing just now.
    if (this.#running.has(name)) this.#again.add(name);
    const work = (what: typeof drive) => (stopping: AbortSignal) => what(deploy, this.#parts, stopping);
    const all = async () => {
      const driving = this.#untilDone(work(drive), { deploy, work: "drive" }, TRY_AGAIN_MS);
      const watching = this.#untilDone(work(aftermath), { deploy, work: "watch" }, KEEP_AGAIN_MS);
      const showing = this.#untilDone(work(publish), { deploy, work: "publish" }, TRY_AGAIN_MS);
      await Promise.all([driving, watching, showing]);
    };
    this.#begin(name, all, () => this.#again.delete(name) && this.takeUp(deploy));
  }

  /** Lets go of everything between two steps. The deploys stay as they are; any process can take them up. */
  async stop(): Promise<void> {
    this.#stopWatching();
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  }

  async #takeUpRunning(target: Target): Promise<void> {
    const { running } = await this.#parts.targets.read(target);
    if (running) this.takeUp(running.deploy);
  }

  #keepUp(kept: Kept): void {
    const { stream } = kept;
    if (this.#running.has(stream)) this.#again.add(stream);
    const work: Work = (stopping) => keep(kept, this.#parts, { stopping, notices: this.#notices });
    const keeping = () => this.#untilDone(work, { stream, work: "keep" }, KEEP_AGAIN_MS);
    this.#begin(stream, keeping, () => this.#again.delete(stream) && this.#keepUp(kept));
  }

  #begin(name: string, work: () => Promise<unknown>, afterwards: () => void = () => {}): void {
    if (this.#running.has(name) || this.#stopping.signal.aborted) return;
    const done = work().then(() => {
      this.#running.delete(name);
      afterwards();
    });
    this.#running.set(name, done);
  }

  #untilDone(work: Work, about: Record<string, string>, againMs: number): Promise<void> {
    return new Attempts(this.#parts, about).untilDone(work, againMs, this.#stopping.signal);
  }
}
