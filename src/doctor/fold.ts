// Findings that are alike become one row: forty hosts behind a dead gateway are one thing to mend, not forty. Pure.

import { type About, AREAS, type Area, type Mark } from "../chat/sentences/doctor.ts";
import type { Target } from "../deploy/order.ts";
import type { Finding } from "./findings.ts";

export interface Row {
  mark: Mark;
  /** In the order in which they were found. */
  subjects: string[];
  /** Of what varies among them, the worst. */
  about: About;
  /** Something varies among them. */
  varies: boolean;
}

export interface Section {
  area: Area;
  target: Target | null;
  /** What is wrong comes first. */
  rows: Row[];
}

const MARK_ORDER: readonly Mark[] = ["wrong", "look", "unchecked", "ok"];

type Merge = (one: never, other: never) => unknown;
/** What may differ among findings that are alike, and what stands for both. */
const VARYING: Record<string, Merge> = {
  freeKiB: least,
  freeFiles: least,
  offMs: (one: number, other: number) => Math.max(one, other),
  detail: (one: string, other: string) => one || other,
  metrics: both,
  parts: both,
  questions: both,
};

/** Sections in the order of the table, targets in the order in which they were found. */
export function fold(findings: readonly Finding[]): Section[] {
  const sections = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.area, finding.target]);
    sections.set(key, [...(sections.get(key) ?? []), finding]);
  }
  return [...sections.values()]
    .map((own) => sectionOf(own))
    .filter((section) => section !== null)
    .sort((a, b) => AREAS.indexOf(a.area) - AREAS.indexOf(b.area));
}

function sectionOf(findings: Finding[]): Section | null {
  const [first] = findings;
  if (!first) return null;
  const rows = new Map<string, Row>();
  for (const { mark, subject, about } of findings) {
    const key = JSON.stringify([mark, sameIn(about)]);
    const row = rows.get(key);
    if (!row) rows.set(key, { mark, subjects: [subject], about, varies: false });
    else {
      const varies = row.varies || JSON.stringify(row.about) !== JSON.stringify(about);
      rows.set(key, {
        mark,
        subjects: [...new Set([...row.subjects, subject])],
        about: worse(row.about, about),
        varies,
      });
    }
  }
  const ordered = [...rows.values()].sort((a, b) => MARK_ORDER.indexOf(a.mark) - MARK_ORDER.indexOf(b.mark));
  return { area: first.area, target: first.target, rows: ordered };
}

/** What makes findings alike. */
function sameIn(about: About): unknown {
  return Object.entries(about).filter(([name]) => !(name in VARYING));
}

function worse(one: About, other: About): About {
  const before = one as unknown as Record<string, never>;
  const fields = Object.entries(other).map(([name, value]) => {
    const merge = VARYING[name];
    return [name, merge && name in before ? merge(before[name] as never, value as never) : before[name]];
  });
  return Object.fromEntries(fields) as About;
}

function both(one: string[], other: string[]): string[] {
  return [...new Set([...one, ...other])];
}

function least(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
