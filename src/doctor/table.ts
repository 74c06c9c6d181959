// What was found as a table for a terminal: a heading for each part, a row for what is alike, under it how to mend it. Pure.

import { names } from "../chat/sentences/amounts.ts";
import { heading, MARKS, type Mark, said } from "../chat/sentences/doctor.ts";
import { hostList } from "../chat/sentences/hostList.ts";
import { harmless } from "../chat/text.ts";
import { wrapped } from "../check/terminal.ts";
import type { Row, Section } from "./fold.ts";

export interface Look {
  columns: number;
  colours: boolean;
  /** Takes out what nobody may see. */
  clean(text: string): string;
}

/** `WRONG` and what is around it. */
const MARK_WIDTH = 2 + 5 + 2;
const GAP = 2;
const NARROWEST = 60;

const COLOURS: Record<Mark, string> = { ok: "32", look: "33", wrong: "31;1", unchecked: "36" };

/** Ends with a line break. */
export function tableOf(sections: readonly Section[], look: Look): string {
  const columns = Math.max(look.columns, NARROWEST);
  // Names above this width stand in a line of their own, so that the words keep theirs.
  const widest = Math.floor(columns / 4);
  const widths = sections.flatMap((section) => section.rows.map((row) => namesOf(row, section).length));
  const width = Math.max(...widths.filter((one) => one <= widest), 0);
  const blocks = sections.map((section) => {
    const title = painted(heading(section.area, section.target), "1", look);
    return [title, ...section.rows.map((row) => rowOf(row, namesOf(row, section), { ...look, columns, width }))].join(
      "\n",
    );
  });
  return `${blocks.join("\n\n")}\n`;
}

function namesOf({ subjects }: Row, { area }: Section): string {
  return area === "hosts" || area === "gateways" ? hostList(subjects, 12) : names(subjects, 5);
}

function rowOf({ mark, about, varies }: Row, shown: string, look: Look & { width: number }): string {
  const { columns, width, clean } = look;
  const { is, todo } = said(about, varies);
  const margin = " ".repeat(MARK_WIDTH + width + GAP);
  const front = `  ${painted(MARKS[mark].padEnd(5), COLOURS[mark], look)}  `;
  const words = wrapped(clean(is), margin, columns);
  const mending = todo === null ? [] : [hanging(clean(todo), margin, columns)];
  const subject = harmless(clean(shown));
  if (subject.length <= width) return [front + subject.padEnd(width + GAP) + words.trimStart(), ...mending].join("\n");
  const own = wrapped(subject, " ".repeat(MARK_WIDTH), columns).trimStart();
  return [front + own, words, ...mending].join("\n");
}

function hanging(todo: string, margin: string, columns: number): string {
  return wrapped(todo, `${margin}  `, columns).replace(/^( +) {2}/, "$1→ ");
}

function painted(text: string, colour: string, { colours }: Pick<Look, "colours">): string {
  return colours ? `\x1b[${colour}m${text}\x1b[0m` : text;
}
