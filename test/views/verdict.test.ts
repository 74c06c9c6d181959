// The verdict in the thread: it explains itself to somebody who has never seen one.

import { expect } from "chai";
import type { CheckResult, Judgement, Reason } from "../../src/canary/verdict.ts";
import { type Piece, plain } from "../../src/chat/text.ts";
import type { Message } from "../../src/views/message.ts";
import { verdictMessage } from "../../src/views/verdict.ts";
import {
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
const deploy = folded(factsUntil("baking", anOrder({ checks: [errors, jobs, monitors] })));

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
      /^❌ jobs FAILED: 0 jobs in total on web-02 \(27 points\); allowed is at least 1 jobs\./,
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
    expect(said).to.match(/Measured on web-01 and web-02 from 12:00:30 UTC to 12:05:00 UTC/);
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
