// Text as Slack's mrkdwn and as rich text elements. Plain words stay words in both: nothing in them mentions, links or formats.

import type { Piece, Text, TimeShown } from "../../chat/text.ts";
import { harmless, utc } from "../../chat/text.ts";

const INVISIBLE = "\u200b";

/** Slack reads `<`, `>` and `&` as its own, `*_~` and back-ticks as formatting, and `>` at the start of a line as a quote. */
export function escapeWords(words: string): string {
  const escaped = harmless(words).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.replace(/[*_~`]/g, `${INVISIBLE}$&${INVISIBLE}`).replace(/^(?=&gt;)/gm, INVISIBLE);
}

export function toMrkdwn(text: Text): string {
  return text.map(pieceToMrkdwn).join("");
}

function pieceToMrkdwn(piece: Piece): string {
  if (typeof piece === "string") return escapeWords(piece);
  if ("link" in piece) return `<${escapeUrl(piece.link)}|${escapeWords(piece.label).replaceAll("|", "¦")}>`;
  if ("mention" in piece) return piece.mention.startsWith("S") ? `<!subteam^${piece.mention}>` : `<@${piece.mention}>`;
  if ("bold" in piece) return `*${escapeWords(piece.bold)}*`;
  if ("code" in piece) return `\`${harmless(piece.code).replace(/[&<>`]/g, replaceInCode)}\``;
  if ("besideLocal" in piece) return escapeWords(piece.besideLocal);
  return `<!date^${Math.floor(piece.time / 1000)}^${format(piece.show)}|${utc(piece.time, piece.show)}>`;
}

function replaceInCode(character: string): string {
  return { "&": "&amp;", "<": "&lt;", ">": "&gt;" }[character] ?? "ˋ";
}

function escapeUrl(url: string): string {
  return url.replaceAll("|", "%7C").replaceAll(">", "%3E").replaceAll("<", "%3C").replaceAll("&", "&amp;");
}

function format(show: TimeShown): string {
  return { clock: "{time}", precise: "{time_secs}", date: "{date_short_pretty} at {time}" }[show];
}

export type RichElement = Record<string, unknown>;

/** Elements of a `rich_text_section`. */
export function toRichText(text: Text): RichElement[] {
  return text
    .map(harmlessPiece)
    .filter((piece) => !isEmpty(piece))
    .map(pieceToRichText);
}

function harmlessPiece(piece: Piece): Piece {
  if (typeof piece === "string") return harmless(piece);
  if ("bold" in piece) return { bold: harmless(piece.bold) };
  if ("code" in piece) return { code: harmless(piece.code) };
  return "link" in piece ? { ...piece, label: harmless(piece.label) } : piece;
}

/** Slack refuses a whole message for one element without text, such as the subject of a commit that has none. */
function isEmpty(piece: Piece): boolean {
  if (typeof piece === "string") return piece === "";
  return ("bold" in piece && piece.bold === "") || ("code" in piece && piece.code === "");
}

function pieceToRichText(piece: Piece): RichElement {
  if (typeof piece === "string") return { type: "text", text: piece };
  if ("link" in piece) return { type: "link", url: piece.link, text: piece.label };
  if ("mention" in piece) {
    return piece.mention.startsWith("S")
      ? { type: "usergroup", usergroup_id: piece.mention }
      : { type: "user", user_id: piece.mention };
  }
  if ("bold" in piece) return { type: "text", text: piece.bold, style: { bold: true } };
  if ("code" in piece) return { type: "text", text: piece.code, style: { code: true } };
  if ("besideLocal" in piece) return { type: "text", text: piece.besideLocal };
  return {
    type: "date",
    timestamp: Math.floor(piece.time / 1000),
    format: format(piece.show),
    fallback: utc(piece.time, piece.show),
  };
}
