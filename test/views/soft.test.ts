// Soft checks as people see them: in the verdict, in the thread, and in the record.

import { expect } from "chai";
import { toSlack } from "../../src/adapters/slack/blocks.ts";
import { type CheckRecord, recordOf, type TargetRecord } from "../../src/canary/record.ts";
import { endOfDay } from "../../src/canary/soft.ts";
import type { CheckResult } from "../../src/canary/verdict.ts";
import { plain } from "../../src/chat/text.ts";
import type { Button, Part } from "../../src/views/message.ts";
import { recordReply } from "../../src/views/record.ts";
import { rootMessage } from "../../src/views/root.ts";
import { statusText } from "../../src/views/status.ts";
import { verdictMessage } from "../../src/views/verdict.ts";
import {
  aLimit,
  aLook,
  anOrder,
  aReading,
  factsUntil,
  folded,
  judgement,
  MINUTE,
  NOON,
  onCall,
  then,
} from "../support/build.ts";
import { given, WEB } from "../support/targets.ts";
import { threadLines } from "../support/thread.ts";

const soft = { until: "2026-12-31", owner: "U0SRE" };
const hard = aLimit({ name: "hard" });
const trial = aLimit({ name: "trial", soft });
const other = aLimit({ name: "other", soft });

const result = (check: string, verdict: CheckResult["verdict"], more: Partial<CheckResult> = {}): CheckResult => ({
  check,
  verdict,
  reason: { kind: verdict === "pass" ? "withinLimit" : verdict === "fail" ? "aboveLimit" : "noData" },
  value: verdict === "fail" ? 9 : 0,
  scope: "",
  points: 27,
  window: { from: NOON, to: NOON + 5 * MINUTE },
  redBefore: [],
  ...more,
});
const alarm = result("trial", "fail", { wouldHaveStoppedAt: NOON + 2 * MINUTE });
const words = (parts: Part[]) =>
  parts.flatMap((part) => (part.part === "text" || part.part === "note" ? [plain(part.text)] : []));
const buttons = (parts: Part[]): Button[] => parts.flatMap((part) => (part.part === "buttons" ? part.buttons : []));

function verdictOf(
  checks: ReturnType<typeof aLimit>[],
  verdict: "pass" | "fail" | "inconclusive",
  ...results: CheckResult[]
) {
  const deploy = folded(factsUntil("baking", anOrder({ checks })));
  const show = (at: number) => verdictMessage(deploy, judgement(verdict, results), at);
  return { show, ...show(NOON) };
}

describe("the verdict on a canary with soft checks", () => {
  const message = verdictOf([hard, trial, other], "pass", result("hard", "pass"), alarm, result("other", "pass"));
  const said = words(message.parts);

  it("passes by the hard ones, and names what would have stopped it", () => {
    expect(said[0]).to.equal(
      "The canary is well. Every hard check passed on web-01 and web-02; the rest of the fleet is next. Soft, so it stops nothing: trial would have stopped this deploy.",
    );
    expect(message.loud, "nobody has to do anything").to.equal(false);
  });

  it("says of each that did not pass when it would have stopped the deploy, and explains it like any other", () => {
    const [entry = ""] = said.filter((line) => line.includes("trial FAILED"));
    expect(entry).to.match(/^🟠 trial FAILED: 9 requests [^\n]*allowed is at most 5 requests[^\n]*\nSoft: /);
    expect(entry).to.include("Soft: would have stopped this deploy at 12:02:00 UTC.");
    expect(said.join("\n").match(/stops? nothing/g), "it is said once").to.have.length(1);
    const all = said.join("\n");
    expect(all).to.include("What it means: Requests that were not answered.");
    expect(all).to.include("Runbook: trial");
    expect(all, "nothing was stopped").not.to.include("What it does not mean");
  });

  it("takes one short line for each that passed", () => {
    const lines = said.filter((line) => line.includes("other"));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/^✅ other \(soft\) passed: [^\n]*$/);
  });

  it("says it in plain words too, for notifications and screen readers", () => {
    expect(plain(message.summary)).to.match(/trial FAILED: .* Soft: would have stopped this deploy at 12:02:00 UTC/);
  });

  it("never says that a soft check failed the canary", () => {
    const failed = verdictOf([hard, trial], "fail", result("hard", "fail"), alarm);
    expect(plain(failed.summary)).to.include("Failed: hard.");
    expect(words(failed.parts).findIndex((line) => line.includes("hard FAILED"))).to.be.lessThan(
      words(failed.parts).findIndex((line) => line.includes("trial FAILED")),
    );
  });

  it("says that nobody is asked because of one that cannot tell", () => {
    const untold = verdictOf([hard, trial], "pass", result("hard", "pass"), result("trial", "inconclusive"));
    expect(words(untold.parts).filter((line) => line.includes("trial"))).to.deep.equal([
      "⚠️ trial (soft) cannot tell: no data at all for the canary hosts. That is not zero: nothing was reported. Soft: nobody is asked.",
    ]);
    expect(buttons(untold.parts)).to.deep.equal([]);
  });

  it("says that there is no hard check when all are soft", () => {
    const all = verdictOf([trial, other], "pass", alarm, result("other", "pass"));
    expect(words(all.parts)[0]).to.equal(
      "The canary passes: there is no hard check. All its checks are soft, which report and never stop; the rest of the fleet is next. Soft: trial would have stopped this deploy.",
    );
  });

  it("says that the date has passed, and who decides, with every verdict after it", () => {
    for (const trialled of [alarm, result("trial", "pass")]) {
      const { show } = verdictOf([hard, trial], "pass", result("hard", "pass"), trialled);
      const at = (when: number) => words(show(when).parts).join("\n");
      expect(at(endOfDay(soft.until) - 1)).not.to.include("ended with");
      expect(at(endOfDay(soft.until))).to.include(
        "Its time as a soft check ended with 2026-12-31 (UTC). U0SRE decides: make it hard, give it a later date, or delete it.",
      );
    }
  });
});

describe("a bake with soft checks", () => {
  const baking = (value: number) => {
    const look = aLook([aReading(0, hard), aReading(value, trial)], { last: false });
    return folded(then(factsUntil("baking", anOrder({ checks: [hard, trial] })), { kind: "measured", ...look }));
  };

  it("says on the deploy's message what would have stopped it, while it goes on", () => {
    const said = (value: number) => plain(rootMessage(baking(value)).summary);
    expect(said(9)).to.include("measured once; trial (soft) would have stopped it.");
    expect(said(0)).to.include("measured once, nothing bad so far.");
  });

  it("is told by /canary check by check", () => {
    const said = plain(statusText(WEB, { state: given(), deploy: baking(9), now: NOON }));
    expect(said).to.match(/\nhard: 0 so far\ntrial \(soft\) FAILED: .* Soft: would have stopped this deploy at /);
  });
});

describe("the button for a false alarm", () => {
  it("stands under each check that failed or would have stopped the deploy, asks first, and names the check", () => {
    const { parts } = verdictOf([hard, trial, other], "fail", result("hard", "fail"), alarm, result("other", "pass"));
    expect(buttons(parts).map(({ action, value, label }) => [action, JSON.parse(value), label])).to.deep.equal([
      ["check:falseAlarm", { deploy: "k3v9x2", check: "hard" }, "False alarm: hard"],
      ["check:falseAlarm", { deploy: "k3v9x2", check: "trial" }, "False alarm: trial"],
    ]);
    expect(buttons(parts)[0]?.confirm?.text).to.include('"/canary stats web production" counts it');
    expect(buttons(parts).map(({ confirm }) => confirm?.title)).to.deep.equal([
      "Was hard a false alarm?",
      "Was trial a false alarm?",
    ]);
  });

  it("fits into Slack's message, each in its own row", () => {
    const { blocks } = toSlack(verdictOf([hard, trial], "fail", result("hard", "fail"), alarm));
    expect(blocks.filter(({ type }) => type === "actions")).to.have.length(2);
  });

  it("leaves a line in the thread, also after the deploy has ended", () => {
    const facts = then(factsUntil("ended"), { kind: "falseAlarm", check: "trial", by: onCall });
    const line = threadLines(facts).at(-1);
    expect(line?.version).to.equal(facts.length);
    expect(plain(line?.message.summary ?? [])).to.equal(
      "U0CALL marked trial as a false alarm. This deploy stays as it is; /canary stats web production counts it.",
    );
  });
});

describe("the beginning of a bake", () => {
  it("tells the soft checks from the hard ones", () => {
    const lines = threadLines(factsUntil("baking", anOrder({ checks: [hard, trial] })));
    expect(plain(lines.at(-1)?.message.summary ?? [])).to.include("2 checks watch it: hard and trial (soft).");
  });
});

describe("the record of a target's checks", () => {
  const empty = recordOf([], [{ name: "trial", soft }]).checks[0] as CheckRecord;
  const of = (parts: Partial<CheckRecord>, more: Partial<TargetRecord> = {}) => {
    const record: TargetRecord = {
      checks: [{ ...empty, ...parts }],
      gone: [],
      deploys: 12,
      since: NOON - 40 * 24 * 60 * MINUTE,
      now: NOON,
      ...more,
    };
    return plain(recordReply(WEB, record).text).split("\n");
  };

  it("says what it is made of", () => {
    expect(of({}).slice(0, 2)).to.deep.equal([
      "Checks of web in production",
      "From 12 deploys since 2026-10-11 (the last 90 days, at most 200 deploys and rollbacks).",
    ]);
    expect(of({}, { since: null, deploys: 0 })[1]).to.match(/^There was no deploy in the last 90 days/);
  });

  it("has a line for what ran, one for what is proposed, and leaves out what is nothing", () => {
    const numbers = { ran: 12, said: { pass: 9, fail: 3, inconclusive: 0 }, wouldHaveStopped: 3, agreed: 3 };
    expect(of(numbers).slice(2, 5)).to.deep.equal([
      "trial, soft until 2026-12-31, then U0SRE decides",
      "Ran 12 times: 9 passed, 3 failed. Would have stopped 3 deploys: 3 went back in the end.",
      "Make it hard: it ran 12 times, and none of its alarms is doubted.",
    ]);
  });

  it("names every doubt with its numbers", () => {
    const said = { pass: 2, fail: 2, inconclusive: 4 };
    const numbers = {
      ran: 8,
      said,
      wouldHaveStopped: 2,
      disagreed: 1,
      falseAlarms: 1,
      doubted: 1,
      soft: { ...soft, until: "2026-10-01" },
    };
    expect(of(numbers).slice(2, 5)).to.deep.equal([
      "trial, soft, its date has passed (2026-10-01): U0SRE decides",
      "Ran 8 times: 2 passed, 2 failed, 4 could not tell. Would have stopped 2 deploys: 1 went out and stayed, of 1 it is not known. Marked as a false alarm in 1 deploy.",
      "Look at it: 1 of its 2 alarms is doubted, it could not tell in 4 of 8 runs and its time as a soft check is over.",
    ]);
  });

  it("tells of a hard check what it stopped and when it was overridden", () => {
    const numbers = { ran: 4, said: { pass: 2, fail: 1, inconclusive: 1 }, stopped: 1, overridden: 1, soft: null };
    expect(of(numbers).slice(2, 4)).to.deep.equal([
      "trial, hard",
      "Ran 4 times: 2 passed, 1 failed, 1 could not tell. Stopped 1 deploy. Overridden in 1 deploy: promoted although it had not passed.",
    ]);
  });

  it("says so when it has never run, and when a check is gone", () => {
    expect(of({}, { gone: ["old"] })).to.include.members(["Has not run yet.", "Not configured any more: old."]);
  });
});
