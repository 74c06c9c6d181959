// Arithmetic over the queries of the Datadog stand-in.

import { expect } from "chai";
import { workOut } from "../../../playground/datadog/formula.ts";
import { Refused } from "../../../playground/datadog/refused.ts";

describe("A formula of the Datadog stand-in", () => {
  const line = (scope: string[], ...values: (number | null)[]) => ({
    scope,
    buckets: new Map(values.map((value, index) => [index, value])),
  });
  const named = new Map([
    ["errors", [line(["host:a"], 1, 2, null), line(["host:b"], 4, 4, 4)]],
    ["hits", [line(["host:a"], 10, 0, 5)]],
    ["all", [line([], 100, 100, 100)]],
  ]);
  const values = (formula: string) => workOut(formula, named).map(({ buckets }) => [...buckets.values()]);

  it("works on each group and bucket, and has no value where a side is missing or zero divides", () => {
    expect(values("errors / hits * 100")).to.deep.equal([[10, null, null]]);
  });

  it("knows brackets, signs and precedence", () => {
    expect(values("2 + 3 * (hits - 1)")).to.deep.equal([[29, -1, 14]]);
    expect(values("-hits")).to.deep.equal([[-10, 0, -5]]);
  });

  it("takes a query without groups for every group", () => {
    expect(values("errors / all")).to.deep.equal([
      [0.01, 0.02, null],
      [0.04, 0.04, 0.04],
    ]);
  });

  for (const formula of ["", "unknown", "errors +", "(errors", "errors errors", "1 + 1", "errors % 2"]) {
    it(`is refused as "${formula}"`, () => {
      expect(() => workOut(formula, named)).to.throw(Refused, "Invalid formula");
    });
  }
});
