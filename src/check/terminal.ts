// Messages for a terminal or the log of a pipeline: no colours, at most 96 columns, links written out, times in the zone of whoever reads. Pure.

import { DateTime } from "luxon";
import { harmless, type Text, type TimeShown } from "../chat/text.ts";
import type { Part } from "../views/message.ts";

export const COLUMNS = 96;

const FORMATS: Record<TimeShown, string> = { clock: "HH:mm", precise: "HH:mm:ss", date: "yyyy-MM-dd HH:mm" };

/** `zone` is an IANA name, such as `Europe/Vienna`. */
export function inTerminal(text: Text, zone: string): string {
  const local = text.some((piece) => typeof piece === "object" && "time" in piece && offsetIn(zone, piece.time) !== 0);
  return text
    .map((piece) => {
      if (typeof piece === "string") return harmless(piece);
      if ("label" in piece) return piece.label === "" ? piece.link : `${piece.label} <${piece.link}>`;
      if ("mention" in piece) return piece.mention;
      if ("bold" in piece) return piece.bold;
      if ("code" in piece) return piece.code;
      if ("besideLocal" in piece) return local ? piece.besideLocal : "";
      return timeIn(zone, piece.time, piece.show);
    })
    .join("")
    .replace(TWICE, "$1");
}

/** A moment and the same one in UTC beside it, for readers whose zone is UTC. */
const TWICE = /(\d[\d: -]* UTC) \(\1\)/g;

function offsetIn(zone: string, at: number): number {
  return DateTime.fromMillis(at, { zone }).offset;
}

/** With the distance to UTC: short names of zones mean several things, or nothing, to most people. */
function timeIn(zone: string, at: number, show: TimeShown): string {
  const time = DateTime.fromMillis(at, { zone });
  return `${time.toFormat(FORMATS[show])} UTC${time.offset === 0 ? "" : time.toFormat("Z")}`;
}

/** Parts that a terminal has no use for, such as buttons, are left out. Ends with a line break. */
export function partsInTerminal(parts: readonly Part[], zone: string): string {
  const blocks = parts.map((part) => {
    switch (part.part) {
      case "text":
        return wrapped(inTerminal(part.text, zone), "");
      case "note":
        return piecesOf(inTerminal(part.text, zone))
          .map((line) => wrapped(line, "   "))
          .join("\n");
      case "heading":
        return wrapped(part.text, "");
      case "output":
        return harmless(part.text);
      case "line":
        return "";
      default:
        return null;
    }
  });
  return `${blocks.filter((block) => block !== null).join("\n")}\n`;
}

/** Small print is several things between dots: one line each, so that queries can be copied. */
function piecesOf(text: string): string[] {
  return text.split(" · ");
}

/** Breaks lines between words; a word that is longer than a line, such as a query, stays whole. What is indented stays so. */
export function wrapped(text: string, indent: string, columns = COLUMNS): string {
  return harmless(text)
    .split("\n")
    .flatMap((line) => {
      const margin = indent + (/^ */.exec(line)?.[0] ?? "");
      const rows: string[] = [];
      for (const word of line.trimStart().split(" ")) {
        const row = rows.at(-1);
        if (row === undefined || margin.length + row.length + 1 + word.length > columns) rows.push(word);
        else rows[rows.length - 1] = `${row} ${word}`;
      }
      return rows.map((row) => (row === "" ? "" : margin + row));
    })
    .join("\n");
}
