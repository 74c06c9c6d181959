// What goes into one request, and what does not.

import { expect } from "chai";
import { type Ask, answersWithin, batchesOf, MOST_QUERIES } from "../../src/canary/batches.ts";
import { HOUR, MINUTE, NOON, SECOND } from "../support/build.ts";

/** Ends at noon; began so long before. */
const asks = (agoMs: number, queries: string[], parts: Partial<Ask> = {}): Ask => ({
  questions: queries.map((query, i) => ({ id: `${i}`, query })),
  window: { from: NOON - agoMs, to: NOON },
  intervalMs: 10 * SECOND,
  ...parts,
});
const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`);

describe("a batch", () => {
  it("asks for all different queries once, over the longest of the windows", () => {
    const batches = batchesOf([asks(MINUTE, ["a", "b"]), asks(5 * MINUTE, ["b", "c", "c"]), asks(2 * MINUTE, ["a"])]);
    expect(batches).to.deep.equal([
      {
        queries: ["a", "b", "c"],
        window: { from: NOON - 5 * MINUTE, to: NOON },
        intervalMs: 10 * SECOND,
        askers: [0, 1, 2],
      },
    ]);
  });

  it("joins no windows that begin apart when a query gives something else for a longer time", () => {
    const running = "cumsum(sum:web.errors{host IN (web-01)}.as_count())";
    const apart = [asks(MINUTE, [running]), asks(5 * MINUTE, ["b"]), asks(MINUTE, ["c"])];
    expect(batchesOf(apart).map(({ askers }) => askers)).to.deep.equal([[0, 2], [1]]);
  });

  it("joins no windows with another end, and no other width of bucket", () => {
    const other = asks(MINUTE, ["b"], { window: { from: NOON - MINUTE, to: NOON + 1 } });
    const wider = asks(MINUTE, ["c"], { intervalMs: 20 * SECOND });
    expect(batchesOf([asks(MINUTE, ["a"]), other, wider]).map(({ askers }) => askers)).to.deep.equal([[0], [1], [2]]);
  });

  it("holds fifty queries; whoever does not fit goes into the next one", () => {
    const batches = batchesOf([asks(MINUTE, numbered("a", 30)), asks(MINUTE, numbered("b", 30)), asks(MINUTE, ["c"])]);
    expect(batches.map(({ queries, askers }) => [queries.length, askers])).to.deep.equal([
      [31, [0, 2]],
      [30, [1]],
    ]);
  });

  it("splits one who asks for more than fifty", () => {
    const batches = batchesOf([asks(MINUTE, numbered("a", 120))]);
    expect(batches.map(({ queries }) => queries.length)).to.deep.equal([MOST_QUERIES, MOST_QUERIES, 20]);
    expect(batches.flatMap(({ queries }) => queries)).to.deep.equal(numbered("a", 120));
  });

  it("does not join a window so long that the service would widen the buckets of the others", () => {
    const fits = asks(1500 * 10 * SECOND, ["a"]);
    const tooLong = asks(1501 * 10 * SECOND, ["b"]);
    const short = asks(MINUTE, ["c"]);
    expect(batchesOf([short, fits])).to.have.lengthOf(1);
    expect(batchesOf([short, tooLong])).to.have.lengthOf(2);
    expect(batchesOf([tooLong, { ...tooLong, questions: short.questions }]), "the same window").to.have.lengthOf(1);
  });

  it("counts the buckets of the narrowest query", () => {
    const narrow = asks(MINUTE, ["sum:jobs{*}.rollup(sum, 1)"]);
    expect(batchesOf([narrow, asks(25 * MINUTE, ["a"])])).to.have.lengthOf(1);
    expect(batchesOf([narrow, asks(HOUR, ["a"])])).to.have.lengthOf(2);
  });
});

describe("the answers to some of the questions of a request", () => {
  it("are as if only they had been asked for, for only that window", () => {
    const from = NOON - 5 * MINUTE;
    const answers = new Map([
      [
        "jobs/canary",
        [
          {
            scope: ["job:nightly"],
            points: [
              { at: from - MINUTE, value: 3 },
              { at: from, value: null },
            ],
          },
        ],
      ],
      [
        "slow/canary",
        [
          {
            scope: [],
            points: [
              { at: from, value: 5 },
              { at: from + SECOND, value: null },
            ],
          },
        ],
      ],
      ["slow/rest", [{ scope: [], points: [{ at: from + SECOND, value: 7 }] }]],
    ]);
    const own = answersWithin(["jobs/canary", "slow/canary"], { from, to: NOON }, answers);
    expect([...own]).to.deep.equal([
      ["jobs/canary", []],
      ["slow/canary", [{ scope: [], points: [{ at: from, value: 5 }] }]],
    ]);
  });
});
