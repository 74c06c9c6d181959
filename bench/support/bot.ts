// The bot as it deploys: the real runner, journal, leases and fleet. A Slack that always answers, a Datadog where all is well and a repository with one archive stand for what is not
// measured. Knows no other client.

import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openEmbeddedStore } from "../../src/adapters/embedded/store.ts";
import { sshFleet } from "../../src/adapters/ssh/fleet.ts";
import type { Order } from "../../src/deploy/order.ts";
import { decideStart } from "../../src/locks/decide.ts";
import type { Fleet } from "../../src/ports/fleet.ts";
import type { Archive } from "../../src/ports/source.ts";
import { drive } from "../../src/runner/drive.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { publish } from "../../src/runner/publish.ts";
import { deployStream, targetStream } from "../../src/runner/stored.ts";
import { anOrder, HOUR, you } from "../../test/support/build.ts";
import { OneBranch, wellMetrics } from "../../test/support/outside.ts";
import { partsOn, RememberingThread } from "../../test/support/parts.ts";
import type { Task } from "./task.ts";

class OneArchive extends OneBranch {
  readonly #archive: Archive;

  constructor(archive: Archive) {
    super();
    this.#archive = archive;
  }

  override async archive() {
    return { ok: true as const, value: this.#archive };
  }
}

/** Slack takes about so long for a message. */
const POST_MS = 150;

class DistantThread extends RememberingThread {
  override async post(...asked: Parameters<RememberingThread["post"]>) {
    await pause(POST_MS);
    return super.post(...asked);
  }

  override async update(...asked: Parameters<RememberingThread["update"]>) {
    await pause(POST_MS);
    return super.update(...asked);
  }
}

export interface Bot {
  parts: Parts;
  close(): Promise<void>;
}

export function fleetOf({ key, knownHosts }: Task): Fleet {
  return sshFleet({ privateKey: key, knownHosts: [knownHosts] });
}

export async function openBot(task: Task): Promise<Bot> {
  const store = await openEmbeddedStore(join(task.scratch, "store"));
  const fleet = fleetOf(task);
  const parts = partsOn(store, {
    fleet,
    metrics: wellMetrics,
    source: new OneArchive(task.archive),
    thread: new DistantThread(),
  });
  return {
    parts,
    async close() {
      await fleet.close();
      await store.journal.close();
    },
  };
}

/** What `/deploy web` freezes: all hosts at once, without a canary unless `change` names one. */
export function orderOf({ hosts, site, release, atOnce }: Task, change: Partial<Order> = {}): Order {
  const whole = anOrder();
  return {
    ...whole,
    deploy: release.replace(/\W/g, ""),
    release: { ...whole.release, name: release },
    canary: [],
    batches: [hosts],
    concurrency: atOnce,
    checks: [],
    // Nothing is looked at before the bench is over.
    bake: { ...whole.bake, forMs: 1_000 * HOUR, pollMs: 1_000 * HOUR },
    site: {
      ...whole.site,
      path: site,
      restart: 'printf "%s\\n" "$LOCKSTEP_RELEASE" >"$LOCKSTEP_PATH/running"',
    },
    ...change,
  };
}

/** The deploy under way: `ended` when its last fact is on the disk, `over` when its connections are closed and its lease is given back as well. */
export interface Going {
  ended: Promise<void>;
  over: Promise<void>;
  /** Its thread is left alone. */
  shown: Promise<unknown>;
}

/** As the runner starts a deploy: the target's fact and the deploy's first one in one append; then it is driven, and shown. */
export async function begin(order: Order, { parts }: Bot): Promise<Going> {
  const { deploy, target } = order;
  const started = await parts.targets.change(target, (state, now) => ({
    ...decideStart(state, { by: you, deploy, wayBack: false, freeze: null }, now),
    also: [{ stream: deployStream(deploy), expected: 0, facts: [{ kind: "requested", at: now, order }] }],
  }));
  if (!started.ok) throw new Error(`the deploy may not start: ${started.refusal.kind}`);
  // The target is told of the end in the append that ends the deploy, and of nothing else meanwhile.
  const ended = new Promise<void>((resolve) => {
    parts.journal.watch((stream) => stream === targetStream(target) && resolve());
  });
  const showing = new AbortController();
  const shown = publish(deploy, parts, showing.signal);
  const over = drive(deploy, parts, new AbortController().signal).then((whole) => {
    showing.abort();
    if (!whole) throw new Error("the deploy has not ended");
  });
  over.catch(() => undefined);
  return { ended: Promise.race([ended, over]), over, shown };
}
