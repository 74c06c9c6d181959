// The verdict of `lockstep check` where checks are soft: what does not decide is named, and doubt about all of them is no pass.

import { expect } from "chai";
import type { CheckResult, Verdict } from "../../src/canary/verdict.ts";
import { plain } from "../../src/chat/text.ts";
import { fold } from "../../src/deploy/fold.ts";
import { askedOutcome, askedVerdict, askedVerdictData } from "../../src/views/asked.ts";
import { aLimit, anOrder, factsUntil, MINUTE, NOON } from "../support/build.ts";

const soft = { until: "2099-12-31", owner: "U0SRE" };
const hard = aLimit({ name: "hard" });
const trial = aLimit({ name: "trial", soft });
const window = { from: NOON, to: NOON + 5 * MINUTE };

function asked(checks: ReturnType<typeof aLimit>[], ...verdicts: Verdict[]) {
  const deploy = fold(factsUntil("baking", anOrder({ checks }))) ?? expect.fail();
  const results = verdicts.map((verdict, i): CheckResult => {
    const name = checks[i]?.name ?? "";
    const stopped = verdict === "fail" && checks[i]?.soft ? { wouldHaveStoppedAt: NOON + MINUTE } : {};
    return {
      ...{ check: name, verdict, reason: { kind: "noData" }, value: null, scope: "", points: 0, window, redBefore: [] },
      ...stopped,
    };
  });
  const judgement = { verdict: "pass" as const, results };
  const [first] = askedVerdict({ deploy, judgement, window });
  const headline = first?.part === "text" ? plain(first.text) : "";
  const data = askedVerdictData({ deploy, judgement, window });
  return { outcome: askedOutcome(deploy, judgement), headline, data };
}

describe("a verdict that is asked for from anywhere", () => {
  it("names soft checks that would have stopped it, and does not say that every check passed", () => {
    const { outcome, headline, data } = asked([hard, trial], "pass", "fail");
    expect(outcome).to.equal("pass");
    expect(headline).to.match(
      /The canary is well\. Every hard check passed on .*\. Soft, so it stops nothing: trial would have\.$/,
    );
    expect(data.results).to.have.nested.property("[1].soft", true);
  });

  it("is no pass where all checks are soft and one cannot tell", () => {
    const { outcome, headline, data } = asked([trial], "inconclusive");
    expect(outcome).to.equal("inconclusive");
    expect(data.verdict).to.equal("inconclusive");
    expect(headline).to.include("cannot tell");
  });

  it("says that nothing decides where all checks are soft", () => {
    expect(asked([trial], "pass").headline).to.include("The canary passes: there is no hard check.");
    expect(asked([hard], "pass").headline).to.match(/Every check passed on .*\.$/);
  });
});
