// The table of `lockstep replay`, for terminals: a row for each deploy, a column for each check, at most 96 columns wide. Pure.

import { DateTime } from "luxon";
import { cell, ENDINGS } from "../chat/sentences/replaying.ts";
import type { Replayed } from "./tally.ts";
import { COLUMNS } from "./terminal.ts";

const GAP = "  ";

/** More checks than fit side by side continue in another block below. */
export function tableOf(replayed: readonly Replayed[], checks: readonly string[], zone: string): string {
  const left = [
    ["deploy", ...replayed.map(({ past }) => past.deploy)],
    [
      "bake began",
      ...replayed.map(({ past }) => DateTime.fromMillis(past.startedAt, { zone }).toFormat("yyyy-MM-dd HH:mm")),
    ],
    ["in fact", ...replayed.map(({ past }) => ENDINGS[past.ending])],
  ];
  const right = checks.map((check) => [
    check,
    ...replayed.map(({ said }) => {
      const one = said.get(check);
      return one ? cell(one) : "";
    }),
  ]);
  const room = COLUMNS - widthOf(left);
  const blocks: string[][][] = [];
  for (const column of right) {
    const block = blocks.at(-1);
    if (block && widthOf([...block, column]) <= room) block.push(column);
    else blocks.push([column]);
  }
  return blocks.map((block) => rowsOf([...left, ...block])).join("\n\n");
}

function widthOf(columns: string[][]): number {
  return columns.reduce((sum, column) => sum + widest(column) + GAP.length, 0);
}

function widest(column: string[]): number {
  return Math.max(...column.map((text) => text.length));
}

function rowsOf(columns: string[][]): string {
  const padded = columns.map((column) => column.map((text) => text.padEnd(widest(column))));
  return (padded[0] ?? [])
    .map((_, row) =>
      padded
        .map((column) => column[row])
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}
