// Several deploys that ask at the same moment: one request, and to each the answer that a request of its own would have given.

import { expect } from "chai";
import fc from "fast-check";
import { systemClock } from "../../src/adapters/system/clock.ts";
import type { MetricCheck } from "../../src/canary/checks.ts";
import { questionsOf, readMetrics } from "../../src/canary/measure.ts";
import type { Reading } from "../../src/canary/readings.ts";
import type { FromMetrics, Metrics, Question, Series, Window } from "../../src/ports/metrics.ts";
import { GATHER_MS, gathered } from "../../src/runner/gathered.ts";
import { bucketService, type Measured } from "../support/bucket-service.ts";
import { aComparison, aCount, aLimit, MINUTE, NOON, SECOND } from "../support/build.ts";
import { ManualClock } from "../support/clock.ts";

const unhurried = new AbortController().signal;
const window = { from: NOON - 5 * MINUTE, to: NOON };
const BUCKET_MS = 10 * SECOND;
const named = (...queries: string[]): Question[] => queries.map((query) => ({ id: `my ${query}`, query }));

function together(service: Metrics) {
  const clock = new ManualClock();
  const metrics = gathered(service, clock);
  const ask = (queries: string[], signal = unhurried, over: Window = window) =>
    metrics.ask(named(...queries), over, BUCKET_MS, signal);
  return { metrics, ask, gather: () => clock.pass(GATHER_MS), clock };
}

/** Refuses every request that holds the query `broken`. */
function refusing() {
  const service = bucketService({ a: { "": [{ at: NOON - MINUTE, value: 1 }] } });
  const { ask } = service;
  service.ask = async (questions, ...rest) => {
    const answer = await ask(questions, ...rest);
    if (!questions.some(({ query }) => query === "broken")) return answer;
    return { ok: false, trouble: "queryRefused", detail: "HTTP 400: no" };
  };
  return service;
}

describe("deploys that ask at the same moment", () => {
  it("share one request, and each gets what it asked for under its own names", async () => {
    const at = NOON - MINUTE;
    const service = bucketService({ a: { "": [{ at, value: 1 }] }, b: { "": [{ at: at + BUCKET_MS, value: 2 }] } });
    const { ask, gather } = together(service);
    const answers = [ask(["a"]), ask(["b", "a"]), ask(["none"])];
    await gather();
    const [first, second, third] = await Promise.all(answers);
    expect(service.requests.map(({ queries }) => queries)).to.deep.equal([["a", "b", "none"]]);
    expect(value(first)).to.deep.equal([["my a", [{ scope: [], points: [{ at, value: 1 }] }]]]);
    expect(value(second).map(([id]) => id)).to.deep.equal(["my b", "my a"]);
    expect(value(third)).to.deep.equal([["my none", []]]);
  });

  it("go on one after the other, and others are heard in between", async () => {
    const seen: string[] = [];
    const metrics = gathered(bucketService({}), systemClock);
    let watched = true;
    const watch = () => {
      seen.push("turn");
      if (watched) setImmediate(watch);
    };
    setImmediate(watch);
    const asked = Array.from({ length: 5 }, async (_, i) => {
      await metrics.ask(named(`q${i}`), window, BUCKET_MS, unhurried);
      seen.push("answer");
    });
    await Promise.all(asked);
    watched = false;
    expect(seen.join(" ")).not.to.include("answer answer");
  });

  it("are not joined by those that ask later", async () => {
    const service = bucketService({});
    const { ask, gather } = together(service);
    void ask(["a"]);
    await gather();
    void ask(["b"]);
    await gather();
    expect(service.requests.map(({ queries }) => queries)).to.deep.equal([["a"], ["b"]]);
  });

  it("send nothing when they ask nothing", async () => {
    const service = bucketService({});
    const { ask } = together(service);
    expect(await ask([])).to.deep.equal({ ok: true, value: new Map() });
  });

  it("ask for monitors of the same selector once", async () => {
    const service = bucketService({});
    const { metrics, gather } = together(service);
    const answers = [["a", "b"], ["b", "a"], ["a"]].map((tags) => metrics.monitors({ tags }, unhurried));
    answers.push(metrics.monitors({ ids: [1, 2] }, unhurried), metrics.monitors({ ids: [2, 1] }, unhurried));
    await gather();
    for (const answer of answers) expect(await answer).to.deep.equal({ ok: true, value: [] });
    expect(service.selectors).to.deep.equal([{ tags: ["a", "b"] }, { tags: ["a"] }, { ids: [1, 2] }]);
  });

  it("are not silenced by one whose query is answered with an error", async () => {
    const service = refusing();
    const { ask: refuse } = service;
    service.ask = async (...asked) => {
      const answer = await refuse(...asked);
      return answer.ok ? answer : { ...answer, trouble: "serviceError" };
    };
    const { ask, gather } = together(service);
    const answers = [ask(["a"]), ask(["broken"])];
    await gather();
    const [innocent, guilty] = await Promise.all(answers);
    expect(innocent).to.include({ ok: true });
    expect(guilty).to.include({ ok: false, trouble: "serviceError" });
  });

  it("ask by themselves for what has changed since different times", async () => {
    const service = bucketService({});
    const { metrics, gather } = together(service);
    for (const since of [1, 2, 1]) void metrics.monitors({ tags: ["a"] }, unhurried, { since });
    void metrics.monitors({ tags: ["a"] }, unhurried);
    await gather();
    expect(service.selectors).to.have.length(3);
    expect(service.lookBacks).to.deep.equal([1, 2]);
  });
});

describe("one of several deploys", () => {
  it("that gives up takes nothing from the others", async () => {
    const service = bucketService({ a: { "": [{ at: NOON - MINUTE, value: 1 }] } });
    const { ask, gather } = together(service);
    const impatient = new AbortController();
    const answers = [ask(["a"], impatient.signal), ask(["a"])];
    impatient.abort();
    expect(await answers[0]).to.include({ ok: false, trouble: "timedOut" });
    await gather();
    expect(value(await answers[1])[0]?.[1]).to.have.lengthOf(1);
  });

  it("that gives up while the answer is on its way does not stop the request; all of them do", async () => {
    const service = bucketService({});
    service.ask = (questions, over, intervalMs, signal) => {
      service.requests.push({ queries: questions.map(({ query }) => query), window: over, intervalMs, signal });
      return new Promise(() => {});
    };
    const { ask, gather } = together(service);
    const [one, other] = [new AbortController(), new AbortController()];
    const answers = [ask(["a"], one.signal), ask(["b"], other.signal)];
    await gather();
    one.abort();
    expect(await answers[0]).to.include({ trouble: "timedOut" });
    expect(service.requests[0]?.signal.aborted).to.equal(false);
    other.abort();
    expect(await answers[1]).to.include({ trouble: "timedOut" });
    expect(service.requests[0]?.signal.aborted).to.equal(true);
  });

  it("whose query is refused does not take the others down: each is asked by itself once", async () => {
    const service = refusing();
    const { ask, gather } = together(service);
    const answers = [ask(["a"]), ask(["broken", "a"]), ask(["c"])];
    await gather();
    expect(value(await answers[0])[0]?.[1]).to.have.lengthOf(1);
    expect(await answers[1]).to.deep.equal({ ok: false, trouble: "queryRefused", detail: "HTTP 400: no" });
    expect(value(await answers[2])).to.deep.equal([["my c", []]]);
    expect(service.requests).to.have.lengthOf(4);
  });

  it("whose query was refused is asked by itself from then on, and the others together again", async () => {
    const service = refusing();
    const { ask, gather, clock } = together(service);
    const round = async () => {
      const answers = [ask(["a"]), ask(["broken"]), ask(["c"])];
      await gather();
      await Promise.all(answers);
      return service.requests.splice(0).map(({ queries }) => queries);
    };
    expect(await round()).to.have.lengthOf(4);
    expect(await round()).to.deep.equal([["broken"], ["a", "c"]]);
    await clock.pass(11 * MINUTE);
    expect(await round(), "and tried with the others once in a while").to.have.lengthOf(4);
  });

  it("gets every other trouble as it is, without asking again", async () => {
    const service = bucketService({});
    let requests = 0;
    service.ask = async () => {
      requests++;
      return { ok: false, trouble: "rateLimited", detail: "until noon", retryAfterMs: 7_000 };
    };
    const { ask, gather } = together(service);
    const answers = [ask(["a"]), ask(["b"])];
    await gather();
    for (const answer of answers) expect(await answer).to.include({ trouble: "rateLimited", retryAfterMs: 7_000 });
    expect(requests).to.equal(1);
  });
});

describe("the reading of an answer that was shared", () => {
  const checks: MetricCheck[] = [
    aLimit({ name: "sum", query: "errors" }),
    aLimit({ name: "stopped", query: "jobs", alive: "alive", atMost: null, atLeast: 1, forMs: 60 * SECOND }),
    aLimit({ name: "rolled", query: "rolled.rollup(sum, 30)", aggregate: "max" }),
    aComparison({ query: { canary: "time canary", baseline: "time baseline" } }),
    aCount({
      errors: { canary: "errors canary", baseline: "errors baseline" },
      total: { canary: "total canary", baseline: "total baseline" },
    }),
  ];
  const queries = questionsOf(checks).map(({ query }) => query);
  const measurement = fc.record({
    at: fc.integer({ min: -400, max: 30 }).map((s) => NOON + s * SECOND),
    value: fc.nat(9),
  });
  const measured: fc.Arbitrary<Measured> = fc
    .tuple(...queries.map(() => fc.array(measurement, { maxLength: 12 })), fc.array(measurement, { maxLength: 4 }))
    .map((all) => {
      const grouped = (i: number) => ({ "host:web-01": all[i] ?? [], "host:web-02": all.at(-1) ?? [] });
      return Object.fromEntries(
        queries.map((query, i) => [query, query === "jobs" || query === "alive" ? grouped(i) : { "": all[i] ?? [] }]),
      );
    });
  const bake = fc.record({
    from: fc.integer({ min: 0, max: 390_000 }).map((ago) => NOON - ago),
    to: fc.constantFrom(NOON, NOON, NOON, NOON - 20 * SECOND, NOON - 7_001),
    of: fc.subarray(checks, { minLength: 1 }),
  });

  it("is that of a request by itself, whatever the others ask, with wide and shifted buckets", async () => {
    await fc.assert(
      fc.asyncProperty(
        measured,
        fc.array(bake, { minLength: 2, maxLength: 5 }),
        fc.record({
          phaseMs: fc.constantFrom(0, 0, 3_000),
          coarse: fc.dictionary(fc.constantFrom(...queries), fc.constantFrom(20_000, 60_000)),
        }),
        async (values, bakes, shape) => {
          const service = bucketService(values, shape);
          const { metrics, gather } = together(service);
          const real = bakes.filter(({ from, to }) => from < to);
          const shared = real.map(({ from, to, of }) =>
            metrics.ask(questionsOf(of), { from, to }, BUCKET_MS, unhurried),
          );
          await gather();
          for (const [i, { from, to, of }] of real.entries()) {
            const lone = together(service);
            const byItself = lone.metrics.ask(questionsOf(of), { from, to }, BUCKET_MS, unhurried);
            await lone.gather();
            const ungathered = await service.ask(questionsOf(of), { from, to }, BUCKET_MS, unhurried);
            const [own, alone, bare] = [await shared[i], await byItself, ungathered].map((answer) =>
              of.map((check) =>
                readMetrics(check, new Map(value(answer)), { window: { from, to }, intervalMs: BUCKET_MS, last: true }),
              ),
            );
            expect(own).to.deep.equal(alone);
            expect(own?.map(withValues)).to.deep.equal(bare?.map(withValues));
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** Without lines that the service lists only because their one bucket began before the window: they have no value in it. */
function withValues(reading: Reading): Reading {
  if (reading.kind !== "limit") return reading;
  return { ...reading, values: reading.values.filter(({ points }) => points > 0) };
}

function value(answer: FromMetrics<Map<string, Series[]>> | undefined): [string, Series[]][] {
  if (!answer?.ok) throw new Error(`no answer: ${JSON.stringify(answer)}`);
  return [...answer.value];
}
