// The query language of the Datadog stand-in, and what it makes of measurements.

import { expect } from "chai";
import { calculate } from "../../../playground/datadog/calculate.ts";
import { type MetricKind, rememberPoints } from "../../../playground/datadog/points.ts";
import { readQuery } from "../../../playground/datadog/query.ts";
import { Refused } from "../../../playground/datadog/refused.ts";

describe("A query of the Datadog stand-in", () => {
  const start = 1_700_000_040_000;

  function answer(text: string, options: { kind?: MetricKind; intervalMs?: number | null; now?: number } = {}) {
    const points = rememberPoints();
    const add = (host: string, offsetS: number, value: number) => {
      const at = start + offsetS * 1000;
      points.add({ metric: "m", kind: options.kind ?? "any", tags: [`host:${host}`] }, { at, value, visibleAt: at });
    };
    add("a", 0, 1);
    add("a", 5, 4);
    add("a", 20, 10);
    add("b", 0, 2);
    const { intervalMs = 10_000, now = start + 60_000 } = options;
    const lines = calculate(points, readQuery(text), { from: start, to: start + 60_000, intervalMs, now });
    return Object.fromEntries(
      lines.map((line) => [line.scope.join(), [...line.buckets].map(([at, value]) => [(at - start) / 1000, value])]),
    );
  }

  const all = [0, 10, 20, 30, 40, 50];
  const answers: [string, MetricKind, object][] = [
    [
      "sum:m{*}.as_count()",
      "count",
      {
        "": [
          [0, 7],
          [20, 10],
        ],
      },
    ],
    [
      "sum:m{*} by {host}.as_count()",
      "count",
      {
        "host:a": [
          [0, 5],
          [20, 10],
        ],
        "host:b": [[0, 2]],
      },
    ],
    [
      "sum:m{*}.as_rate()",
      "count",
      {
        "": [
          [0, 0.7],
          [20, 1],
        ],
      },
    ],
    [
      "sum:m{*}",
      "count",
      {
        "": [
          [0, 0.7],
          [20, 1],
        ],
      },
    ],
    [
      "avg:m{*}",
      "gauge",
      {
        "": [
          [0, 2.25],
          [20, 10],
        ],
      },
    ],
    [
      "m{*}",
      "gauge",
      {
        "": [
          [0, 2.25],
          [20, 10],
        ],
      },
    ],
    [
      "max:m{*}",
      "gauge",
      {
        "": [
          [0, 2.5],
          [20, 10],
        ],
      },
    ],
    [
      "max:m{*}.rollup(max)",
      "gauge",
      {
        "": [
          [0, 4],
          [20, 10],
        ],
      },
    ],
    [
      "sum:m{host:a}.as_count()",
      "gauge",
      {
        "": [
          [0, 2.5],
          [20, 10],
        ],
      },
    ],
    ["sum:m{*}.rollup(sum, 30)", "any", { "": [[0, 17]] }],
    ["min:m{host:b}.fill(null)", "gauge", { "": [[0, 2]] }],
    ["sum:m{host:b}.as_count().fill(zero)", "count", { "": all.map((at) => [at, at === 0 ? 2 : 0]) }],
    ["avg:m{host:a}.fill(last)", "gauge", { "": all.map((at) => [at, at < 20 ? 2.5 : 10]) }],
    [
      "sum:m{*} by {zone}.as_count()",
      "count",
      {
        "zone:N/A": [
          [0, 7],
          [20, 10],
        ],
      },
    ],
    ["sum:m{host:c}", "count", {}],
    ["sum:other{*}", "count", {}],
  ];
  for (const [text, kind, expected] of answers) {
    it(`gives ${text} of a ${kind} metric`, () => {
      expect(answer(text, { kind })).to.deep.equal(expected);
    });
  }

  it("has buckets of 20 s over a short time when nobody says otherwise", () => {
    expect(answer("sum:m{*}.as_count()", { intervalMs: null })).to.deep.equal({
      "": [
        [0, 7],
        [20, 10],
      ],
    });
  });

  it("does not see what has not arrived yet", () => {
    expect(answer("sum:m{*}.as_count()", { now: start + 6000 })).to.deep.equal({ "": [[0, 7]] });
  });

  it("aligns buckets to UNIX time, but counts only what is inside the span", () => {
    const points = rememberPoints();
    for (const at of [100_000, 105_000])
      points.add({ metric: "m", kind: "count", tags: [] }, { at, value: 1, visibleAt: at });
    const [line] = calculate(points, readQuery("sum:m{*}.as_count()"), {
      from: 102_000,
      to: 120_000,
      intervalMs: 10_000,
      now: 120_000,
    });
    expect([...(line?.buckets ?? [])]).to.deep.equal([[100_000, 1]]);
  });

  it("has wider buckets rather than more than 1,500 of them", () => {
    const points = rememberPoints();
    points.add({ metric: "m", kind: "count", tags: [] }, { at: 7000, value: 1, visibleAt: 0 });
    const [line] = calculate(points, readQuery("sum:m{*}.as_count()"), {
      from: 0,
      to: 6_000_000,
      intervalMs: 1000,
      now: 6_000_000,
    });
    expect([...(line?.buckets ?? [])]).to.deep.equal([[5000, 1]]);
  });

  for (const text of [
    "",
    "sum:m",
    ":m{*}",
    "p99:m{*}",
    "sum:m{*} by host",
    "sum:m{*}.derivative()",
    "sum:m{*}.rollup(sum, 0)",
    "sum:m{*}.rollup(often)",
    "sum:m{*}.fill(linear)",
    "sum:m{*} + 1",
    "sum:m{{*}}",
  ]) {
    it(`is refused as ${text || "nothing"}`, () => {
      expect(() => readQuery(text)).to.throw(Refused, "unable to parse");
    });
  }
});
