// The verdict in the thread: it explains itself to somebody who has never seen one.

import { expect } from "chai";
import type { CheckResult, Judgement, Reason } from "../../src/canary/verdict.ts";
import { type Piece, plain } from "../../src/chat/text.ts";
import type { Message } from "../../src/views/message.ts";
import { verdictMessage } from "../../src/views/verdict.ts";
import {
  aComparison,
  aCount,
  aLimit,
  aMonitorsCheck,
  anOrder,
  aWatched,
  factsUntil,
  folded,
  judgement,
  MINUTE,
  NOON,
} from "../support/build.ts";

const errors = aLimit({
  means: "Requests that were not answered.",
  runbook: "https://bot.example.com/runbooks/web.md#errors",
});
const jobs = aLimit({
  name: "jobs",
  atMost: null,
  atLeast: 1,
  unit: "jobs",
  means: "Background jobs that were finished.",
  runbook: "https://bot.example.com/runbooks/jobs.md#no-jobs",
});
const monitors = aMonitorsCheck();
const latency = aComparison();
const failing = aCount();
const deploy = folded(factsUntil("baking", anOrder({ checks: [errors, jobs, monitors, latency, failing] })));

const result = (check: string, verdict: CheckResult["verdict"], reason: Reason, more: Partial<CheckResult> = {}) => ({
  check,
  verdict,
  reason,
  value: null,
  scope: "",
  points: 0,
  window: { from: NOON + 30_000, to: NOON + 5 * MINUTE },
  redBefore: [],
  ...more,
});
const within = result("errors", "pass", { kind: "withinLimit" }, { value: 2, points: 27 });
const none = result("jobs", "fail", { kind: "belowLimit" }, { value: 0, points: 27, scope: "host:web-02" });
const quiet = result("monitors", "pass", { kind: "quiet" });

const show = (verdict: Judgement["verdict"], ...results: CheckResult[]) =>
  verdictMessage(deploy, judgement(verdict, results));
const words = ({ parts }: Message) =>
  parts.flatMap((part) => (part.part === "text" || part.part === "note" ? [plain(part.text)] : []));
const links = ({ parts }: Message) =>
  parts
    .flatMap((part): Piece[] => (part.part === "text" || part.part === "note" ? [...part.text] : []))
    .flatMap((piece) => (typeof piece !== "string" && "link" in piece ? [piece.link] : []));

describe("the verdict on a canary that failed", () => {
  const message = show("fail", within, none, quiet);
  const said = words(message).join("\n");

  it("says at once that it failed, on which hosts, and that it goes back", () => {
    expect(words(message)[0]).to.equal(
      "The canary failed on web-01 and web-02. It goes back to the previous release now, whatever the metrics do next.",
    );
  });

  it("begins with the check that failed: what was measured, where, and what is allowed", () => {
    expect(words(message)[1]).to.match(
      /^❌ jobs FAILED: 0 jobs in total on web-02 \(27 points\); allowed is at least 1 job\./,
    );
  });

  it("says what it means and what it does not mean", () => {
    expect(said).to.contain("What it means: Background jobs that were finished.");
    expect(said).to.match(/What it does not mean: .*your tests/);
  });

  it("links to the runbook section of exactly that check", () => {
    expect(links(message)).to.include(jobs.runbook);
    expect(links(message)).not.to.include(errors.runbook);
  });

  it("names window, hosts and query: enough to ask again", () => {
    expect(said).to.match(/Measured on web-01 and web-02 from 12:00:30 UTC to 12:05:00 UTC · /);
    expect(said).to.contain(jobs.query);
  });

  it("has one line for each check that passed", () => {
    expect(said).to.contain("✅ errors passed: 2 requests in total (27 points); allowed is at most 5 requests.");
    expect(said).to.contain("✅ monitors passed: no monitor alerted.");
  });

  it("is for the one who deployed and names the authors, loud enough for the channel", () => {
    expect(words(message).at(-1)).to.equal("For U0YOU. Changes by teammate.");
    expect(message.loud).to.equal(true);
  });

  it("says all of it in its summary too, for those who do not see the blocks", () => {
    expect(plain(message.summary)).to.match(/The canary failed.*Failed: jobs\..*jobs FAILED: 0 jobs.*errors passed/s);
  });
});

describe("the verdict on a monitor", () => {
  it("that has resolved says that it still is a failed canary", () => {
    const alerted = aWatched({ triggeredAt: NOON + MINUTE, resolvedAt: NOON + 2 * MINUTE });
    const message = show("fail", result("monitors", "fail", { kind: "alerted", monitors: [alerted] }));
    expect(words(message).join("\n")).to.match(
      /“Jobs stopped” alerted .*resolved.*A resolved alert is still a failed canary/s,
    );
    expect(links(message)).to.include(monitors.runbook);
  });

  it("that was red before names it and says that it was left out", () => {
    const red = aWatched({ name: "Disk full", state: "alert" });
    const message = show("pass", { ...quiet, redBefore: [red] });
    expect(words(message).join("\n")).to.contain("Already alerting before this deploy, and left out: “Disk full”.");
  });
});

describe("the verdict on a canary that is well", () => {
  it("is short and quiet", () => {
    const message = show("pass", within, quiet);
    expect(words(message)).to.have.length(4);
    expect(message.loud).to.equal(false);
    expect(links(message)).to.deep.equal([]);
  });
});

describe("a verdict that cannot tell", () => {
  const table: [Reason, RegExp][] = [
    [{ kind: "noData" }, /no data at all for the canary hosts\. That is not zero/],
    [{ kind: "hostsWithoutData", hosts: ["web-02"] }, /no data from web-02/],
    [{ kind: "notMeasured" }, /not measured/],
    [{ kind: "trouble", trouble: "keysRefused", detail: "403" }, /Datadog refuses our keys \(403\)\. Check DD_API_KEY/],
    [{ kind: "trouble", trouble: "rateLimited", detail: "429" }, /Datadog limits our requests \(429\)/],
    [
      { kind: "trouble", trouble: "rateLimited", detail: "429", retryAt: NOON },
      /Datadog limits our requests until 12:00 UTC \(429\)\. Retry after that/,
    ],
  ];
  for (const [reason, said] of table) {
    it(`says why, that silence is not health, and what to open: ${said.source}`, () => {
      const message = show("inconclusive", result("jobs", "inconclusive", reason));
      expect(words(message).join("\n")).to.match(said);
      expect(words(message).join("\n")).to.contain("silence");
      expect(links(message)).to.include(jobs.runbook);
    });
  }

  const monitorsTable: [Reason, RegExp][] = [
    [{ kind: "noMonitors" }, /no monitor matches service:web/],
    [{ kind: "onlyRedBefore" }, /already alerting before the deploy/],
    [{ kind: "muted", monitors: ["Jobs stopped"] }, /muted: Jobs stopped/],
    [{ kind: "monitorsWithoutData", monitors: ["Jobs stopped"] }, /no state known for Jobs stopped/],
  ];
  for (const [reason, said] of monitorsTable) {
    it(`of monitors says ${said.source}`, () => {
      expect(words(show("inconclusive", result("monitors", "inconclusive", reason))).join("\n")).to.match(said);
    });
  }
});

describe("the verdict on a limit on single points", () => {
  const busy = aLimit({ name: "busy", atMost: null, atLeast: 1, forMs: MINUTE, alive: "max:web.up{x}", unit: "jobs" });
  const slow = aLimit({ name: "slow", aggregate: "p95", atMost: 300, unit: "ms" });
  const judged = folded(factsUntil("baking", anOrder({ checks: [busy, slow] })));
  const told = (verdict: CheckResult["verdict"], reason: Reason, more: Partial<CheckResult> = {}) => {
    const shown = result("busy", verdict, reason, { scope: "host:web-02", points: 27, ...more });
    return words(verdictMessage(judged, judgement(verdict, [shown]))).join("\n");
  };
  const allowed = "allowed is at least 1 job, or less for under 1 min.";
  const below = { points: 9, from: NOON + 3 * MINUTE, to: NOON + 5 * MINUTE };
  const table: [CheckResult["verdict"], Reason, Partial<CheckResult>, string][] = [
    [
      "fail",
      { kind: "stopped", from: NOON, lastedMs: 2 * MINUTE },
      {},
      `no jobs on web-02 for 2 min, from 12:00:00 UTC on, while the host was alive; ${allowed}`,
    ],
    [
      "fail",
      { kind: "belowLimit", silent: 2, lastedMs: MINUTE, beyond: below },
      { value: 0.5 },
      `as low as 0.5 jobs on web-02, beyond the limit for 1 min on end, silent while alive in 2 buckets; ${allowed} That is 50 % below it, in 9 of 27 points, from 12:03:00 UTC on.`,
    ],
    [
      "pass",
      { kind: "withinLimit", silent: 0, lastedMs: MINUTE },
      { value: 3 },
      `never beyond the limit for 1 min on end; at the worst 3 jobs on web-02 (27 points); ${allowed}`,
    ],
    [
      "inconclusive",
      { kind: "dataMissing", from: NOON, to: NOON + MINUTE },
      {},
      "nothing is known on web-02 from 12:00:00 UTC to 12:01:00 UTC, so it may have been beyond the limit for all of that time. Silence is not zero.",
    ],
    ["inconclusive", { kind: "dataStopped", at: NOON }, {}, "nothing on web-02, but the data stops at 12:00:00 UTC"],
    [
      "inconclusive",
      { kind: "windowTooShort", neededMs: MINUTE },
      {},
      "is shorter than the 1 min that the check is about",
    ],
    [
      "fail",
      { kind: "aboveLimit" },
      { check: "slow", value: 310, scope: "" },
      "310 ms at p95 (27 points); allowed is at most 300 ms. That is 3.3 % above it.",
    ],
    [
      "fail",
      { kind: "aboveLimit", beyond: { points: 12, from: NOON + MINUTE, to: NOON + 3 * MINUTE } },
      { check: "slow", value: 450, scope: "" },
      "That is 50 % above it, in 12 of 27 points, from 12:01:00 UTC to 12:03:00 UTC.",
    ],
  ];
  for (const [verdict, reason, more, said] of table) {
    it(`that came to ${reason.kind} says: ${said}`, () => expect(told(verdict, reason, more)).to.contain(said));
  }

  it("shows the query of its companion too", () => {
    expect(told("fail", { kind: "stopped", from: NOON, lastedMs: MINUTE })).to.contain("max:web.up{x}");
  });
});

describe("the verdict on a comparison", () => {
  const numbers = {
    shift: 29,
    interval: [25, 33] as [number, number],
    p: 3.1e-9,
    points: [27, 26] as [number, number],
  };
  const measured = { value: 41, baseline: 12, points: 27 };
  const told = (verdict: CheckResult["verdict"], reason: Reason, more = {}) =>
    show(verdict, result("latency", verdict, reason, { ...measured, ...more }));

  it("that failed says what was measured on both, how much higher, how sure, and what is allowed", () => {
    const [, line = ""] = words(told("fail", { kind: "higher", ...numbers }));
    expect(line).to.match(
      /^❌ latency FAILED: 41 ms on the canary and 12 ms on the rest of the fleet \(medians of 27 and 26 points\)\. /,
    );
    expect(line).to.contain("The canary is higher by 29 ms.");
    expect(words(told("fail", { kind: "higher", ...numbers })).join("\n")).to.contain(
      "How sure: with 98 % confidence the difference is between 25 and 33 ms, all of it beyond the 7.25 ms that are forgiven (25 % of the difference). Luck alone does that less than once in a million bakes (p = 3e-9).",
    );
  });

  it("that failed says what it does not mean, and names the hosts of both sides", () => {
    const said = words(told("fail", { kind: "higher", ...numbers })).join("\n");
    expect(said).to.match(/What it does not mean: .*your tests.* Nor that the number itself is bad/);
    expect(said).to.contain("Measured on web-01 and web-02, against web-03, web-04 and web-05, from 12:00:30 UTC");
    expect(said).to.contain(latency.query.canary);
  });

  it("that failed says since when", () => {
    const [, line = ""] = words(told("fail", { kind: "higher", ...numbers, since: NOON + 2 * MINUTE }));
    expect(line).to.contain("Most points are worse from 12:02:00 UTC on.");
  });

  const table: [CheckResult["verdict"], Reason, RegExp][] = [
    ["pass", { kind: "withinNoise", ...numbers, p: 0.4 }, /between 25 and 33 ms\. That may be chance \(p = 0\.4\)\./],
    [
      "pass",
      { kind: "withinNoise", ...numbers, shift: -29, interval: [-33, -25] },
      /29 ms, and only higher is worse\./,
    ],
    ["pass", { kind: "withinNoise", ...numbers, shift: 0 }, /No difference; with 98 %/],
    ["pass", { kind: "tooSmall", ...numbers, smallest: 30 }, /less than the 30 ms from which it matters/],
    [
      "pass",
      { kind: "dependentPoints", ...numbers, correlation: 0.8, wider: [-5, 60] },
      /resemble each other \(correlation 0\.8\).*difference is between -5 and 60 ms\. That may be chance/,
    ],
    ["inconclusive", { kind: "noBaselineData" }, /nothing to compare the canary with/],
    ["inconclusive", { kind: "tooFewPoints", points: 1, needed: 10, of: "canary" }, /the canary has only 1 point\. At/],
    ["inconclusive", { kind: "dataStopped", at: NOON, of: "baseline" }, /data of the rest of the fleet stops at 12:00/],
    ["inconclusive", { kind: "noData" }, /no data at all for the canary hosts/],
  ];
  for (const [verdict, reason, said] of table) {
    it(`with ${reason.kind} says ${said.source}`, () => {
      expect(words(told(verdict, reason)).join("\n")).to.match(said);
    });
  }

  it("is in the plain summary with all of its numbers", () => {
    const { summary } = told("fail", { kind: "higher", ...numbers });
    expect(plain(summary)).to.contain("41 ms on the canary and 12 ms on the rest of the fleet");
  });
});

describe("the verdict on counts of errors", () => {
  const counts = { canary: { errors: 6, total: 80 }, baseline: { errors: 1, total: 1412 }, expected: 0.375, p: 0.0004 };
  const told = (verdict: CheckResult["verdict"], reason: Reason) =>
    words(show(verdict, result("failing", verdict, reason))).join("\n");

  it("that failed says both sides, what would be usual, how sure, and since when", () => {
    expect(told("fail", { kind: "moreErrors", ...counts, since: NOON + MINUTE })).to.contain(
      "❌ failing FAILED: 6 errors in 80 requests on the canary, 1 error in 1\u202f412 requests on the rest of the fleet, certain since 12:01:00 UTC.",
    );
    expect(told("fail", { kind: "moreErrors", ...counts, since: NOON + MINUTE })).to.contain(
      "How sure: by its share of the requests the canary would have about 0.38 of all 7 errors. Luck alone does that at most once in about 2\u202f500 bakes (p = 0.0004), however often one looks; it fails at 1 %.",
    );
  });

  const table: [CheckResult["verdict"], Reason, RegExp][] = [
    ["pass", { kind: "notMoreErrors", ...counts, p: 1 }, /That may be chance \(p = 1; it fails at 1 %/],
    [
      "pass",
      { kind: "notMoreErrors", ...counts, canary: { errors: 0, total: 80 } },
      /failing passed: 0 errors in 80 requests on the canary, 1 error in 1\u202f412 requests on the rest of the fleet\./,
    ],
    ["inconclusive", { kind: "noTraffic", of: "canary" }, /no requests reached the canary, or none were reported/],
    ["inconclusive", { kind: "noTraffic", of: "baseline" }, /no requests reached the rest of the fleet/],
    ["inconclusive", { kind: "tooFewRequests", requests: 1 }, /1 request reached the canary: too few, for if all/],
    ["inconclusive", { kind: "countsWentBack", at: NOON }, /a count is smaller at 12:00:00 UTC than it was before/],
  ];
  for (const [verdict, reason, said] of table) {
    it(`with ${reason.kind} says ${said.source}`, () => expect(told(verdict, reason)).to.match(said));
  }
});
