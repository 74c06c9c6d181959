// The records of checks as the bot reads them from its journal, and false alarms as people mark them: once, by those who may, also long after the deploy.

import { expect } from "chai";
import { MOST_DAYS, MOST_DEPLOYS } from "../../src/canary/record.ts";
import type { CheckResult } from "../../src/canary/verdict.ts";
import { refusalSentence } from "../../src/chat/sentences/refusals.ts";
import { plain } from "../../src/chat/text.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import type { StoredFact } from "../../src/ports/journal.ts";
import { publish } from "../../src/runner/publish.ts";
import { TargetRecords } from "../../src/runner/records.ts";
import { deployStream, targetStream } from "../../src/runner/stored.ts";
import {
  aLimit,
  anOrder,
  factsUntil,
  judgement,
  NEW,
  NOON,
  OLD,
  onCall,
  teammate,
  then,
  you,
} from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";
import { WEB } from "../support/targets.ts";

const DAY = 24 * 60 * 60_000;
const jobs = aLimit({ name: "jobs", soft: { until: "2026-12-31", owner: "U0SRE" } });
const alarm: CheckResult = {
  check: "jobs",
  verdict: "fail",
  reason: { kind: "aboveLimit" },
  value: 9,
  scope: "",
  points: 1,
  window: null,
  redBefore: [],
  wouldHaveStoppedAt: NOON,
};

function setUp() {
  const made = memoryParts(({ production, all }) => {
    all.environments.production.who.rollBack = [onCall.id, you.id];
    production.canary = 1;
  });
  const takenUp: string[] = [];
  const records = new TargetRecords(made.parts, { takeUp: (deploy) => void takenUp.push(deploy) });
  const { journal } = made.parts;
  let known = 0;

  /** A deploy that ended, with a soft check that would have stopped it. */
  async function deployed(deploy: string, at = 0): Promise<void> {
    const order = anOrder({ deploy, checks: [jobs] });
    const baked = then(factsUntil("baking", order), { kind: "judged", judgement: judgement("pass", [alarm]) });
    const facts: DeployFact[] = then(baked, { kind: "ended", outcome: "deployed" });
    const target: StoredFact[] = [
      { kind: "deployStarted", at, by: you, deploy },
      { kind: "deployEnded", at, deploy, outcome: "deployed", release: NEW, replaced: OLD },
    ];
    await journal.append([
      { stream: deployStream(deploy), expected: 0, facts },
      { stream: targetStream(WEB), expected: known, facts: target },
    ]);
    known += target.length;
  }
  const mark = async (by = onCall, deploy = "d1", check = "jobs") => {
    const answer = await records.falseAlarm({ deploy, check }, by);
    return answer.ok ? "marked" : plain(refusalSentence(answer.refusal, answer.target));
  };
  const read = async () => {
    const answer = await records.of({ service: "web" });
    return answer.ok ? answer.value : expect.fail("no record");
  };
  return { ...made, records, takenUp, deployed, mark, read };
}

describe("a false alarm", () => {
  it("is a fact of its deploy, which is shown again, and counts in the record", async () => {
    const { deployed, mark, parts, read, takenUp } = setUp();
    await deployed("d1");
    expect(await mark()).to.equal("marked");
    const facts = await parts.journal.read(deployStream("d1"));
    expect(facts.at(-1)?.fact).to.deep.equal({ kind: "falseAlarm", at: 0, check: "jobs", by: onCall });
    expect(takenUp).to.deep.equal(["d1"]);
    const { checks } = await read();
    expect(checks.find(({ check }) => check === "jobs")).to.deep.include({ falseAlarms: 1, wouldHaveStopped: 1 });
  });

  it("is marked once per check, whoever is second, also at the same moment", async () => {
    const { deployed, mark, parts } = setUp();
    await deployed("d1");
    const said = await Promise.all([mark(onCall), mark(you)]);
    expect(said.filter((one) => one === "marked")).to.have.length(1);
    expect(said.find((one) => one !== "marked")).to.match(/^It is on record already that jobs was a false alarm here/);
    const facts = await parts.journal.read(deployStream("d1"));
    expect(facts.filter(({ fact }) => fact.kind === "falseAlarm")).to.have.length(1);
  });

  it("may be marked by those who may roll back, and by nobody else", async () => {
    const { deployed, mark, takenUp } = setUp();
    await deployed("d1");
    expect(await mark(teammate)).to.equal(
      "You may not mark false alarms in production. U0CALL or U0YOU may: ask one of them.",
    );
    expect(takenUp).to.deep.equal([]);
  });

  it("needs a check that has failed in a deploy that there was", async () => {
    const { deployed, mark } = setUp();
    await deployed("d1");
    for (const [deploy, check] of [
      ["d1", "latency"],
      ["d1", "constructor"],
      ["d2", "jobs"],
    ] as const)
      expect(await mark(onCall, deploy, check)).to.equal(
        `There is nothing to mark: ${check} has not failed in this deploy. Its thread shows the verdict.`,
      );
  });

  it("stands in the thread of a deploy that was shown to its end, once", async () => {
    const { deployed, mark, parts, thread } = setUp();
    await deployed("d1");
    const show = () => publish("d1", parts, new AbortController().signal);
    expect(await show()).to.equal(true);
    const before = thread.posted.length;
    await mark();
    expect(await show()).to.equal(true);
    expect(await show()).to.equal(true);
    expect(thread.posted.slice(before).map(({ words }) => words)).to.deep.equal([
      "U0CALL marked jobs as a false alarm. This deploy stays as it is; /canary stats web production counts it.",
    ]);
  });
});

describe("the record that is read", () => {
  it("goes back so many days, and knows since when", async () => {
    const { clock, deployed, read } = setUp();
    await deployed("old", 0);
    await deployed("young", 2 * DAY);
    await clock.pass((MOST_DAYS + 1) * DAY);
    expect(await read()).to.deep.include({ deploys: 1, since: 2 * DAY });
  });

  it("goes back so many deploys, the newest ones", async function () {
    this.timeout(20_000);
    const { deployed, read } = setUp();
    for (let i = 0; i < MOST_DEPLOYS + 5; i++) await deployed(`d${i}`, i);
    expect(await read()).to.deep.include({ deploys: MOST_DEPLOYS, since: 5 });
  });

  it("is empty for a target that was never deployed, and refuses one that is not there", async () => {
    const { read, records } = setUp();
    const record = await read();
    expect(record).to.deep.include({ deploys: 0, since: null, gone: [] });
    expect(record.checks.map(({ check, ran }) => [check, ran])).to.deep.include(["jobs", 0]);
    expect(await records.of({ service: "nope" })).to.deep.include({ ok: false });
  });
});
