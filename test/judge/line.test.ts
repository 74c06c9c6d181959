// One line in, one answer out: the fields, the sentences, and what is said about lines that cannot be read.

import { expect } from "chai";
import fc from "fast-check";
import { type Answer, answerTo } from "../../src/judge/line.ts";

const answer = (asked: unknown) => answerTo(JSON.stringify(asked));
const explained = (asked: unknown) => (answer(asked) as Answer).explanation;

const slow = [31, 38, 29, 42, 35, 33, 40, 36, 30, 37, 34, 39];
const quick = [12, 15, 11, 9, 14, 10, 13, 16, 8, 12.5, 11.5, 14.5];
const compare = { kind: "compare", worse: "higher", tolerance: 0.25, confidence: 0.98 };
const look = (at: number, errors: number) => ({
  at,
  canary: { errors, total: 50 * at },
  baseline: { errors: 0, total: 450 * at },
});

describe("a line of lockstep judge", () => {
  it("is answered with a verdict, its reason, and the numbers behind it", () => {
    const told = answer({ id: "latency", check: compare, canary: slow, baseline: [...quick, null] }) as Answer;
    expect(Object.keys(told)).to.deep.equal([
      "id",
      "verdict",
      "reason",
      "explanation",
      "p",
      "shift",
      "interval",
      "effect",
    ]);
    expect(told).to.deep.include({ id: "latency", verdict: "fail", reason: "higher", shift: 23 });
    const counted = answer({
      id: 2,
      check: { kind: "counts", alpha: 0.01 },
      looks: [look(20, 1), look(40, 5)],
    }) as Answer;
    expect(Object.keys(counted)).to.deep.equal(["id", "verdict", "reason", "explanation", "p", "decidedAt"]);
    expect(counted).to.deep.include({ id: 2, verdict: "fail", reason: "moreErrors", decidedAt: 40 });
    const limit = { kind: "limit", aggregate: "sum", atLeast: 1, forSeconds: 60 };
    const stopped = {
      id: "jobs",
      check: limit,
      canary: [
        [0, 3],
        [20, 0],
        [40, 0],
        [60, null],
      ],
      alive: [[60, 1]],
    };
    expect(answer(stopped)).to.deep.equal({
      id: "jobs",
      verdict: "fail",
      reason: "stopped",
      explanation:
        "The canary reported nothing, or zero, for 60 s from second 20 on; allowed is at least 1, or less than 60 s without it. It has stopped.",
      decidedAt: 80,
    });
  });

  it("assumes 25 %, 98 % and 0.01 where the check does not say", () => {
    const asked = { id: 1, check: { kind: "compare", worse: "higher" }, canary: slow, baseline: quick };
    expect(answer(asked)).to.deep.equal(answer({ ...asked, check: compare }));
    expect((answer({ id: 1, check: { kind: "counts" }, looks: [look(20, 4)] }) as Answer).verdict).to.equal("fail");
  });

  it("explains with numbers what was measured and what is allowed", () => {
    const asked = { id: 1, check: compare, canary: slow, baseline: quick };
    expect(explained(asked)).to.match(
      /^The canary is higher by 23 \(98 % interval 19 to 27; 12 points of the canary and 12 of the rest; p = 0\.0000\d+\)\. That counts: the interval stays clear of 0 by more than 25 % of the difference, 5\.75\.$/,
    );
    expect(explained({ ...asked, canary: quick })).to.equal(
      "The canary and the rest show the same values (12 points of the canary and 12 of the rest).",
    );
    expect(explained({ ...asked, canary: quick.toReversed().map((value) => value + 0.5) })).to.contain(
      "does not count as higher",
    );
    expect(explained({ ...asked, canary: slow.slice(3) })).to.equal(
      "The canary has 9 points; at least 10 on each side are needed to tell a difference from luck.",
    );
    expect(explained({ ...asked, canary: [null] })).to.contain("That is not zero");
    expect(explained({ id: 1, check: { kind: "counts" }, looks: [look(20, 4)] })).to.equal(
      "The canary has 4 errors in 1000 requests, the rest 0 in 9000; by its share of the traffic one expects 0.4. That is more than chance (p = 0.0009342; it fails at 0.01, however often one looks), certain since second 20.",
    );
    const p95 = {
      id: 1,
      check: { kind: "limit", aggregate: "p95", atMost: 10 },
      canary: [
        [0, 3],
        [20, 12],
      ],
    };
    expect(explained(p95)).to.equal("The canary's p95 is 11.55; allowed is at most 10.");
  });

  it("says that points follow one another when that is why a difference does not count", () => {
    const ramp = Array.from({ length: 30 }, (_, i) => 100 + i);
    const asked = { id: 1, check: compare, canary: ramp.map((value) => value + 12), baseline: ramp };
    expect(answer(asked)).to.deep.include({ verdict: "pass", reason: "dependentPoints" });
    expect(explained(asked)).to.contain("neighbouring points resemble each other");
  });

  const broken: [string, string, RegExp][] = [
    ["no JSON", "{", /^This line is not JSON\.$/],
    ["another JSON", "[1]", /expected object/],
    ["no id", '{"check":{"kind":"counts"},"looks":[]}', /^id: /],
    ["no check", '{"id":1}', /^check: /],
    ["an unknown kind", '{"id":1,"check":{"kind":"guess"}}', /^check\.kind: /],
    [
      "an unknown direction",
      '{"id":1,"check":{"kind":"compare","worse":"up"},"canary":[],"baseline":[]}',
      /^check\.worse: /,
    ],
    ["a misspelt key", '{"id":1,"check":{"kind":"limit","aggregate":"sum","atmost":1},"canary":[]}', /atmost/],
    ["no points", '{"id":1,"check":{"kind":"compare","worse":"higher"},"canary":[1]}', /^baseline: /],
    [
      "words as points",
      '{"id":1,"check":{"kind":"compare","worse":"higher"},"canary":["1"],"baseline":[]}',
      /^canary\.0: /,
    ],
    [
      "an endless number",
      '{"id":1,"check":{"kind":"compare","worse":"higher"},"canary":[1e999],"baseline":[]}',
      /^canary\.0: /,
    ],
    ["no bound", '{"id":1,"check":{"kind":"limit","aggregate":"sum"},"canary":[]}', /needs atMost or atLeast/],
    [
      "an unknown aggregate",
      '{"id":1,"check":{"kind":"limit","aggregate":"p101","atMost":1},"canary":[]}',
      /percentile/,
    ],
    [
      "looks that go back in time",
      JSON.stringify({ id: 1, check: { kind: "counts" }, looks: [look(40, 0), look(20, 0)] }),
      /order of time/,
    ],
    [
      "more errors than requests",
      JSON.stringify({ id: 1, check: { kind: "counts" }, looks: [look(1, 51)] }),
      /more errors than/,
    ],
  ];
  for (const [title, line, error] of broken) {
    it(`is answered with what is wrong with it: ${title}`, () => {
      const told = answerTo(line);
      expect(Object.keys(told)).to.deep.equal(line.includes('"id"') ? ["id", "error"] : ["error"]);
      expect("error" in told && told.error).to.match(error);
    });
  }

  it("names only the first of a thousand mistakes", () => {
    const asked = { id: 1, check: compare, canary: Array(1000).fill("x"), baseline: quick };
    expect(JSON.stringify(answer(asked)).length).to.be.lessThan(400);
  });

  it("has numbers where it has any, whatever the points are", () => {
    const value = fc.option(
      fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e300, max: 1e300, noNaN: true })),
    );
    const points = fc.array(fc.tuple(fc.oneof(fc.nat(20), fc.integer({ min: -1e9, max: 1e9 })), value), {
      maxLength: 20,
    });
    const bound = fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined });
    const aggregate = fc.constantFrom("sum", "mean", "max", "min", "last", "p0", "p95", "p100");
    const limit = fc.record({
      check: fc
        .record({
          kind: fc.constant("limit"),
          aggregate,
          atMost: bound,
          atLeast: bound,
          forSeconds: fc.option(fc.integer({ min: 1, max: 60 })),
        })
        .filter(({ atMost, atLeast }) => atMost !== undefined || atLeast !== undefined),
      canary: points,
      alive: fc.option(points),
    });
    const values = fc.array(value, { maxLength: 30 });
    const comparison = fc.record({
      check: fc.constantFrom(...["higher", "lower", "either"].map((worse) => ({ kind: "compare", worse }))),
      canary: values,
      baseline: values,
    });
    fc.assert(
      fc.property(fc.oneof(limit, comparison), (asked) => {
        const told = answer({ id: 1, ...asked });
        expect(told).to.not.have.property("error");
        expect(JSON.stringify(told)).to.not.match(/null|NaN|undefined|Infinity/);
      }),
      { numRuns: 500 },
    );
  });
});
