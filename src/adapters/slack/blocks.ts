// Messages as Block Kit, within Slack's limits: what does not fit is cut with an ellipsis, never refused. Knows nothing of deploys.

import type { KnownBlock } from "@slack/types";
import type { Reply } from "../../chat/command.ts";
import { type Piece, plain, type Text } from "../../chat/text.ts";
import type { Button, Message, Part } from "../../views/message.ts";
import { chartBlock } from "./charts.ts";
import { cut } from "./cut.ts";
import { type RichElement, toMrkdwn, toRichText } from "./mrkdwn.ts";

const LIMITS = {
  heading: 150,
  note: 2_900,
  text: 9_000,
  output: 2_500,
  blocks: 48,
  label: 75,
  title: 100,
  confirmText: 300,
  confirmButton: 30,
  summary: 3_900,
  all: 12_000,
  buttonsInRow: 25,
  charts: 2,
  /** So many rows of buttons are kept when the rest is cut; more belong to the lines before them. */
  keptRows: 3,
};

export interface SlackMessage {
  text: string;
  blocks: KnownBlock[];
}

export function toSlack({ summary, parts }: Message): SlackMessage {
  return { text: cut(toMrkdwn(summary), LIMITS.summary) || "…", blocks: withinLimits(parts.flatMap(blocksOf)) };
}

/** Its parts where there are any, otherwise its words. */
export function replyToSlack({ text, parts = [] }: Reply): SlackMessage {
  return toSlack({ summary: text, parts: parts.length > 0 ? parts : [{ part: "text", text }] });
}

/** What is left where charts are not taken: their words are elsewhere in the message. */
export function withoutCharts<T extends { parts?: Part[] }>(shown: T): T {
  return shown.parts ? { ...shown, parts: shown.parts.filter(({ part }) => part !== "chart") } : shown;
}

/** For modals and the Home page, whose blocks may be longer and more, up to 100. They take no charts. */
export function viewBlocks(parts: Part[], most: number): KnownBlock[] {
  const blocks = withoutCharts({ parts }).parts.flatMap(blocksOf);
  return blocks.length <= most ? blocks : [...blocks.slice(0, most - 1), missing()];
}

function blocksOf(part: Part): KnownBlock | KnownBlock[] {
  switch (part.part) {
    case "heading":
      return [{ type: "header", text: { type: "plain_text", text: cut(part.text, LIMITS.heading), emoji: false } }];
    case "text":
      return [richText([section(part.text)])];
    case "facts":
      return [
        richText([
          section(
            part.facts.flatMap(({ label, value }, i): Text => [i === 0 ? "" : "\n", { bold: label }, "  ", ...value]),
          ),
        ]),
      ];
    case "output":
      return [
        richText([
          { type: "rich_text_preformatted", elements: [{ type: "text", text: cut(part.text, LIMITS.output) }] },
        ]),
      ];
    case "note":
      return [
        {
          type: "context",
          elements: [{ type: "mrkdwn", text: cut(toMrkdwn(part.text), LIMITS.note), verbatim: true }],
        },
      ];
    case "chart":
      return chartBlock(part.chart) ?? [];
    case "line":
      return [{ type: "divider" }];
    case "buttons":
      return rowsOf(part.buttons).map((buttons) => ({ type: "actions", elements: buttons.map(buttonOf) }));
  }
}

function section(text: Text): RichElement {
  return { type: "rich_text_section", elements: toRichText(cutText(text)) };
}

function richText(elements: RichElement[]): KnownBlock {
  return { type: "rich_text", elements } as unknown as KnownBlock;
}

/** Slack refuses a row in which two buttons do the same, such as to two targets: then there are two rows. */
function rowsOf(buttons: Button[]): Button[][] {
  const rows: Button[][] = [];
  for (const button of buttons) {
    const row = rows.at(-1);
    const fits = row && row.length < LIMITS.buttonsInRow && row.every(({ action }) => action !== button.action);
    if (fits) row.push(button);
    else rows.push([button]);
  }
  return rows;
}

function buttonOf({ action, value, label, style, confirm }: Button) {
  const text = (words: string, limit: number) => ({
    type: "plain_text" as const,
    text: cut(words, limit),
    emoji: false,
  });
  return {
    type: "button" as const,
    action_id: action,
    value,
    text: text(label, LIMITS.label),
    accessibility_label: cut(label, LIMITS.label),
    ...(style === "plain" ? {} : { style }),
    ...(confirm
      ? {
          confirm: {
            title: text(confirm.title, LIMITS.title),
            text: text(confirm.text, LIMITS.confirmText),
            confirm: text(confirm.yes, LIMITS.confirmButton),
            deny: text(confirm.no, LIMITS.confirmButton),
            ...(style === "plain" ? {} : { style }),
          },
        }
      : {}),
  };
}

/** Slack refuses messages with too many blocks or too long ones: charts make room first, then the last ones before the buttons, and it is said. */
function withinLimits(all: KnownBlock[]): KnownBlock[] {
  const size = (list: KnownBlock[]) => JSON.stringify(list).length;
  const fits = (list: KnownBlock[]) => list.length <= LIMITS.blocks && size(list) <= LIMITS.all;
  let blocks = fewerCharts(all, LIMITS.charts);
  for (let charts = LIMITS.charts; charts > 0 && !fits(blocks); charts--) blocks = fewerCharts(blocks, charts - 1);
  if (fits(blocks)) return blocks;
  const rows = blocks.filter(({ type }) => type === "actions");
  const kept = rows.length <= LIMITS.keptRows ? rows : [];
  const rest = blocks.filter((block) => !kept.includes(block));
  const tooMuch = () => rest.length + kept.length >= LIMITS.blocks || size([...rest, ...kept]) > LIMITS.all - 200;
  while (rest.length > 0 && tooMuch()) rest.pop();
  return [...rest, missing(), ...kept];
}

function fewerCharts(blocks: KnownBlock[], most: number): KnownBlock[] {
  let charts = 0;
  return blocks.filter(({ type }) => (type as string) !== "data_visualization" || ++charts <= most);
}

function missing(): KnownBlock {
  return richText([section(["… there is more than fits here."])]);
}

/** The pieces that fit; words that stand on the edge are cut, and nothing else is taken apart. */
function cutText(text: Text): Text {
  let room = LIMITS.text;
  const fitting: Piece[] = [];
  for (const piece of text) {
    const length = plain([piece]).length;
    if (length > room) return [...fitting, typeof piece === "string" ? cut(piece, Math.max(room, 1)) : "…"];
    room -= length;
    fitting.push(piece);
  }
  return fitting;
}
