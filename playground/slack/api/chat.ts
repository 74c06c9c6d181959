// chat.*: messages of the app. Who may post where, and what may be changed afterwards.

import { type Fields, text } from "../json.ts";
import { Refused } from "../refused.ts";
import {
  checkedAttachments,
  checkedBlocks,
  checkedMetadata,
  postedText,
  textOf,
  updatedText,
} from "../rules/message.ts";
import { withIds } from "../rules/view.ts";
import type { Channel, Message } from "../types.ts";
import { isReply } from "../workspace.ts";
import { type Asked, bot, type Method } from "./method.ts";
import { wireMessage } from "./wire.ts";

export const chat: Record<string, Method> = {
  "chat.postMessage": bot(["chat:write"], (asked) => {
    const channel = postable(asked);
    const message = asked.stand.workspace.add({
      ...content(asked),
      channel: channel.id,
      ...threadOf(asked, channel),
      ...metadataOf(asked),
    });
    const wire = wireMessage(asked.stand, message, true);
    return { channel: channel.id, ts: message.ts, message: wire, ...warnings(asked) };
  }),

  "chat.postEphemeral": bot(["chat:write"], (asked) => {
    const channel = postable(asked);
    const reader = asked.text("user");
    if (!channel.members.includes(reader)) throw new Refused("user_not_in_channel");
    const message = asked.stand.workspace.add({
      ...content(asked),
      channel: channel.id,
      onlyFor: reader,
      ...(asked.has("thread_ts") && { thread_ts: asked.text("thread_ts") }),
    });
    return { message_ts: message.ts };
  }),

  "chat.update": bot(["chat:write"], (asked) => {
    const message = own(asked, "cant_update_message");
    if (asked.stand.faults.isEditWindowClosed) throw new Refused("edit_window_closed");
    const blocks = checkedBlocks(asked.json("blocks"));
    const attachments = checkedAttachments(asked.json("attachments"));
    const said = updatedText(asked.text("text"));
    if (said === "" && !blocks && !attachments) throw new Refused("no_text");
    const metadata = checkedMetadata(asked.json("metadata"));
    asked.stand.workspace.change(message, (old) => {
      const isPlain = !blocks && old.text !== said;
      old.text = said || textOf(blocks ?? []);
      // Text without blocks takes the blocks away; attachments and metadata stay when they are left out.
      old.blocks = blocks?.length ? withIds(blocks) : undefined;
      if (attachments) old.attachments = attachments;
      if (metadata) old.metadata = metadata;
      // Slack marks an edit of plain text only.
      if (isPlain) old.edited = { user: asked.stand.workspace.bot.userId, ts: asked.stand.workspace.nextTs() };
    });
    return {
      channel: message.channel,
      ts: message.ts,
      text: message.text,
      message: wireMessage(asked.stand, message, true),
    };
  }),

  "chat.delete": bot(["chat:write"], (asked) => {
    const message = own(asked, "cant_delete_message");
    asked.stand.workspace.remove(message);
    return { channel: message.channel, ts: message.ts };
  }),

  "chat.getPermalink": bot([], (asked) => {
    const channel = asked.channel();
    const message = asked.stand.workspace.find(channel.id, asked.text("message_ts"));
    if (!message || message.onlyFor) throw new Refused("message_not_found");
    const thread = isReply(message) ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : "";
    return {
      channel: channel.id,
      permalink: `${asked.stand.origin}/archives/${channel.id}/p${message.ts.replace(".", "")}${thread}`,
    };
  }),
};

/** The channel, when the app may post there. */
function postable(asked: Asked): Channel {
  const channel = asked.channel();
  if (channel.isArchived) throw new Refused("is_archived");
  if (channel.directWith && !asked.stand.manifest.hasMessages) throw new Refused("messages_tab_disabled");
  const mayAnywhere = asked.stand.manifest.botScopes.includes("chat:write.public") && !channel.isPrivate;
  if (!channel.isMember && !mayAnywhere) throw new Refused("not_in_channel");
  return channel;
}

function content(asked: Asked): Pick<Message, "text" | "blocks" | "attachments" | "user" | "bot_id" | "app_id"> {
  const blocks = checkedBlocks(asked.json("blocks"));
  const attachments = checkedAttachments(asked.json("attachments"));
  const said = postedText(asked.text("text"));
  if (said.trim() === "" && !blocks?.length && !attachments?.length) throw new Refused("no_text");
  const { bot: self } = asked.stand.workspace;
  return {
    user: self.userId,
    bot_id: self.botId,
    app_id: self.appId,
    text: said || textOf(blocks ?? []),
    ...(blocks?.length && { blocks: withIds(blocks) }),
    ...(attachments && { attachments }),
  };
}

function threadOf(asked: Asked, channel: Channel): Pick<Message, "thread_ts" | "subtype"> {
  if (!asked.has("thread_ts")) return {};
  const ts = asked.text("thread_ts");
  if (!/^\d+\.\d{6}$/.test(ts)) throw new Refused("invalid_thread_ts");
  const parent = asked.stand.workspace.find(channel.id, ts);
  if (!parent) throw new Refused("thread_not_found");
  if (parent.onlyFor) throw new Refused("cannot_reply_to_message");
  const broadcast = asked.yes("reply_broadcast") ? { subtype: "thread_broadcast" } : {};
  return { thread_ts: parent.thread_ts ?? parent.ts, ...broadcast };
}

function metadataOf(asked: Asked): Pick<Message, "metadata"> {
  const metadata = checkedMetadata(asked.json("metadata"));
  return metadata ? { metadata } : {};
}

/** One of the app's own messages. An ephemeral one cannot be reached at all. */
function own(asked: Asked, otherwise: string): Message {
  const channel = asked.stand.workspace.channels.find((one) => one.id === asked.text("channel"));
  if (!channel || (channel.isPrivate && !channel.isMember)) throw new Refused("channel_not_found");
  const message = asked.stand.workspace.find(channel.id, asked.text("ts"));
  if (!message || message.onlyFor) throw new Refused("message_not_found");
  if (channel.isArchived) throw new Refused("is_archived");
  if (message.bot_id === undefined) throw new Refused(otherwise);
  return message;
}

function warnings(asked: Asked): Fields {
  const isSilent = text(asked.text("text")) === "" && asked.has("blocks");
  if (!isSilent) return {};
  return { warning: "missing_text_in_message", response_metadata: { warnings: ["missing_text_in_message"] } };
}
