// How an answer about metrics is read: exactly as documented, or not at all.

import { expect } from "chai";
import { readSeries } from "../../../src/adapters/datadog/series.ts";

const questions = [
  { id: "jobs", query: "a" },
  { id: "errors", query: "b" },
];
const window = { from: 1000, to: 5000 };

const one = { group_tags: ["host:a"], query_index: 0 };

function body(attributes: object): unknown {
  return {
    data: { type: "timeseries_response", attributes: { series: [one], times: [1000], values: [[1]], ...attributes } },
  };
}

const read = (attributes: object) => readSeries(body(attributes), questions, window);

function pointsOf(attributes: object) {
  const answer = read(attributes);
  return answer.ok ? answer.value.get("jobs")?.[0]?.points : answer.trouble;
}

describe("An answer about metrics", () => {
  it("belongs to the question that query_index names, in whatever order", () => {
    const series = [
      { group_tags: ["host:a"], query_index: 1 },
      { group_tags: ["host:b"], query_index: 0 },
      { group_tags: ["host:c"], query_index: 1 },
    ];
    const answer = read({ series, values: [[1], [2], [3]] });
    expect(answer.ok && [...answer.value]).to.deep.equal([
      ["jobs", [{ scope: ["host:b"], points: [{ at: 1000, value: 2 }] }]],
      [
        "errors",
        [
          { scope: ["host:a"], points: [{ at: 1000, value: 1 }] },
          { scope: ["host:c"], points: [{ at: 1000, value: 3 }] },
        ],
      ],
    ]);
  });

  it("keeps null as null", () => {
    expect(pointsOf({ times: [1000, 2000], values: [[null, 0]] })).to.deep.equal([
      { at: 1000, value: null },
      { at: 2000, value: 0 },
    ]);
  });

  it("is put in order of time", () => {
    const points = pointsOf({ times: [3000, 1000, 2000], values: [[3, 1, 2]] });
    expect(points).to.deep.equal([1, 2, 3].map((value) => ({ at: value * 1000, value })));
  });

  it("has each bucket once", () => {
    expect(pointsOf({ times: [1000, 1000, 1000], values: [[null, 4, 4]] })).to.deep.equal([{ at: 1000, value: 4 }]);
  });

  it("loses buckets that start before the window or at its end", () => {
    const points = pointsOf({ times: [999, 1000, 4999, 5000], values: [[1, 2, 3, 4]] });
    expect(points).to.deep.equal([
      { at: 1000, value: 2 },
      { at: 4999, value: 3 },
    ]);
  });

  it("has no series when all of its buckets lie outside", () => {
    const answer = read({ times: [0], values: [[1]] });
    expect(answer.ok && answer.value.get("jobs")).to.deep.equal([]);
  });

  const surprises: [string, object][] = [
    ["two different values for one bucket", { times: [1000, 1000], values: [[1, 2]] }],
    ["a value that is a string", { values: [["1"]] }],
    ["a value that cannot be added up", { values: [[Number.MAX_VALUE]] }],
    ["a value too large for a number", { values: [[Number.POSITIVE_INFINITY]] }],
    ["a time that is a string", { times: ["1000"] }],
    ["a time that is null", { times: [null] }],
    ["more times than values", { times: [1000, 2000] }],
    ["more values than times", { values: [[1, 2]] }],
    ["fewer rows than series", { values: [] }],
    ["more rows than series", { values: [[1], [2]] }],
    ["values that are no rows", { values: [1] }],
    ["a query_index that nobody asked", { series: [{ ...one, query_index: 2 }] }],
    ["a negative query_index", { series: [{ ...one, query_index: -1 }] }],
    ["a series without query_index", { series: [{ group_tags: [] }] }],
    ["a series without group_tags", { series: [{ query_index: 0 }] }],
    ["no series", { series: undefined }],
    ["no times", { times: undefined }],
    ["no values", { values: null }],
  ];
  for (const [what, attributes] of surprises) {
    it(`is garbled, not data, with ${what}`, () => {
      expect(read(attributes)).to.include({ ok: false, trouble: "garbled" });
    });
  }

  it("is garbled without attributes, without data, or of another type", () => {
    for (const strange of [
      {},
      null,
      [],
      "x",
      { data: null },
      { data: { type: "timeseries_response" } },
      { data: { ...(body({}) as { data: object }).data, type: "scalar_response" } },
    ]) {
      expect(readSeries(strange, questions, window)).to.include({ ok: false, trouble: "garbled" });
    }
  });
});
