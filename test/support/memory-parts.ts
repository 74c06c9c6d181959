// What the runner is made of, in memory: everybody may lock, a teammate may deploy, nobody is in a group, and the clock stands still.

import type { Parts } from "../../src/runner/parts.ts";
import { Freezes, Targets } from "../../src/runner/targets.ts";
import { type Changing, configured } from "../config/example.ts";
import { NEW, onCall, teammate } from "./build.ts";
import { ManualClock } from "./clock.ts";
import { MemoryThread, memoryJournal, memoryLeases } from "./memory.ts";

/** Without fleet and metrics: for what deploys nothing. */
export function memoryParts(change: (what: Changing) => void = () => {}) {
  const clock = new ManualClock();
  const thread = new MemoryThread();
  const journal = memoryJournal();
  const nothing = () => {};
  let fresh = 0;
  const configuration = configured((what) => {
    const { production } = what.all.environments;
    production.who.lock = "everyone";
    production.who.deploy = [teammate.id];
    production.who.freeze = [onCall.id];
    change(what);
  });
  const parts = {
    settings: { configuration, runbooks: new Map() },
    clock,
    journal,
    thread,
    targets: new Targets({ journal, clock }),
    freezes: new Freezes({ journal, clock }),
    leases: memoryLeases(),
    names: { fresh: () => `n${fresh++}` },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    people: {
      members: async () => ({ ok: true, ids: [] }),
      timeZone: async () => ({ ok: true, zone: "Asia/Kolkata" }),
    },
    source: {
      resolve: async (_repository, ref) =>
        ref === "main" ? { ok: true, value: NEW.commit } : { ok: false, problem: "unknownRef", detail: "no such ref" },
    } as Partial<Parts["source"]>,
  } as Partial<Parts> as Parts;
  return { parts, clock, thread };
}
