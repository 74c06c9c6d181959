// Facts as they come out of the journal: parsed, or the reason why not. Knows no kind of fact by name.

import type { z } from "zod";
import { type Recorded, type StoredFact, type StreamName, UnreadableFact } from "../ports/journal.ts";

const LONGEST_KIND = 60;

/** Throws `UnreadableFact` when one does not fit: an older bot must not go on with what it does not understand. */
export function parseFacts<F>(stream: StreamName, recorded: Recorded[], schema: z.ZodType<F>): F[] {
  return recorded.map(({ version, fact }) => {
    const parsed = schema.safeParse(fact);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    // Damaged, it may be anything, also null.
    const kind = (fact as StoredFact | null)?.kind ?? null;
    const newer = typeof kind === "string" && issue?.path.length === 1 && issue.path[0] === "kind";
    const shown = JSON.stringify(kind).slice(0, LONGEST_KIND);
    throw new UnreadableFact({ stream, version, newer }, `${shown}, ${issue?.path.join(".")}: ${issue?.message}`);
  });
}

/** What is frozen, in all environments. */
export const FREEZES: StreamName = "freezes";
/** Whose date as a soft check has passed. */
export const CHECKS: StreamName = "checks";
export const deployStream = (deploy: string): StreamName => `deploy/${deploy}`;
export const threadStream = (deploy: string): StreamName => `thread/${deploy}`;
export const targetStream = ({ service, environment }: { service: string; environment: string }): StreamName =>
  `target/${service}/${environment}`;

/** What people were told of a target (or, without one, of freezes). */
export const noticesStream = (about: StreamName): StreamName => `notices/${about}`;

/** The target whose stream it is; null for any other stream. */
export function targetOf(stream: StreamName): { service: string; environment: string } | null {
  const [kind, service = "", environment = ""] = stream.split("/");
  return kind === "target" ? { service, environment } : null;
}
