// What was found, in one object for programs: each finding by itself, nothing folded. Pure.

import { heading, type Mark, said } from "../chat/sentences/doctor.ts";
import type { Finding } from "./findings.ts";

export interface Outcome {
  findings: Finding[];
  /** Milliseconds since 1970. */
  at: number;
  tookMs: number;
  /** Somebody stopped it before it was through. */
  stopped: boolean;
}

export function countsOf(findings: readonly Finding[]): Record<Mark, number> {
  const counts = { ok: 0, look: 0, wrong: 0, unchecked: 0 };
  for (const { mark } of findings) counts[mark] += 1;
  return counts;
}

/** 0 all is well, 1 something is wrong or could not be looked at, 2 stopped. */
export function exitCode({ findings, stopped }: Outcome): number {
  const { wrong, unchecked } = countsOf(findings);
  return stopped ? 2 : wrong + unchecked > 0 ? 1 : 0;
}

export function reportOf(outcome: Outcome, clean: (text: string) => string): string {
  const { findings, at, tookMs, stopped } = outcome;
  const all = findings.map(({ area, target, subject, mark, about }) => {
    const { is, todo } = said(about, false);
    const words = { heading: heading(area, target), subject, mark, kind: about.kind, is, todo };
    return { area, ...(target && { target }), ...words };
  });
  const object = {
    ok: exitCode(outcome) === 0,
    at: new Date(at).toISOString(),
    tookMs,
    ...(stopped && { stopped }),
    counts: countsOf(findings),
    findings: all,
  };
  return `${JSON.stringify(object, (_, value) => (typeof value === "string" ? clean(value) : value), 2)}\n`;
}
