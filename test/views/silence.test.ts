// What the thread says of a metrics service that does not answer during a bake, and when it does again.

import { expect } from "chai";
import type { Check } from "../../src/canary/checks.ts";
import type { Reading, Trouble } from "../../src/canary/readings.ts";
import { plain } from "../../src/chat/text.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { aLimit, aLook, anOrder, aReading, factsUntil, NOON, SECOND, then } from "../support/build.ts";
import { threadLines } from "../support/thread.ts";

const order = anOrder();
const answered = (check: string): Reading => ({ ...aReading(0, aLimit({ name: check })), check });
const silent = (check: string, trouble: Partial<Trouble> = {}): Reading => ({
  kind: "limit",
  check,
  values: [],
  trouble: { kind: "timedOut", detail: "no whole answer within 15 s", ...trouble },
});
const well = [answered("errors"), answered("jobs")];
const away = [silent("errors"), silent("jobs")];

/** What is said after each of these looks, half a minute apart; empty where nothing is. */
function saidAfter(...looks: Reading[][]): string[] {
  return saidOf(order.checks, looks);
}

function saidOf(checks: Check[], looks: Reading[][]): string[] {
  let facts: DeployFact[] = factsUntil("baking", { ...order, checks });
  return looks.map((readings, i) => {
    const before = facts.length;
    const look = aLook(readings, { at: NOON + (60 + i * 30) * SECOND, last: false });
    facts = then(facts, { kind: "measured", ...look });
    return threadLines(facts, before)
      .map(({ message }) => plain(message.summary))
      .join("\n");
  });
}

describe("Datadog during a bake", () => {
  it("is not mentioned when it does not answer one look", () => {
    expect(saidAfter(well, away, well, away, well)).to.deep.equal(["", "", "", "", ""]);
  });

  it("is told of once when it does not answer for two looks in a row, and once when it answers again", () => {
    const said = saidAfter(away, away, away, away, well, well);
    expect(said.map((line) => line !== "")).to.deep.equal([false, true, false, false, true, false]);
    expect(said[1]).to.match(
      /^Two looks in a row without an answer: Datadog did not answer in time \(no whole answer within 15 s\)\. The bake goes on: an answer by 12:09 UTC still tells of all of it, and without one the canary does not pass by itself\.$/,
    );
    expect(said[4]).to.equal("Datadog answers again, and tells of the whole bake so far.");
  });

  it("is not mentioned for a soft check: its silence holds up nothing", () => {
    const soft = order.checks.map((check) =>
      check.name === "jobs" ? { ...check, soft: { until: "2099-12-31", owner: "U0SRE" } } : check,
    );
    expect(
      saidOf(soft, [
        [answered("errors"), silent("jobs")],
        [answered("errors"), silent("jobs")],
      ]),
    ).to.deep.equal(["", ""]);
    expect(saidOf(soft, [away, away])[1]).to.include("Datadog did not answer in time");
  });

  it("is told of again when it falls silent again", () => {
    const said = saidAfter(away, away, well, away, away);
    expect(said.map((line) => line !== "")).to.deep.equal([false, true, true, false, true]);
  });

  it("is told of with the checks that it does not answer, when it answers others", () => {
    const broken = [answered("errors"), silent("jobs", { kind: "queryRefused", detail: "HTTP 400: no" })];
    const [, said = ""] = saidAfter(broken, broken);
    expect(said).to.include("without an answer about jobs: Datadog does not understand the query (HTTP 400: no).");
    expect(said).to.include("Try the check's query in Datadog's metrics explorer.");
  });

  it("is not mentioned when other checks are without an answer each time", () => {
    expect(saidAfter([silent("errors"), answered("jobs")], [answered("errors"), silent("jobs")])).to.deep.equal([
      "",
      "",
    ]);
  });

  it("says until when it limits us", () => {
    const detail = "the limit query (300 requests in 3600 s) is used up until 13:00:00 UTC";
    const limited = [silent("errors", { kind: "rateLimited", detail, retryAt: NOON + 3_600 * SECOND })];
    expect(saidAfter(limited, limited)[1]).to.include(`Datadog limits our requests until 13:00 UTC (${detail}).`);
  });

  it("is told of in small print, without calling anybody", () => {
    const facts = [0, 1].reduce(
      (story, i) =>
        then(story, { kind: "measured", ...aLook(away, { at: NOON + (60 + i * 30) * SECOND, last: false }) }),
      factsUntil("baking", order),
    );
    const { message } = threadLines(facts).at(-1) ?? {};
    expect(message?.parts.map(({ part }) => part)).to.deep.equal(["note"]);
    expect(message?.loud ?? false).to.equal(false);
  });
});
