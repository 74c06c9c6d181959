// Keeps every unfinished deploy driven and shown: those that are started here, and those that a killed process left behind. Knows no step and no view.

import { drive } from "./drive.ts";
import type { Parts } from "./parts.ts";
import { publish } from "./publish.ts";
import { targetOf } from "./stored.ts";

/** How soon it is tried again to work on a deploy that somebody else holds, or whose work failed. */
const TRY_AGAIN_MS = 500;
/** Finished deploys of a target whose threads are looked after at start: a crash may have cut the last lines off. */
const RECENT = 3;

type Work = (id: string, parts: Parts, stopping: AbortSignal) => Promise<boolean>;

export class Supervisor {
  #parts: Parts;
  #stopping = new AbortController();
  #running = new Map<string, Promise<void>>();
  #stopWatching: () => void = () => {};

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes up all deploys that the journal tells of and that are not finished. */
  async resume(): Promise<void> {
    const { targets, log } = this.#parts;
    for (const target of await targets.all()) {
      try {
        const { running, past } = await targets.read(target);
        const recent = past.slice(0, RECENT).map(({ deploy }) => deploy);
        for (const deploy of running ? [running.deploy, ...recent] : recent) this.takeUp(deploy);
      } catch (error) {
        // The others must not suffer for one history that cannot be read.
        log.error("a target's history cannot be read; its deploys are left alone", { ...target, error });
      }
    }
  }

  /** From now on also takes up what other processes begin: whoever has the lease works, and the others are ready to go on. */
  watch(): void {
    const { journal, targets, log } = this.#parts;
    this.#stopWatching = journal.watch((stream) => {
      const target = targetOf(stream);
      if (target === null) return;
      const look = targets.read(target).then(({ running }) => running && this.takeUp(running.deploy));
      look.catch((error: unknown) => log.warn("a target's news could not be read", { ...target, error }));
    });
  }

  /** Drives and shows a deploy until it has ended. Once is enough; more does nothing. */
  takeUp(deploy: string): void {
    if (this.#running.has(deploy) || this.#stopping.signal.aborted) return;
    const working = Promise.all([this.#untilDone(drive, deploy), this.#untilDone(publish, deploy)]);
    this.#running.set(
      deploy,
      working.then(() => void this.#running.delete(deploy)),
    );
  }

  /** Lets go of everything between two steps. The deploys stay as they are; any process can take them up. */
  async stop(): Promise<void> {
    this.#stopWatching();
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  }

  async #untilDone(work: Work, deploy: string): Promise<void> {
    const { clock, log } = this.#parts;
    const stopping = this.#stopping.signal;
    while (!stopping.aborted) {
      try {
        if (await work(deploy, this.#parts, stopping)) return;
      } catch (error) {
        log.error("work on a deploy failed; it is tried again", { deploy, work: work.name, error });
      }
      await clock.until(clock.now() + TRY_AGAIN_MS, stopping);
    }
  }
}
