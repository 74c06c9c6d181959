// One line of `lockstep judge`: reads a case, has it judged, and gives the answer as data. Knows no streams.

import { z } from "zod";
import { judgeCompare } from "../canary/judging/compare.ts";
import { judgeCounts } from "../canary/judging/counts.ts";
import { judgeLimit } from "../canary/judging/limit.ts";
import { compareCase, countsCase, type Judged, limitCase } from "../canary/judging/shapes.ts";
import { type Check, explain } from "./words.ts";

const named = z.object({ id: z.union([z.string(), z.number()]) });
const ofKind = z.object({ check: z.object({ kind: z.enum(["compare", "counts", "limit"]) }) });

export interface Answer extends Omit<Judged, "reason"> {
  id: string | number;
  reason: string;
  explanation: string;
}
export interface Broken {
  id?: string | number;
  error: string;
}

/** Never throws: a line that cannot be read is answered with what is wrong with it. */
export function answerTo(line: string): Answer | Broken {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { error: "This line is not JSON." };
  }
  const name = named.safeParse(parsed);
  if (!name.success) return { error: sentence(name.error) };
  return { id: name.data.id, ...judge(parsed) };
}

function judge(parsed: unknown): Omit<Answer, "id"> | { error: string } {
  const kind = ofKind.safeParse(parsed);
  if (!kind.success) return { error: sentence(kind.error) };
  switch (kind.data.check.kind) {
    case "compare":
      return read(compareCase, parsed, ({ check, canary, baseline }) => [check, judgeCompare(check, canary, baseline)]);
    case "counts":
      return read(countsCase, parsed, ({ check, looks }) => [check, judgeCounts(check, looks)]);
    case "limit":
      return read(limitCase, parsed, ({ check, canary, alive }) => [check, judgeLimit(check, canary, alive ?? null)]);
  }
}

function read<T>(
  shape: z.ZodType<T>,
  parsed: unknown,
  judgeIt: (asked: T) => [Check, Judged],
): Omit<Answer, "id"> | { error: string } {
  const asked = shape.safeParse(parsed);
  if (!asked.success) return { error: sentence(asked.error) };
  const [check, judged] = judgeIt(asked.data);
  const { verdict, reason, ...numbers } = judged;
  return { verdict, reason: reason.kind, explanation: explain(check, judged), ...numbers };
}

/** The first mistakes with their places; a wrong array would have one for each element. */
function sentence({ issues }: z.ZodError): string {
  const told = issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message));
  return `${told.join("; ")}${issues.length > 3 ? `; and ${issues.length - 3} more` : ""}.`;
}
