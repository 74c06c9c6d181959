// One look of a bake with checks on trial: a query of theirs that is refused does not silence the checks that decide.

import { expect } from "chai";
import type { Question } from "../../src/ports/metrics.ts";
import { DeployLog } from "../../src/runner/deployLog.ts";
import type { Turn } from "../../src/runner/drive.ts";
import { measure } from "../../src/runner/perform/measure.ts";
import { deployStream } from "../../src/runner/stored.ts";
import { aLimit, anOrder, factsUntil, MINUTE, NOON } from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";

const hard = aLimit({ name: "hard" });
const trial = aLimit({ name: "trial", query: "broken", soft: { until: "2026-12-31", owner: "U0SRE" } });

async function lookAt(checks: ReturnType<typeof aLimit>[]) {
  const { parts } = memoryParts();
  const asked: string[][] = [];
  const ask = async (questions: Question[]) => {
    asked.push(questions.map(({ id }) => id));
    if (questions.some(({ query }) => query === "broken"))
      return { ok: false as const, trouble: "queryRefused" as const, detail: "no such metric" };
    return { ok: true as const, value: new Map() };
  };
  const { journal } = parts;
  await journal.append([
    { stream: deployStream("d1"), expected: 0, facts: factsUntil("baking", anOrder({ deploy: "d1", checks })) },
  ]);
  const log = (await DeployLog.open(journal, "d1")) ?? expect.fail();
  const turn = { log, parts: { ...parts, metrics: { ask } } } as unknown as Turn;
  const step = { do: "measure", from: NOON, to: NOON + MINUTE, last: false } as const;
  await measure(step, turn, new AbortController().signal);
  const fact = log.facts.at(-1);
  const readings = fact?.kind === "measured" ? fact.readings : [];
  return { asked, troubles: new Map(readings.map(({ check, trouble }) => [check, trouble?.kind])) };
}

describe("a look with a soft check whose query is refused", () => {
  it("asks the hard checks again without it", async () => {
    const { asked, troubles } = await lookAt([hard, trial]);
    expect(asked).to.deep.equal([["hard/canary", "trial/canary"], ["hard/canary"], ["trial/canary"]]);
    expect(troubles).to.deep.equal(
      new Map([
        ["hard", undefined],
        ["trial", "queryRefused"],
      ]),
    );
  });

  it("asks once more, for no picture, when there is nothing to set apart", async () => {
    expect((await lookAt([trial])).asked).to.deep.equal([["trial/canary"], ["trial/canary"]]);
    expect((await lookAt([aLimit({ name: "hard", query: "broken" })])).asked).to.have.length(2);
    expect((await lookAt([hard, { ...trial, query: "sound" }])).asked).to.have.length(1);
  });
});
