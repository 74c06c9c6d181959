// What has to hold on every path of a deploy, whatever happens. Throws at the first violation, with the facts that led there.

import { expect } from "chai";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { allHosts, OLD } from "../support/build.ts";
import type { Story } from "./simulator.ts";

export function expectInvariants(story: Story): void {
  try {
    expectNothingTouchedTooEarly(story);
    expectNothingNewAfterAFail(story);
    expectALookBetweenUnknownSwitches(story);
    expectTheTruthAtTheEnd(story);
    expectNothingToWaitForTheOldTime(story);
    expectNoPassOnAClockSetBack(story);
  } catch (error) {
    if (error instanceof Error) error.message += `\n${story.facts.map(line).join("\n")}`;
    throw error;
  }
}

function expectNothingTouchedTooEarly({ facts, deploy }: Story): void {
  const first = facts.findIndex(({ kind }) => kind === "switching");
  if (first < 0) return;
  const before = facts.slice(0, first);
  const seen = new Set(
    before.flatMap((fact) => (fact.kind === "looked" || fact.kind === "notReached" ? [fact.host] : [])),
  );
  expect([...seen], "hosts looked at before the first switch").to.have.members(allHosts(deploy.order));
  if (deploy.order.kind === "deploy")
    expect(
      before.some(({ kind }) => kind === "built"),
      "built before the first switch",
    ).to.equal(true);
}

function expectNothingNewAfterAFail({ facts }: Story): void {
  const back = facts.findIndex(
    (fact) =>
      fact.kind === "backOrdered" ||
      fact.kind === "alertedLate" ||
      (fact.kind === "judged" && fact.judgement.verdict === "fail"),
  );
  if (back < 0) return;
  const after = facts.slice(back).filter((fact) => fact.kind === "switching" && fact.phase !== "back");
  expect(after, "hosts that got the new release after it was sent back").to.deep.equal([]);
}

/** An intent without a result, or with one that tells nothing: the next word about the host is what it was seen to run. */
function expectALookBetweenUnknownSwitches({ facts }: Story): void {
  const unknown = new Set<string>();
  for (const fact of facts) {
    if (!("host" in fact)) continue;
    if (fact.kind === "switching") {
      expect(unknown.has(fact.host), `${fact.host} was switched again without a look`).to.equal(false);
      unknown.add(fact.host);
    } else if (fact.kind !== "notSwitched" || fact.touched !== "unknown") unknown.delete(fact.host);
    // On the way back an answer, however vague, is followed by another try: the host does nothing twice.
    else if (fact.phase === "back") unknown.delete(fact.host);
  }
}

function expectTheTruthAtTheEnd({ deploy, world }: Story): void {
  if (deploy.stage !== "ended") throw new Error("the deploy has not ended");
  const forward = deploy.outcome === "deployed" || (deploy.outcome === "incomplete" && deploy.why === null);
  const belongs = forward ? deploy.order.release.name : OLD.name;
  const named = new Set(
    [...deploy.hosts]
      .filter(([, { is }]) => is === "ill" || is === "stuck" || is === "unreachable" || is === "switching")
      .map(([name]) => name),
  );
  for (const [host, { current }] of world) {
    if (current === belongs) continue;
    const excused = deploy.outcome === "incomplete" && named.has(host);
    expect(excused, `${host} runs ${current} after "${deploy.outcome}" and is not named`).to.equal(true);
  }
  if (deploy.outcome === "incomplete") expect(named.size, "hosts named").to.be.greaterThan(0);
}

/** However the clock jumps: a wait is over when its own time has gone by, and nobody is asked about a time to come. */
function expectNothingToWaitForTheOldTime({ steps, plannedAt, deploy }: Story): void {
  const { askMs, bake } = deploy.order;
  for (const [i, step] of steps.entries()) {
    const now = plannedAt[i] ?? 0;
    // A poll, what is left of the bake and its settling, a question, a pause after a host that failed.
    if (step.do === "wait")
      expect(step.until - now, "waits for").to.be.at.most(Math.max(askMs, bake.forMs + bake.settleMs));
    if (step.do === "measure" && step.to > step.from) expect(step.to, "asks about").to.be.at.most(now);
  }
}

/** By more than bots' clocks are apart. */
const APART_MS = 30_000;

function expectNoPassOnAClockSetBack({ facts }: Story): void {
  for (const [i, fact] of facts.entries()) {
    if (fact.kind !== "judged" || fact.judgement.verdict !== "pass") continue;
    const began = facts.findLastIndex(({ kind }, n) => n < i && (kind === "bakeStarted" || kind === "retryOrdered"));
    const before = facts.slice(began, i).map(({ at }) => at);
    expect(fact.at, "passes later than all that its bake knows").to.be.at.least(Math.max(...before) - APART_MS);
  }
}

function line(fact: DeployFact): string {
  return [
    fact.kind,
    "host" in fact ? fact.host : "",
    "phase" in fact ? fact.phase : "",
    "touched" in fact ? fact.touched : "",
  ]
    .filter(Boolean)
    .join(" ");
}
