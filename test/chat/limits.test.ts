// A number with its unit, as the sentences about limits have it: right for one as well.

import { expect } from "chai";
import { allowed, amount } from "../../src/chat/sentences/limit.ts";
import { aLimit, MINUTE } from "../support/build.ts";

describe("a number with its unit", () => {
  const table: [unit: string, one: string][] = [
    ["jobs", "1 job"],
    ["queries", "1 query"],
    ["responses", "1 response"],
    ["processes", "1 process"],
    ["batches", "1 batch"],
    ["failed requests", "1 failed request"],
    ["jobs per minute", "1 job per minute"],
    ["jobs/s", "1 job/s"],
    ["ms", "1 ms"],
    ["MB", "1 MB"],
    ["iops", "1 iops"],
    ["Mbps", "1 Mbps"],
    ["% of requests", "1 % of requests"],
    ["", "1"],
  ];
  for (const [unit, one] of table) {
    it(`has one of “${unit}” as ${one}, and more as they are configured`, () => {
      expect(amount(1, unit)).to.equal(one);
      expect(amount(2, unit)).to.equal(`2 ${unit}`.trim());
    });
  }

  it("is right in what is allowed", () => {
    expect(allowed(aLimit({ atLeast: 1, atMost: 5, unit: "jobs" }))).to.equal("at least 1 job and at most 5 jobs");
    expect(allowed(aLimit({ atLeast: null, atMost: 1, unit: "errors", forMs: MINUTE }))).to.equal(
      "at most 1 error, or more for under 1 min",
    );
  });
});
