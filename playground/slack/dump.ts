// The workspace as text: what somebody sees who waited in vain for something, and the visible words of a message for tests.

import { type Fields, fields, isFields, list, text } from "./json.ts";
import type { Stand } from "./stand.ts";
import type { Block, Message } from "./types.ts";
import { isReply } from "./workspace.ts";

/** Everything a reader sees of a message, blocks and attachments included, one line per part. */
export function words(message: Message): string {
  const inBlocks = [...(message.blocks ?? []), ...(message.attachments ?? []).flatMap((one) => one.blocks ?? [])];
  const inAttachments = (message.attachments ?? []).flatMap((one) => [text(one.title), text(one.text)]);
  const parts = message.blocks?.length ? [] : [message.text];
  return [...parts, ...inAttachments, ...inBlocks.flatMap(blockWords)].filter((part) => part !== "").join("\n");
}

export function blockWords(block: Block): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    else if (isFields(value)) visitFields(value, found, visit);
  };
  visit(block);
  return found;
}

function visitFields(value: Fields, found: string[], visit: (value: unknown) => void): void {
  if (/^rich_text_(section|quote|preformatted)$/.test(text(value.type))) {
    found.push(list(value.elements).filter(isFields).map(pieceWords).join(""));
    return;
  }
  for (const name of ["text", "title", "alt_text", "label"]) {
    if (typeof value[name] === "string") found.push(value[name]);
  }
  // A confirm dialog is not seen before the button is pressed.
  for (const [name, inside] of Object.entries(value)) {
    if (name !== "confirm") visit(inside);
  }
}

/** A part of a line of rich text; mentions as they look in markup. */
function pieceWords(piece: Fields): string {
  if (piece.type === "user") return `<@${text(piece.user_id)}>`;
  if (piece.type === "usergroup") return `<!subteam^${text(piece.usergroup_id)}>`;
  if (piece.type === "broadcast") return `<!${text(piece.range)}>`;
  return text(piece.text) || text(piece.fallback) || text(piece.url);
}

export interface Button {
  actionId: string;
  text: string;
  value: string;
  style: string;
  confirm?: Fields;
}

/** The buttons of a message, in reading order. */
export function buttons(message: Message): Button[] {
  const blocks = [...(message.blocks ?? []), ...(message.attachments ?? []).flatMap((one) => one.blocks ?? [])];
  const elements = blocks.flatMap((block) => [...list(block.elements), block.accessory]).filter(isFields);
  return elements
    .filter((one) => one.type === "button")
    .map((one) => ({
      actionId: text(one.action_id),
      text: text(fields(one.text).text),
      value: text(one.value),
      style: text(one.style),
      ...(isFields(one.confirm) && { confirm: one.confirm }),
    }));
}

/** Channels with their messages and the last calls and payloads. */
export function dump(stand: Stand): string {
  const { workspace } = stand;
  const line = (message: Message): string => {
    const who = message.bot_id ? stand.manifest.botName : (workspace.person(message.user)?.name ?? message.user);
    const reader = message.onlyFor ? ` (only for ${message.onlyFor})` : "";
    const indent = isReply(message) ? "    " : "  ";
    return `${indent}${message.ts} ${who}${reader}: ${words(message).replaceAll("\n", ` | `)}`;
  };
  const channels = workspace.channels.flatMap((channel) => [
    `${channel.directWith ? `direct with ${channel.directWith}` : `#${channel.name}`}:`,
    ...workspace.all(channel.id).map(line),
  ]);
  const calls = stand.calls
    .slice(-20)
    .map((call) => `  ${call.method} -> ${call.answer.ok === true ? "ok" : text(call.answer.error)}`);
  const payloads = stand.delivery.payloads
    .slice(-10)
    .map((one) => `  ${one.kind} ${text(one.payload.command ?? one.payload.type)}: ${one.outcome}`);
  return [
    ...channels,
    `open sockets: ${stand.sockets.count}`,
    "last calls:",
    ...calls,
    "last payloads:",
    ...payloads,
  ].join("\n");
}
