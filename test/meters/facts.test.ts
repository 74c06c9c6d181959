// Deploys and verdicts are counted by their facts, by whoever has written them.

import { expect } from "chai";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { countedFacts } from "../../src/meters/facts.ts";
import { factsUntil } from "../support/build.ts";
import { memoryJournal } from "../support/memory.ts";
import { silentLog } from "../support/parts.ts";
import { until } from "../support/until.ts";
import { countingMeters } from "./counting.ts";

const DEPLOY = "deploy/k3v9x2";
const TARGET = "target/web/production";
const WEB = "service=web environment=production";
const targets = [{ service: "web", environment: "production" }];

function aBot(shared = memoryJournal()) {
  const meters = countingMeters();
  const journal = countedFacts(shared, { meters, log: silentLog, targets });
  let version = 0;
  return {
    meters,
    async write(facts: DeployFact[], expected = version) {
      version = expected + facts.length;
      const appended = await journal.append([{ stream: DEPLOY, expected, facts }]);
      expect(appended.ok).to.equal(true);
    },
    journal,
  };
}

describe("what is counted of deploys", () => {
  const facts = factsUntil("ended");
  const judged = facts.findIndex(({ kind }) => kind === "judged");

  it("is there before anything has happened, with nothing of it", () => {
    const { meters } = aBot();
    expect(meters.counts.get(`lockstep_deploys_ended_total ${WEB} outcome=incomplete`)).to.equal(0);
    expect(meters.counts.get(`lockstep_verdicts_total ${WEB} verdict=fail`)).to.equal(0);
  });

  it("is their beginning, verdict, end, and how long they were in each stage", async () => {
    const { meters, write, journal } = aBot();
    for (const fact of facts) await write([fact]);
    const ended = { kind: "deployEnded", at: 1, deploy: "k3v9x2", outcome: "deployed", release: null, replaced: null };
    await journal.append([{ stream: TARGET, expected: 0, facts: [ended] }]);
    await until("the stages are timed", () => meters.seconds.length === 4);
    expect(meters.of(`lockstep_deploys_started_total ${WEB} kind=deploy`)).to.equal(1);
    expect(meters.of(`lockstep_verdicts_total ${WEB} verdict=pass`)).to.equal(1);
    expect(meters.of(`lockstep_deploys_ended_total ${WEB} outcome=deployed`)).to.equal(1);
    expect(meters.seconds.map(({ labels }) => labels.stage)).to.deep.equal([
      "preparing",
      "canary",
      "baking",
      "promoting",
    ]);
  });

  it("is counted once, by the one who writes it, also when another one has begun the deploy", async () => {
    const shared = memoryJournal();
    const [first, second] = [aBot(shared), aBot(shared)];
    await first.write(facts.slice(0, judged));
    await second.write(facts.slice(judged), judged);
    await until("the verdict is counted", () => second.meters.of(`lockstep_verdicts_total ${WEB} verdict=pass`) === 1);
    expect(first.meters.of(`lockstep_verdicts_total ${WEB} verdict=pass`)).to.equal(0);
    expect(first.meters.of(`lockstep_deploys_started_total ${WEB} kind=deploy`)).to.equal(1);
    expect(second.meters.of(`lockstep_deploys_started_total ${WEB} kind=deploy`)).to.equal(0);
  });

  it("is nothing when the append came too late", async () => {
    const { meters, journal } = aBot();
    const late = await journal.append([{ stream: DEPLOY, expected: 7, facts: facts.slice(0, 1) }]);
    expect(late.ok).to.equal(false);
    expect(meters.of(`lockstep_deploys_started_total ${WEB} kind=deploy`)).to.equal(0);
  });
});
