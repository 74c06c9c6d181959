// What an app says to a command: in the acknowledgement or later, to the response URL. Posts, replaces or deletes.

import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, sendJson } from "../http.ts";
import { type Fields, fields, isFields, parsed, text, yes } from "../json.ts";
import { Refused } from "../refused.ts";
import { checkedAttachments, checkedBlocks, postedText, textOf } from "../rules/message.ts";
import { withIds } from "../rules/view.ts";
import type { Stand } from "../stand.ts";
import type { Message } from "../types.ts";
import type { Origin } from "./response-urls.ts";

/** Answers `POST /respond/<id>`: 404 for an id that is unknown, late or used up, 400 for a message that breaks the rules. */
export async function answerResponseUrl(
  stand: Stand,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = (request.url ?? "").split("/").at(-1) ?? "";
  const body = parsed((await readBody(request)).toString());
  const origin = stand.responseUrls.use(id);
  const refuse = (status: number, error: string): void => sendJson(response, status, { body: { ok: false, error } });
  if (typeof origin === "string") return refuse(404, origin);
  if (!isFields(body)) return refuse(400, "invalid_payload");
  try {
    respond(stand, origin, body);
    sendJson(response, 200, { body: { ok: true } });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refuse(400, error.error);
  }
}

/** Returns the message that came of it; undefined when one was deleted. Throws `Refused`. */
export function respond(stand: Stand, origin: Origin, body: Fields): Message | undefined {
  const original = origin.messageTs ? stand.workspace.find(origin.channel, origin.messageTs) : undefined;
  if (yes(body.delete_original)) {
    if (original) stand.workspace.remove(original);
    return undefined;
  }
  const content = contentOf(body);
  if (original && yes(body.replace_original))
    return stand.workspace.change(original, (old) => Object.assign(old, content));
  const { bot } = stand.workspace;
  return stand.workspace.add({
    ...{ channel: origin.channel, user: bot.userId, bot_id: bot.botId, app_id: bot.appId },
    ...content,
    ...(text(body.response_type) !== "in_channel" && { onlyFor: origin.person }),
    ...threadOf(origin, body),
  });
}

function threadOf(origin: Origin, body: Fields): { thread_ts?: string } {
  const ts = text(body.thread_ts) || origin.threadTs;
  return ts ? { thread_ts: ts } : {};
}

function contentOf(body: Fields): Pick<Message, "text" | "blocks" | "attachments"> {
  const blocks = checkedBlocks(body.blocks);
  const attachments = checkedAttachments(body.attachments);
  const said = postedText(body.text);
  if (said === "" && !blocks?.length && !attachments?.length) throw new Refused("no_text");
  return {
    text: said || textOf(blocks ?? []),
    blocks: blocks?.length ? withIds(blocks) : undefined,
    attachments,
  };
}

/** The body of an acknowledgement as something to show; undefined when the app acknowledged without a word. */
export function shownByAck(answer: unknown): Fields | undefined {
  if (typeof answer === "string") return answer.trim() === "" ? undefined : { text: answer };
  const body = fields(answer);
  return body.text || body.blocks || body.attachments ? body : undefined;
}
