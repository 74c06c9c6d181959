// What is known before anything is asked: the mistakes of the configuration, those of the environment, and what cannot be looked at because of them. Pure.

import { basename } from "node:path";
import type { VariableMistake } from "../config/environment.ts";
import type { Mistake } from "../config/mistakes.ts";
import { overdueMistakes } from "../config/overdue.ts";
import type { Settings } from "../config/read.ts";
import { type Finding, findingsOf } from "./findings.ts";

export interface Given {
  /** As it was named. */
  path: string;
  mistakes: Mistake[];
  /** What is sound of it; null when nothing is. */
  settings: Settings | null;
  variables: VariableMistake[];
}

export function givenFindings({ path, mistakes, settings, variables }: Given, now: number): Finding[] {
  const found = findingsOf("configuration");
  const wrong = mistakes.map((one) => found(one.path, "wrong", { kind: "configurationMistake", problem: one.problem }));
  const overdue = settings ? overdueMistakes(settings.configuration, now) : [];
  const late = overdue.map((one) => found(one.path, "look", { kind: "configurationMistake", problem: one.problem }));
  const well = mistakes.length === 0 && settings ? [found(basename(path), "ok", sizeOf(settings))] : [];
  return [...wrong, ...late, ...leftOut(mistakes, settings), ...well, ...variableFindings(variables)];
}

function sizeOf({ configuration }: Settings) {
  const services = Object.values(configuration.services);
  const targets = services.reduce((sum, { environments }) => sum + Object.keys(environments).length, 0);
  const links = services.reduce((sum, one) => sum + Object.keys(one.checks).length + (one.runbook ? 1 : 0), 0);
  return { kind: "configurationWell", services: services.length, targets, links } as const;
}

/** Services that have mistakes of their own: nothing else of them is looked at. */
function leftOut(mistakes: Mistake[], settings: Settings | null): Finding[] {
  const found = findingsOf("configuration");
  const needs = ["a configuration without mistakes"];
  if (!settings) return [found("hosts, checks, git", "unchecked", { kind: "notLooked", needs })];
  const named = mistakes.flatMap(({ path }) => /^services\.([^.[\]]+)/.exec(path)?.[1] ?? []);
  const broken = [...new Set(named)].filter((name) => !Object.hasOwn(settings.configuration.services, name));
  return broken.map((name) => found(name, "unchecked", { kind: "notLooked", needs }));
}

function variableFindings(mistakes: VariableMistake[]): Finding[] {
  const found = findingsOf("environment");
  if (mistakes.length === 0) return [found("variables", "ok", { kind: "variablesWell" })];
  return mistakes.map(({ variable, problem }) => found(variable, "wrong", { kind: "variableMistake", problem }));
}
