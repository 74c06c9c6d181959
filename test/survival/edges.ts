// All edges of a deploy at which its bot may die, found by letting it live once, and which step of the plan each of them belongs to. Knows no store.

import { planBeside, type StepBeside } from "../../src/deploy/beside.ts";
import { plan, type Step } from "../../src/deploy/plan.ts";
import type { Edge } from "./mortal.ts";
import type { World } from "./world.ts";

export type StepKind = Step["do"] | StepBeside["do"];

/** Before it is begun, when a port has been called for it, and when its fact is on record. */
export type Part = "before" | "within" | "after";

/**
 * Where in each step a bot has to be killed. A step that the plan learns does not compile here before it is said, and is not green before some deploy in
 * scenarios.ts comes to it.
 */
export const STEPS: Record<StepKind, readonly Part[]> = {
  look: ["before", "within", "after"],
  compare: ["before", "within", "after"],
  build: ["before", "within", "after"],
  mark: ["before", "within", "after"],
  note: ["before", "within", "after"],
  switch: ["before", "within", "after"],
  measure: ["before", "within", "after"],
  prepare: ["before", "within", "after"],
  // Facts that follow from facts: there is nothing between.
  decide: ["before", "after"],
  end: ["before", "after"],
  // Nothing is done.
  wait: ["before"],
  rest: ["before"],
};

const BESIDE = /^(?:prepare|write deploy (?:prepared|notPrepared|preparing))/;

/** The step that is under way, or comes next. */
export function stepAt({ deploy, time }: World, call = ""): StepKind | null {
  if (deploy === null) return null;
  if (BESIDE.test(call)) return "prepare";
  return plan(deploy, time.now()).do;
}

/** Gathers the edges of scenarios that live undisturbed. */
export class Edges {
  readonly found: { scenario: number; edge: Edge }[] = [];
  /** Those of each scenario, also where another one has the same. */
  readonly all = new Map<number, Edge[]>();
  readonly parts = new Map<StepKind, Set<Part>>();
  readonly #known = new Set<string>();
  /** The step that each fact was written for. */
  readonly #written = new Map<string, StepKind | null>();

  /** `bot` has come to `edge`. The same edge of another deploy is the same. */
  take(scenario: number, { call, moment }: Edge, { world }: { world: World }): void {
    const key = `${call} ${moment}`;
    this.#learn(world, { call, moment });
    this.all.set(scenario, [...(this.all.get(scenario) ?? []), { call, moment }]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.found.push({ scenario, edge: { call, moment } });
  }

  #learn(world: World, { call, moment }: Edge): void {
    const step = stepAt(world, call);
    const writes = call.startsWith("write deploy ");
    if (writes && moment === "before") this.#written.set(call, step);
    if (writes && moment === "after") this.#has(this.#written.get(call) ?? null, "after");
    if (!writes && isPort(call)) this.#has(step, "within");
    if (moment === "before" || writes) this.#has(writes && moment === "after" ? stepAt(world) : step, "before");
    const beside = writes && world.deploy && planBeside(world.deploy);
    if (beside) this.#has(beside.do, "before");
  }

  #has(step: StepKind | null, part: Part): void {
    if (step === null) return;
    const parts = this.parts.get(step) ?? new Set();
    this.parts.set(step, parts.add(part));
  }
}

const PORTS: readonly string[] = [
  "inspect",
  "fence",
  "roll",
  "prepare",
  "ask",
  "mark",
  "resolve",
  "compare",
  "archive",
];
const isPort = (call: string) => PORTS.includes(call.split(" ")[0] ?? "");
