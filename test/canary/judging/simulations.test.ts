// What the judge promises about bakes: how often it is wrong, how soon it is right. Simulated with fixed seeds; bench/judge runs the same
// with more of them and prints them beside Kayenta's rule.

import { expect } from "chai";
import { errors, gauge, jobs, latency, rates } from "./scenarios.ts";

const RUNS = 600;

describe("a canary like the rest", () => {
  const bakes = [
    ["latencies in 15 independent points", latency(1, 15)],
    ["latencies in 30 independent points", latency(1, 30)],
    ["a gauge that wanders (AR(1), rho 0.8) in 30 points", gauge(0.8, 30)],
    ["such a gauge, either direction being worse", gauge(0.8, 30, { side: "either" })],
    ["one error in five minutes for each host", errors({ canary: 0.2, rest: 1.8 })],
    ["five errors a minute for each host", errors({ canary: 5, rest: 45 })],
    ["jobs that go on", jobs(60, { stop: false, reported: "silence" })],
  ] as const;
  for (const [title, scenario] of bakes) {
    it(`is failed at most once in a hundred bakes: ${title}`, () => {
      expect(rates(scenario, RUNS, 1).ours).to.be.at.most(0.01);
    });
  }

  it("is failed by Kayenta's rule in three bakes of ten when the gauge wanders", () => {
    expect(rates(gauge(0.8, 30, { side: "either" }), RUNS, 1).kayenta).to.be.within(0.25, 0.35);
  });
});

describe("a canary worse than the rest", () => {
  const bakes = [
    ["twice the latency, in 15 points", latency(2, 15)],
    ["two errors each minute against none", errors({ canary: 2, rest: 0, even: true })],
    ["jobs that stop in the middle, reported as zero", jobs(60, { stop: true, reported: "zero" })],
    ["jobs that stop in the middle, after which nothing is reported", jobs(60, { stop: true, reported: "silence" })],
    ["rare jobs that stop in the middle", jobs(12, { stop: true, reported: "silence" })],
  ] as const;
  for (const [title, scenario] of bakes) {
    it(`is failed in at least 99 bakes of 100: ${title}`, () => {
      expect(rates(scenario, RUNS, 2).ours).to.be.at.least(0.99);
    });
  }

  it("is failed within two minutes in most bakes when it has two errors a minute against none", () => {
    const found = rates(errors({ canary: 2, rest: 0 }), RUNS, 3);
    expect(found.medianAfter).to.be.at.most(120);
    // Four errors are needed, and at this rate one bake in a hundred has fewer.
    expect(found.ours).to.be.at.least(0.975);
  });

  it("is failed although its gauge wanders, when the shift is larger than what wandering does", () => {
    expect(rates(gauge(0.8, 30, { shift: 12 }), RUNS, 4).ours).to.be.at.least(0.95);
  });
});
