// What is left of a broken configuration without its mistakes, so that the rest can be checked in the same run. Pure.

import type { z } from "zod";

type Tree = Record<PropertyKey, unknown>;

/** A copy without unknown keys and without the services that have other mistakes. Null when something is broken that the rest depends on. */
export function soundPart(input: unknown, issues: z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(input);
  for (const { code, path, ...issue } of issues) {
    const [top, service] = path;
    if (code === "unrecognized_keys")
      for (const key of (issue as { keys: string[] }).keys) remove(copy, [...path, key]);
    else if (top === "services" && service !== undefined) remove(copy, [top, service]);
    else return null;
  }
  return copy;
}

function remove(tree: unknown, path: PropertyKey[]): void {
  const key = path.at(-1);
  const parent = path.slice(0, -1).reduce<unknown>((part, name) => (isTree(part) ? part[name] : undefined), tree);
  if (isTree(parent) && key !== undefined) delete parent[key];
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}
