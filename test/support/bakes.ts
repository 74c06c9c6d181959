// Many bakes at the same time in one process, with everything real between the runner and the Datadog stand-in but time: bakes of minutes take a second,
// and what was sent is counted.

import { setImmediate as turn } from "node:timers/promises";
import { type DatadogOptions, type DatadogStandIn, startDatadog } from "../../playground/datadog/server.ts";
import { datadogMetrics } from "../../src/adapters/datadog/metrics.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { type Deploy, fold } from "../../src/deploy/fold.ts";
import type { Order } from "../../src/deploy/order.ts";
import type { Metrics } from "../../src/ports/metrics.ts";
import { drive } from "../../src/runner/drive.ts";
import { gathered } from "../../src/runner/gathered.ts";
import { deployStream } from "../../src/runner/stored.ts";
import { aLimit, anOrder, factsUntil, hostsNamed, NOON } from "./build.ts";
import { ManualClock } from "./clock.ts";
import { memoryJournal, memoryLeases } from "./memory.ts";
import { MemoryFleet } from "./memory-fleet.ts";
import { partsOn } from "./parts.ts";

const STRIDE_MS = 50;
const TIMESERIES = "/api/v2/query/timeseries";

export interface Plan {
  /** When each of them begins, in ms after noon. */
  startsMs: number[];
  /** Each check is one query of its own. */
  checks: number;
  /** These bakes (from 0) ask something that Datadog does not understand. */
  broken?: number[];
  together?: boolean;
  bake?: Partial<Order["bake"]>;
  datadog?: DatadogOptions;
}

export class Bakes {
  readonly clock = new ManualClock();
  readonly #journal = memoryJournal();
  readonly #stop = new AbortController();
  readonly #driving: Promise<boolean>[] = [];
  #underWay = 0;
  datadog!: DatadogStandIn;

  static async start(plan: Plan): Promise<Bakes> {
    const bakes = new Bakes();
    await bakes.clock.pass(NOON);
    const { clock } = bakes;
    bakes.datadog = await startDatadog({ evaluateMs: 0, flushMs: 0, clock, ...plan.datadog });
    const { url: baseUrl, apiKey, appKey } = bakes.datadog;
    const adapter = datadogMetrics({ baseUrl, apiKey, appKey, timeoutMs: 15_000 });
    await adapter.warm();
    const counted = bakes.#counting(adapter);
    const metrics = plan.together === false ? counted : gathered(counted, clock);
    const leases = memoryLeases();
    const parts = partsOn({ journal: bakes.#journal, leases }, { clock, metrics, fleet: new MemoryFleet() });
    for (const [i, startMs] of plan.startsMs.entries()) {
      const facts = factsOf(i, startMs, plan);
      await bakes.#journal.append([{ stream: deployStream(`bake-${i}`), expected: 0, facts }]);
      bakes.#driving.push(drive(`bake-${i}`, parts, bakes.#stop.signal));
    }
    return bakes;
  }

  /** Timeseries requests that were sent, oldest first. */
  requests() {
    return this.datadog.requests.filter(({ path }) => path === TIMESERIES);
  }

  /** Lets so much time go by, as fast as the stand-in answers; where it never does, it is not waited for. */
  async pass(ms: number, { answered = true } = {}): Promise<void> {
    for (let gone = 0; gone < ms; gone += STRIDE_MS) {
      await this.clock.pass(STRIDE_MS);
      await this.#quiet(answered);
    }
  }

  async deploys(): Promise<Deploy[]> {
    const streams = await this.#journal.streams("deploy/");
    const facts = await Promise.all(streams.map((stream) => this.#journal.read(stream)));
    return facts.map((recorded) => {
      const deploy = fold(recorded.map(({ fact }) => fact as DeployFact));
      if (deploy === null) throw new Error("a deploy without facts");
      return deploy;
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#driving);
    await this.datadog.close();
  }

  #counting(metrics: Metrics): Metrics {
    const count = async <T>(work: Promise<T>) => {
      this.#underWay++;
      return work.finally(() => {
        this.#underWay--;
      });
    };
    return {
      ...metrics,
      ask: (...asked) => count(metrics.ask(...asked)),
      monitors: (...asked) => count(metrics.monitors(...asked)),
    };
  }

  /** Until nothing is on its way and everybody has done what they can do without time going by. */
  async #quiet(answered: boolean): Promise<void> {
    for (let calm = 0; calm < 8; calm++) {
      await turn();
      if (answered && this.#underWay > 0) calm = 0;
    }
  }
}

function factsOf(i: number, startMs: number, { checks, bake, broken = [] }: Plan): DeployFact[] {
  const base = anOrder();
  const id = `bake-${i}`;
  const end = broken.includes(i) ? "" : "}.as_count()";
  const order = anOrder({
    deploy: id,
    target: { service: id, environment: "production" },
    canary: hostsNamed(`${id}-01`),
    batches: [],
    checks: Array.from({ length: checks }, (_, nth) =>
      aLimit({ name: `check-${nth}`, query: `sum:metric${nth}{host:${id}-01${end}` }),
    ),
    bake: { ...base.bake, ...bake },
  });
  const facts = factsUntil("baking", order);
  const shift = NOON + startMs - (facts.at(-1)?.at ?? 0);
  return facts.map((fact) => ({ ...fact, at: fact.at + shift }));
}
