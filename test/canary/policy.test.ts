// What follows when a check cannot tell: a person is asked, or the canary fails, as the check says. It never passes.

import { expect } from "chai";
import { check as checkSchema } from "../../src/canary/checks.ts";
import { judge } from "../../src/canary/judge.ts";
import { readTrouble } from "../../src/canary/measure.ts";
import type { Look } from "../../src/canary/readings.ts";
import { plain } from "../../src/chat/text.ts";
import { verdictMessage } from "../../src/views/verdict.ts";
import {
  aComparison,
  aCount,
  aLimit,
  aLook,
  anOrder,
  aReading,
  factsUntil,
  folded,
  hostsNamed,
  NOON,
} from "../support/build.ts";

const strict = aLimit({ name: "strict", inconclusive: "fail" });
const patient = aLimit({ name: "patient" });
const judged = (checks: Parameters<typeof judge>[0]["checks"], ...looks: Look[]) =>
  judge({ checks, canary: hostsNamed("web-01") }, { notedAt: NOON, noted: {}, looks });
const seen = (strictly: number | null, patiently: number | null, last = true) =>
  aLook([aReading(strictly, strict), aReading(patiently, patient)], { last });

describe("a check that cannot tell", () => {
  const table: [string, strictly: number | null, patiently: number | null, string][] = [
    ["fails the canary when it says so", null, 0, "fail"],
    ["asks when it says nothing of that", 0, null, "inconclusive"],
    ["fails it although another one would ask", null, null, "fail"],
    ["is not there when all can tell", 0, 0, "pass"],
    ["does not matter beside one that failed", null, 9, "fail"],
  ];
  for (const [title, strictly, patiently, verdict] of table) {
    it(title, () => {
      const { certain, judgement } = judged([strict, patient], seen(strictly, patiently));
      expect({ certain, verdict: judgement.verdict }).to.deep.equal({ certain: true, verdict });
    });
  }

  it("still says of itself that it cannot tell", () => {
    const { judgement } = judged([strict, patient], seen(null, 0));
    expect(judgement.results.map(({ verdict }) => verdict)).to.deep.equal(["inconclusive", "pass"]);
    const deploy = folded(factsUntil("baking", anOrder({ checks: [strict, patient] })));
    const { summary, loud } = verdictMessage(deploy, judgement);
    expect(plain(summary)).to.match(
      /^The canary failed on web-01 and web-02: strict cannot tell whether it is well, and the configuration says to go back then\. It goes back/,
    );
    expect(loud).to.equal(true);
  });

  it("fails nothing before the end of the bake", () => {
    expect(judged([strict, patient], seen(null, 0, false))).to.deep.include({ certain: false });
    expect(judged([strict, patient], seen(null, 0, false), seen(0, 0)).judgement.verdict).to.equal("pass");
  });

  it("is asked as often as any other while there is no answer, and fails after that", () => {
    const trouble = { kind: "timedOut" as const, detail: "15 s" };
    const silent = aLook([readTrouble(strict, trouble), aReading(0, patient)]);
    expect(judged([strict, patient], silent)).to.deep.include({ certain: false });
    const result = judged([strict, patient], ...Array(5).fill(silent));
    expect({ certain: result.certain, verdict: result.judgement.verdict }).to.deep.equal({
      certain: true,
      verdict: "fail",
    });
  });

  it("may be of any kind", () => {
    for (const check of [aLimit(), aComparison(), aCount()]) {
      const strictly = { ...check, inconclusive: "fail" as const };
      const readings = [readTrouble(strictly, { kind: "serviceError", detail: "500" })];
      expect(judged([strictly], ...Array(5).fill(aLook(readings))).judgement.verdict, check.kind).to.equal("fail");
    }
  });

  it("asks when it was frozen by a version that knew no other way", () => {
    const { inconclusive: _, forMs: __, alive: ___, ...old } = aLimit();
    expect(checkSchema.parse(old)).to.deep.equal(aLimit());
  });
});
