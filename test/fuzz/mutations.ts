// JSON with something in it changed: a field missing, another value, another kind, something added, deep inside or on top.

import fc from "fast-check";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const other = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(null, "", "undefined", -1, 1e300, [], {}, [[]], "a".repeat(3_000), "\u0000", true),
);

export type Mutation =
  | { do: "remove"; at: number }
  | { do: "replace"; at: number; by: Json }
  | { do: "add"; at: number; name: string; by: Json };

const at = fc.nat(10_000);
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ do: fc.constant("remove" as const), at }),
  fc.record({ do: fc.constant("replace" as const), at, by: other }),
  fc.record({
    do: fc.constant("add" as const),
    at,
    name: fc.constantFrom("kind", "x", "length", "toString"),
    by: other,
  }),
);

/** A copy of `value` after the mutation; `at` counts all places in it, and begins again where there are no more. */
export function mutated<T>(value: T, how: Mutation): T {
  const copy = JSON.parse(JSON.stringify(value));
  const all = places(copy);
  const place = all[how.at % all.length];
  if (place === undefined) return copy;
  const { of, key } = place;
  if (how.do === "remove") {
    if (Array.isArray(of)) of.splice(Number(key), 1);
    else delete of[key];
  } else if (how.do === "replace") of[key] = how.by;
  else if (!Array.isArray(of)) of[how.name] = how.by;
  return copy;
}

interface Found {
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  of: any;
  key: string;
}

function places(value: unknown): Found[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [{ of: value, key }, ...places(inner)]);
}
