// A look of the bake as it is asked for: one request, over the time that a picture shows; what is judged keeps its own window.

import { expect } from "chai";
import type { Check } from "../../src/canary/checks.ts";
import type { Metrics, Question, Series, Window } from "../../src/ports/metrics.ts";
import { DeployLog } from "../../src/runner/deployLog.ts";
import type { Turn } from "../../src/runner/drive.ts";
import { measure } from "../../src/runner/perform/measure.ts";
import { deployStream } from "../../src/runner/stored.ts";
import { aLimit, anOrder, factsUntil, MINUTE, SECOND } from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";

const slow = aLimit({
  name: "slow",
  aggregate: "max",
  atMost: 300,
  rest: { query: "avg:web.time{host IN (web-03)}", share: 1 },
});

type Asking = { questions: Question[]; window: Window };

/** Answers each question with one point every ten seconds of the window that was asked for. */
async function baking(checks: Check[], value: (at: number) => number) {
  const { parts } = memoryParts();
  const facts = factsUntil("baking", anOrder({ checks }));
  await parts.journal.append([{ stream: deployStream("k3v9x2"), expected: 0, facts }]);
  const log = await DeployLog.open(parts.journal, "k3v9x2");
  if (log === null) throw new Error("there is a deploy");
  const asked: Asking[] = [];
  const trouble = { now: false };
  const metrics: Partial<Metrics> = {
    async ask(questions, window) {
      asked.push({ questions, window });
      if (trouble.now) return { ok: false, trouble: "timedOut", detail: "no answer" };
      const first = Math.ceil(window.from / 10_000) * 10_000;
      const points = Array.from({ length: (window.to - first) / 10_000 }, (_, i) => first + i * 10_000);
      const line: Series = { scope: [], points: points.map((at) => ({ at, value: value(at) })) };
      return { ok: true, value: new Map(questions.map(({ id }) => [id, [line]])) };
    },
  };
  const turn = { log, parts: { ...parts, metrics }, version: log.facts.length } as unknown as Turn;
  const started = log.facts.at(-1)?.at ?? 0;
  const from = Math.ceil((started + 30 * SECOND) / 10_000) * 10_000;
  const touched = log.facts.find((fact) => fact.kind === "switching")?.at ?? 0;
  const look = async (to: number, last: boolean) => {
    await measure({ do: "measure", from, to, last }, turn, new AbortController().signal);
    const fact = log.facts.at(-1);
    if (fact?.kind !== "measured") throw new Error("a look is a fact");
    return fact;
  };
  return { look, asked, trouble, from, touched, end: from + 4 * MINUTE };
}

describe("a look of the bake", () => {
  it("asks once, from before the canary was touched, about both sides", async () => {
    const { look, asked, from, touched, end } = await baking([slow], () => 5);
    const fact = await look(end, false);
    expect(asked).to.have.length(1);
    expect(asked[0]?.questions.map(({ id }) => id)).to.deep.equal(["slow/canary", "slow/rest"]);
    expect(asked[0]?.window).to.deep.equal({ from: touched - 2.5 * MINUTE, to: end });
    expect(fact.window, "what is judged").to.deep.equal({ from, to: end });
    expect(fact.readings[0]).to.deep.include({ check: "slow", trouble: null }).and.not.have.property("drawn");
  });

  it("does not judge what was before it", async () => {
    const bench = await baking([slow], () => 0);
    const { look, from, end } = await baking([slow], (at) => (at < bench.from ? 9_000 : 5));
    const fact = await look(end, true);
    expect(from).to.equal(bench.from);
    expect(fact.readings[0]).to.deep.include({ kind: "limit" });
    expect(fact.readings[0]?.kind === "limit" && fact.readings[0].values[0]).to.include({ value: 5 });
    expect(fact.readings[0], "nor draw a check that passed").not.to.have.property("drawn");
  });

  it("begins with what is judged where a query would give something else for a longer time", async () => {
    const running = { ...slow, query: "cumsum(sum:web.errors{host IN (web-01)}.as_count())" };
    const { look, asked, from, end } = await baking([running], () => 5);
    await look(end, false);
    expect(asked[0]?.window).to.deep.equal({ from, to: end });
  });

  it("draws what has failed, at once", async () => {
    const { look, end } = await baking([slow], () => 900);
    const { readings } = await look(end, false);
    const drawn = readings[0]?.kind === "limit" ? readings[0].drawn : undefined;
    expect(drawn?.canary).to.include(900);
    expect(JSON.stringify(drawn).length, "and keeps the fact small").to.be.below(1_000);
  });

  it("asks for what is judged and nothing else, once there has been trouble", async () => {
    const { look, asked, trouble, from, end } = await baking([slow], () => 900);
    trouble.now = true;
    await look(end - MINUTE, false);
    trouble.now = false;
    const { readings } = await look(end, true);
    expect(asked[1]?.window).to.deep.equal({ from, to: end });
    expect(asked[1]?.questions.map(({ id }) => id)).to.deep.equal(["slow/canary"]);
    expect(readings[0]?.kind === "limit" && readings[0].values[0]?.outcome?.kind).to.equal("aboveLimit");
  });
});
