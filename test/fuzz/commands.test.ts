// Whatever is typed, pressed or sent, in whatever state a target is: one answer that a person understands, and no fault in the log.

import { expect } from "chai";
import fc from "fast-check";
import { makeAnswerer } from "../../src/answerer.ts";
import type { Reply } from "../../src/chat/command.ts";
import { loadCommands } from "../../src/chat/registry.ts";
import { TargetBot } from "../../src/runner/bot.ts";
import { targetStream } from "../../src/runner/stored.ts";
import { Supervisor } from "../../src/runner/supervise.ts";
import { Freezes, Targets } from "../../src/runner/targets.ts";
import { factsUntil, HOUR, NOON, teammate, you } from "../support/build.ts";
import { memoryJournal } from "../support/memory.ts";
import { memoryParts } from "../support/memory-parts.ts";
import { OneBranch } from "../support/outside.ts";
import { ended, locked, offered, started, WEB, waiting } from "../support/targets.ts";
import { ACTIONS, carriedValue } from "./carried.ts";
import { expectAnswer, LIMIT_MS, tries, typing } from "./fuzzing.ts";

const commands = await loadCommands();

const LATER = NOON + HOUR;

/** As the target may stand when somebody asks. */
const SITUATIONS = {
  free: [],
  locked: [locked({ until: LATER })],
  mine: [locked({ by: you, until: LATER })],
  line: [locked(), waiting(), waiting(teammate)],
  turn: [waiting(), offered(you, { until: LATER })],
  running: [started()],
  past: [started(), ended()],
};
type Situation = keyof typeof SITUATIONS;
const situation = fc.constantFrom(...(Object.keys(SITUATIONS) as Situation[]));
const stage = fc.constantFrom("preparing", "canary", "baking", "promoting", "ended" as const);

/** Read once: that takes longer than all the rest. */
const { parts: fixed, clock } = memoryParts((what) => {
  for (const environment of Object.values<{ who: unknown }>(what.all.environments))
    environment.who = { deploy: "everyone", lock: "everyone", rollBack: "everyone", freeze: "everyone" };
});
await clock.pass(NOON);

/** A bot that starts what it is told to start, and drives nothing: what is asked is all there is. */
async function asking(of: Situation, at: Parameters<typeof factsUntil>[0]) {
  const faults: string[] = [];
  const error = (message: string, fields?: Record<string, unknown>) =>
    void faults.push(`${message}: ${(fields?.error as Error)?.stack}`);
  const journal = memoryJournal();
  const needs = { journal, clock };
  const views = { targets: new Targets(needs), freezes: new Freezes(needs) };
  const parts = { ...fixed, ...needs, ...views, log: { ...fixed.log, error }, source: new OneBranch() };
  await journal.append([
    { stream: targetStream(WEB), expected: 0, facts: SITUATIONS[of] },
    { stream: "deploy/k3v9x2", expected: 0, facts: factsUntil(at) },
  ]);
  const supervisor = new Supervisor(parts);
  await supervisor.stop();
  return { answerer: makeAnswerer(commands, new TargetBot(parts, supervisor), parts.log), faults };
}

type Asked = Awaited<ReturnType<typeof asking>>;

async function expectGood({ faults }: Asked, reply: Reply, asked: string): Promise<void> {
  expect(faults).to.deep.equal([]);
  expectAnswer(reply, asked);
}

const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom("lockstep", ...commands.keys()) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);

describe("a bot that is told anything at all", function () {
  this.timeout(LIMIT_MS);

  it("answers every command with words", async () => {
    const property = fc.asyncProperty(situation, stage, name, typing, async (of, at, command, text) => {
      const on = await asking(of, at);
      await expectGood(on, await on.answerer.typed({ command, text, by: you }), `${command} ${text}`);
    });
    await fc.assert(property, tries(200));
  });

  it("answers every button with words or a form, whatever it carries", async () => {
    const property = fc.asyncProperty(
      situation,
      stage,
      fc.constantFrom(...ACTIONS, "wish:nothing", "__proto__"),
      carriedValue,
      async (of, at, action, value) => {
        const on = await asking(of, at);
        await expectGood(on, await on.answerer.pressed({ action, value, by: you }), value);
      },
    );
    await fc.assert(property, tries(250));
  });

  it("answers every form with words, whatever was written into it", async () => {
    const property = fc.asyncProperty(
      situation,
      fc.constantFrom(...ACTIONS),
      carriedValue,
      typing,
      async (of, action, value, words) => {
        const on = await asking(of, "baking");
        await expectGood(on, await on.answerer.sent({ action, value, words, by: you }), `${value} ${words}`);
      },
    );
    await fc.assert(property, tries(120));
  });
});
