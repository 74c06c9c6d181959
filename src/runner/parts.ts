// What the runner is made of: the ports it works through. Built once, in main.ts.

import type { Settings } from "../config/read.ts";
import type { Clock, Names } from "../ports/clock.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { Inventory } from "../ports/inventory.ts";
import type { Journal } from "../ports/journal.ts";
import type { Leases } from "../ports/leases.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { People } from "../ports/people.ts";
import type { Source } from "../ports/source.ts";
import type { Thread } from "../ports/thread.ts";
import type { Freezes, Targets } from "./targets.ts";

export interface Parts {
  settings: Settings;
  journal: Journal;
  /** Targets as the journal tells of them, read on by everybody. */
  targets: Targets;
  freezes: Freezes;
  leases: Leases;
  fleet: Fleet;
  /** Hosts that the configuration does not list itself. */
  inventory: Inventory;
  metrics: Metrics;
  source: Source;
  thread: Thread;
  people: People;
  clock: Clock;
  names: Names;
  log: Log;
}
