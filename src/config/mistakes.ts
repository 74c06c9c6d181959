// Turns what zod found into sentences: where, what was found, what is expected. Pure.

import type { z } from "zod";
import { withoutLogins } from "../deploy/secrets.ts";

export interface Mistake {
  /** Such as `services.web.environments.production.canary`. */
  path: string;
  problem: string;
}

type Issue = z.core.$ZodIssue;

export function mistakesOf(error: z.ZodError, input: unknown): Mistake[] {
  return error.issues.flatMap((issue) => fromIssue(issue, input, []));
}

function fromIssue(issue: Issue, input: unknown, above: PropertyKey[]): Mistake[] {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0 && issue.message === "Invalid input") {
    return fromUnion(issue, input, path);
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: dotted([...path, key]), problem: "is not a key that is known here" }));
  }
  if (issue.code === "invalid_key" && issue.issues[0]) {
    return [{ path: dotted(path), problem: `is not a valid name: expected ${issue.issues[0].message}` }];
  }
  return [{ path: dotted(path), problem: `found ${shown(at(input, path))}, expected ${expectation(issue)}` }];
}

/** Of the alternatives, the one that the writer most probably meant: where the fewest things are wrong, deepest first. */
function fromUnion(issue: Issue & { code: "invalid_union" }, input: unknown, path: PropertyKey[]): Mistake[] {
  const alternatives = issue.errors.filter((errors) => errors.length > 0);
  const deepest = (errors: Issue[]) => Math.max(...errors.map((error) => error.path.length));
  const foreign = (errors: Issue[]) => errors.filter((error) => error.code === "unrecognized_keys").length;
  const best =
    alternatives.toSorted((a, b) => foreign(a) - foreign(b) || deepest(b) - deepest(a) || a.length - b.length)[0] ?? [];
  return best.flatMap((inner) => fromIssue(inner, input, path));
}

const TYPES: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys and values",
  record: "keys and values",
};

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.message.startsWith("Invalid input") ? (TYPES[issue.expected] ?? issue.expected) : issue.message;
    case "too_small":
      return issue.origin === "string" || issue.origin === "array"
        ? "something, not nothing"
        : `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_format":
      return issue.message.startsWith("Invalid") ? `a valid ${issue.format}` : issue.message;
    default:
      return issue.message;
  }
}

function at(input: unknown, path: PropertyKey[]): unknown {
  let value = input;
  for (const key of path)
    value = typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = withoutLogins(JSON.stringify(value) ?? String(value));
  return json.length > 80 ? `${json.slice(0, 77)}…` : json;
}

function dotted(path: PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return text.replace(/^\./, "") || "the file";
}
