// files.*: an upload in three steps, as the SDK does it: ask for an address, send the bytes there, say that it is complete.

import { type Fields, fields, text } from "../json.ts";
import { Refused } from "../refused.ts";
import type { Channel } from "../types.ts";
import { type Asked, bot, type Method } from "./method.ts";
import { wireFile } from "./wire.ts";

export const uploads: Record<string, Method> = {
  "files.getUploadURLExternal": bot(["files:write"], (asked) => {
    const length = Number(asked.text("length"));
    if (!asked.has("filename") || !Number.isInteger(length) || length <= 0) throw new Refused("invalid_arguments");
    const { ticket, file } = asked.stand.files.announce(asked.text("filename"), length, asked.text("alt_text"));
    return { upload_url: `${asked.stand.origin}/upload/${ticket}`, file_id: file.id };
  }),

  "files.completeUploadExternal": bot(["files:write"], (asked) => {
    const channel = asked.has("channel_id") ? sharedIn(asked) : undefined;
    const files = asked.list("files").map((one) => complete(asked, fields(one)));
    if (files.length === 0) throw new Refused("invalid_arguments");
    if (channel) {
      const { bot: self } = asked.stand.workspace;
      asked.stand.workspace.add({
        ...{ channel: channel.id, user: self.userId, bot_id: self.botId, app_id: self.appId },
        ...{ text: asked.text("initial_comment"), files },
        ...(asked.has("thread_ts") && { thread_ts: asked.text("thread_ts") }),
      });
    }
    return { files };
  }),

  "files.info": bot(["files:read"], (asked) => {
    const file = asked.stand.files.find(asked.text("file"));
    if (!file?.isComplete) throw new Refused("file_not_found");
    return { file: wireFile(asked.stand, file) };
  }),
};

function sharedIn(asked: Asked): Channel {
  const channel = asked.channel("channel_id");
  if (channel.isArchived) throw new Refused("is_archived");
  if (!channel.isMember) throw new Refused("not_in_channel");
  return channel;
}

function complete(asked: Asked, given: Fields): Fields {
  const file = asked.stand.files.find(text(given.id));
  if (!file?.content) throw new Refused("file_not_found");
  if (file.content.length !== file.announcedLength) throw new Refused("file_update_failed");
  file.isComplete = true;
  if (given.title !== undefined) file.title = text(given.title);
  return wireFile(asked.stand, file);
}
