// What every adapter of the metrics port must do. Knows no service: a bench says how to bring measurements and monitors about,
// so that the same suite can be run by hand against the real one.

import { expect } from "chai";
import type { FromMetrics, Metrics, Series, Window } from "../../src/ports/metrics.ts";

export interface MetricsBench {
  metrics: Metrics;
  withWrongKeys: Metrics;
  /** A bucket's edge in the recent past, milliseconds since 1970; two minutes from it are free for measurements. */
  start: number;
  /** Brings one count about; resolves when a question can see it. */
  count(metric: string, at: number, value: number, tags: string[]): Promise<void>;
  queries: {
    /** Sums a metric per host. */
    perHost(metric: string): string;
    /** Something that the service does not understand. */
    broken: string;
  };
  /** A monitor that has alerted for one group and has resolved since. */
  resolved: { id: number; tags: string[]; group: string };
  /** An id that no monitor has. */
  unknownMonitor: number;
  close(): Promise<void>;
}

const bucketMs = 10_000;

export function metricsContract(name: string, prepare: () => Promise<MetricsBench>): void {
  describe(`metrics from ${name}`, () => {
    let bench: MetricsBench;
    let window: Window;
    const unhurried = new AbortController().signal;

    before(async () => {
      bench = await prepare();
      window = { from: bench.start, to: bench.start + 60_000 };
      const count = (host: string, offsetMs: number, value: number) =>
        bench.count("lockstep.contract.jobs", bench.start + offsetMs, value, [`host:${host}`]);
      await count("a", -5000, 100);
      await count("a", 0, 1);
      await count("a", 12_000, 2);
      await count("a", 50_000, 3);
      await count("a", 60_000, 200);
      await count("b", 30_000, 7);
    });

    after(() => bench.close());

    const ask = (...queries: [string, string][]) => {
      const questions = queries.map(([id, query]) => ({ id, query }));
      return bench.metrics.ask(questions, window, bucketMs, unhurried);
    };

    it("answers every question under its own name", async () => {
      const jobs = bench.queries.perHost("lockstep.contract.jobs");
      const answers = value(
        await ask(["first", jobs], ["none", bench.queries.perHost("lockstep.contract.none")], ["second", jobs]),
      );
      expect([...answers.keys()]).to.have.members(["first", "none", "second"]);
      expect(answers.get("second")).to.deep.equal(answers.get("first"));
    });

    it("has no series where there are no measurements", async () => {
      const answers = value(await ask(["none", bench.queries.perHost("lockstep.contract.none")]));
      expect(answers.get("none")).to.deep.equal([]);
    });

    it("tells groups apart by their tags", async () => {
      const answers = value(await ask(["jobs", bench.queries.perHost("lockstep.contract.jobs")]));
      expect(scopes(answers.get("jobs"))).to.deep.equal([["host:a"], ["host:b"]]);
    });

    it("gives each measurement to the bucket it was taken in, whatever buckets other series have", async () => {
      const answers = value(await ask(["jobs", bench.queries.perHost("lockstep.contract.jobs")]));
      expect(valued(answers.get("jobs"), "host:b", bench.start)).to.deep.equal([[30_000, 7]]);
    });

    it("takes the start of the window in and leaves its end out", async () => {
      const answers = value(await ask(["jobs", bench.queries.perHost("lockstep.contract.jobs")]));
      expect(valued(answers.get("jobs"), "host:a", bench.start)).to.deep.equal([
        [0, 1],
        [10_000, 2],
        [50_000, 3],
      ]);
    });

    it("says so when a question is not understood", async () => {
      expect(trouble(await ask(["broken", bench.queries.broken]))).to.equal("queryRefused");
    });

    it("says so when the keys are refused", async () => {
      const { withWrongKeys } = bench;
      const questions = [{ id: "jobs", query: bench.queries.perHost("lockstep.contract.jobs") }];
      expect(trouble(await withWrongKeys.ask(questions, window, bucketMs, unhurried))).to.equal("keysRefused");
      expect(trouble(await withWrongKeys.monitors({ ids: [bench.resolved.id] }, unhurried))).to.equal("keysRefused");
    });

    it("shows that a monitor has alerted although it has resolved", async () => {
      const [monitor] = value(await bench.metrics.monitors({ ids: [bench.resolved.id] }, unhurried));
      const group = monitor?.groups.find((one) => one.name === bench.resolved.group);
      expect(group?.state).to.equal("ok");
      expect(group?.lastTriggeredAt).to.be.a("number");
      expect(group?.lastResolvedAt).to.be.at.least(group?.lastTriggeredAt ?? Number.NaN);
    });

    it("shows it too when it looks back, with the changes since then", async () => {
      const lookBack = { since: Date.now() - 3_600_000 };
      const [monitor] = value(await bench.metrics.monitors({ ids: [bench.resolved.id] }, unhurried, lookBack));
      const group = monitor?.groups.find((one) => one.name === bench.resolved.group);
      expect(group?.lastTriggeredAt).to.be.a("number");
      const { withWrongKeys } = bench;
      expect(trouble(await withWrongKeys.monitors({ ids: [bench.resolved.id] }, unhurried, lookBack))).to.equal(
        "keysRefused",
      );
    });

    it("finds the same monitor by its tags", async () => {
      const byId = value(await bench.metrics.monitors({ ids: [bench.resolved.id] }, unhurried));
      const byTags = value(await bench.metrics.monitors({ tags: bench.resolved.tags }, unhurried));
      expect(byTags.find(({ id }) => id === bench.resolved.id)).to.deep.equal(byId[0]);
    });

    it("leaves out monitors that lack one of the tags", async () => {
      const tags = [...bench.resolved.tags, "lockstep:no-such-tag"];
      expect(value(await bench.metrics.monitors({ tags }, unhurried))).to.deep.equal([]);
    });

    it("names the monitor that is not there", async () => {
      const answer = await bench.metrics.monitors({ ids: [bench.resolved.id, bench.unknownMonitor] }, unhurried);
      expect(trouble(answer)).to.equal("notFound");
      expect(answer).to.have.property("detail").that.includes(String(bench.unknownMonitor));
    });

    it("takes a marker", async () => {
      const marker = { title: "web is being deployed", text: "by you", tags: ["service:web"], level: "info" as const };
      expect(value(await bench.metrics.mark({ ...marker, at: bench.start }, unhurried))).to.equal(null);
    });

    it("stops waiting when told to", async () => {
      const gone = AbortSignal.abort();
      expect(trouble(await bench.metrics.monitors({ ids: [bench.resolved.id] }, gone))).to.equal("timedOut");
    });
  });
}

function value<T>(answer: FromMetrics<T>): T {
  if (!answer.ok) throw new Error(`${answer.trouble}: ${answer.detail}`);
  return answer.value;
}

const trouble = (answer: FromMetrics<unknown>) => (answer.ok ? "none" : answer.trouble);

const scopes = (series: Series[] = []) => series.map(({ scope }) => scope).sort();

/** Buckets with a value, by milliseconds after `start`. */
function valued(series: Series[] = [], tag: string, start: number): [number, number][] {
  const points = series.find(({ scope }) => scope.includes(tag))?.points ?? [];
  return points.flatMap(({ at, value }) => (value === null ? [] : [[at - start, value]]));
}
