// What a message must be before it is taken: text or blocks, within Slack's sizes. Throws `Refused`.

import { fields, isFields, list, text } from "../json.ts";
import { Refused, refusedFor } from "../refused.ts";
import type { Attachment, Block } from "../types.ts";
import { blockMistakes } from "./blocks.ts";

/** Undocumented at Slack, met in practice: all blocks of a message as JSON. */
const MOST_BLOCK_CHARACTERS = 13_200;
const MOST_ATTACHMENTS = 100;
const LONGEST_TEXT = 40_000;
/** `chat.update` refuses what `chat.postMessage` still takes. */
const LONGEST_UPDATE = 4_000;

export function checkedBlocks(value: unknown): Block[] | undefined {
  if (value === undefined || value === "") return undefined;
  if (!Array.isArray(value)) throw new Refused("invalid_blocks_format");
  const mistakes = blockMistakes(value, "message");
  if (mistakes.length > 0) throw refusedFor("invalid_blocks", mistakes);
  if (JSON.stringify(value).length > MOST_BLOCK_CHARACTERS) throw new Refused("msg_blocks_too_long");
  return value.filter(isFields) as Block[];
}

export function checkedAttachments(value: unknown): Attachment[] | undefined {
  if (value === undefined || value === "") return undefined;
  if (!Array.isArray(value)) throw new Refused("invalid_attachments");
  if (value.length > MOST_ATTACHMENTS) throw new Refused("too_many_attachments");
  const mistakes = value.flatMap((one, at) =>
    isFields(one) && one.blocks !== undefined ? blockMistakes(one.blocks, "message", `/attachments/${at}/blocks`) : [],
  );
  if (mistakes.length > 0) throw refusedFor("invalid_attachments", mistakes);
  return value.filter(isFields);
}

export function checkedMetadata(
  value: unknown,
): { event_type: string; event_payload: Record<string, unknown> } | undefined {
  if (value === undefined || value === "") return undefined;
  if (!isFields(value)) throw new Refused("invalid_metadata_format");
  if (text(value.event_type) === "" || !isFields(value.event_payload)) throw new Refused("invalid_metadata_schema");
  return { event_type: text(value.event_type), event_payload: value.event_payload };
}

/** What was typed is cut at 40,000 characters, as Slack does. */
export function postedText(value: unknown): string {
  return text(value).slice(0, LONGEST_TEXT);
}

export function updatedText(value: unknown): string {
  if (text(value).length > LONGEST_UPDATE) throw new Refused("msg_too_long");
  return text(value);
}

/** What Slack makes of blocks where only text can be shown. */
export function textOf(blocks: Block[]): string {
  const parts = blocks.flatMap((block) => [
    text(block.title),
    text(fields(block.text).text),
    ...list(block.fields).map((one) => text(fields(one).text)),
    ...(block.type === "context" ? list(block.elements).map((one) => text(fields(one).text)) : []),
  ]);
  return parts.filter((part) => part !== "").join(" ");
}
