// What is shown to people, as data: parts that any surface can draw. Knows nothing of Slack's blocks and their limits.

import type { Piece, Text } from "../chat/text.ts";

export interface Button {
  /** What it does, such as `wish:abort` or `line:wait`; letters and a colon. */
  action: string;
  /** What it belongs to, a deploy or a target; comes back when it is pressed. At most 2,000 characters. */
  value: string;
  /** Names what it does and to what: "Roll back web", not "Cancel". */
  label: string;
  style: "primary" | "danger" | "plain";
  /** Left out where pressing does no harm. */
  confirm?: { title: string; text: string; yes: string; no: string };
}

/** Lines over time. */
export interface Chart {
  title: string;
  /** Of the values. */
  unit: string;
  /** What the times are, such as their zone. */
  times: string;
  /** One for each point of time, all different. */
  labels: string[];
  /** Each with a value for each label; null where nothing is known, which is not zero. The first is what the chart is about. */
  series: { name: string; values: readonly (number | null)[] }[];
}

export type Part =
  | { part: "heading"; text: string }
  | { part: "text"; text: Text }
  /** Small print. */
  | { part: "note"; text: Text }
  | { part: "facts"; facts: { label: string; value: Text }[] }
  /** Output of a command. */
  | { part: "output"; text: string }
  | { part: "line" }
  /** Only in messages. What it shows is in the words as well: a surface may leave it out. */
  | { part: "chart"; chart: Chart }
  | { part: "buttons"; buttons: Button[] };

export interface Message {
  /** All that matters, without the parts: for notifications and screen readers. */
  summary: Text;
  parts: Part[];
  /** Also shown in the channel when it is posted in a thread: for what needs a person. */
  loud?: boolean;
  /** A verdict, a question, trouble or an end: goes before progress where not everything may be sent, and is also told where progress is not. */
  urgent?: boolean;
}

export const say = (text: Text): Message => ({ summary: text, parts: [{ part: "text", text }] });
export const note = (text: Text): Message => ({ summary: text, parts: [{ part: "note", text }] });

/** Words, with buttons below them where there are any. */
export function wordsAndButtons(text: Text, buttons: Button[]): Part[] {
  const words: Part = { part: "text", text };
  return buttons.length > 0 ? [words, { part: "buttons", buttons }] : [words];
}

/** Text with pieces between separators, empty ones left out. */
export function dotted(texts: readonly Text[]): Text {
  return texts
    .filter((text) => text.length > 0)
    .flatMap((text, i): Piece[] => (i === 0 ? [...text] : [" · ", ...text]));
}
