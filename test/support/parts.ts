// The runner's parts on a real store, with ports that a test of locks has no use for played by the simplest things that keep their promises.

import { randomNames, systemClock } from "../../src/adapters/system/clock.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { Leases } from "../../src/ports/leases.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Place, Thread } from "../../src/ports/thread.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { Freezes, Targets } from "../../src/runner/targets.ts";
import type { Message } from "../../src/views/message.ts";
import { type Changing, configured } from "../config/example.ts";
import { NEW } from "./build.ts";

export interface Posted {
  to: string;
  key: string;
  message: Message;
  /** As it was changed to, in order. */
  changes: Message[];
}

/** Remembers what it was given, like a Slack that always works. */
export class RememberingThread implements Thread {
  readonly posted: Posted[] = [];

  async post(channel: string, message: Message, { key }: { key: string }) {
    this.posted.push({ to: channel, key, message, changes: [] });
    return { ok: true as const, value: { channel, ts: String(this.posted.length) } };
  }

  async update({ ts }: Place, message: Message) {
    this.posted[Number(ts) - 1]?.changes.push(message);
    return { ok: true as const, value: null };
  }

  async find(channel: string, { key }: { key: string }) {
    const index = this.posted.findIndex((one) => one.to === channel && one.key === key);
    return { ok: true as const, value: index < 0 ? null : { channel, ts: String(index + 1) } };
  }
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Everybody may everything, and the branch is at `NEW`. Hosts and Datadog are not there: what touches them is a mistake of the test. */
export function partsOn(
  store: { journal: Journal; leases: Leases },
  parts: Partial<Parts> = {},
  change: (what: Changing) => void = () => undefined,
): Parts {
  const { journal, leases } = store;
  const clock = parts.clock ?? systemClock;
  const everyone = { deploy: "everyone", lock: "everyone", rollBack: "everyone", freeze: "everyone" };
  const configuration = configured((what) => {
    for (const environment of Object.values<{ who: unknown }>(what.all.environments)) environment.who = everyone;
    change(what);
  });
  const never = (): never => {
    throw new Error("a test of locks touches no host and asks no Datadog");
  };
  return {
    settings: { configuration, runbooks: new Map() },
    journal,
    leases,
    targets: new Targets({ journal, clock }),
    freezes: new Freezes({ journal, clock }),
    fleet: { prepare: never, rollOut: never, rollBack: never, inspect: never, fence: never, close: async () => {} },
    inventory: { read: never },
    metrics: { ask: never, monitors: never, mark: never },
    source: {
      resolve: async () => ({ ok: true, value: NEW.commit }),
      isOn: never,
      compare: never,
      archive: never,
    },
    thread: new RememberingThread(),
    people: {
      members: async () => ({ ok: true, ids: [] }),
      timeZone: async () => ({ ok: true, zone: "Europe/Zurich" }),
    },
    clock,
    names: randomNames,
    log: silentLog,
    ...parts,
  };
}
