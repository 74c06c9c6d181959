// conversations.*: channels, their members and what was said in them.

import { type Fields, yes } from "../json.ts";
import { Refused } from "../refused.ts";
import type { Channel, Message } from "../types.ts";
import { type Asked, bot, type Method, page } from "./method.ts";
import { wireChannel, wireMessage } from "./wire.ts";

/** Scopes by the kind of channel: `channels:read`, `groups:read`, `im:read`. */
function scopeFor(channel: Channel, what: string): string[] {
  return [`${channel.directWith ? "im" : channel.isPrivate ? "groups" : "channels"}:${what}`];
}

const anyReading = ["channels:read", "groups:read", "im:read", "mpim:read"];
const anyHistory = ["channels:history", "groups:history", "im:history", "mpim:history"];
const kinds = { public_channel: "channels:read", private_channel: "groups:read", im: "im:read", mpim: "mpim:read" };

export const conversations: Record<string, Method> = {
  "conversations.list": bot(anyReading, (asked) => {
    const types = (asked.text("types") || "public_channel").split(",").map((one) => one.trim());
    for (const type of types) {
      const scope = kinds[type as keyof typeof kinds];
      if (!scope) throw new Refused("invalid_types");
      asked.need([scope]);
    }
    const all = asked.stand.workspace.channels.filter((channel) => {
      const type = channel.directWith ? "im" : channel.isPrivate ? "private_channel" : "public_channel";
      const isSeen = types.includes(type) && (!channel.isPrivate || channel.isMember);
      return isSeen && !(asked.yes("exclude_archived") && channel.isArchived);
    });
    const { items, next } = page(asked, all);
    return { channels: items.map(wireChannel), ...next };
  }),

  "conversations.info": bot(anyReading, (asked) => {
    const channel = byId(asked);
    asked.need(scopeFor(channel, "read"));
    return { channel: wireChannel(channel) };
  }),

  "conversations.members": bot(anyReading, (asked) => {
    const channel = byId(asked);
    asked.need(scopeFor(channel, "read"));
    const self = channel.isMember ? [asked.stand.workspace.bot.userId] : [];
    const { items, next } = page(asked, [...channel.members, ...self]);
    return { members: items, ...next };
  }),

  "conversations.history": bot(anyHistory, (asked) => {
    const channel = readable(asked);
    const newestFirst = asked.stand.workspace.listed(channel.id).filter(isPublic).filter(within(asked)).reverse();
    return messages(asked, newestFirst);
  }),

  "conversations.replies": bot(anyHistory, (asked) => {
    const channel = readable(asked);
    const { workspace } = asked.stand;
    const named = workspace.find(channel.id, asked.text("ts"));
    const root = named?.thread_ts ? workspace.find(channel.id, named.thread_ts) : named;
    if (!root || root.onlyFor) throw new Refused("thread_not_found");
    const replies = workspace.replies(channel.id, root.ts).filter(isPublic).filter(within(asked));
    return messages(asked, [root, ...replies]);
  }),

  "conversations.open": bot(["im:write", "mpim:write", "channels:manage", "groups:write"], (asked) => {
    const person = asked.stand.workspace.people.find((one) => one.id === asked.text("users"));
    if (!person) throw new Refused(asked.has("users") ? "user_not_found" : "users_list_not_supplied");
    return { channel: wireChannel(asked.stand.workspace.directWith(person.id)) };
  }),

  "conversations.join": bot(["channels:join"], (asked) => {
    const channel = byId(asked);
    if (channel.isArchived) throw new Refused("is_archived");
    if (channel.isPrivate) throw new Refused("method_not_supported_for_channel_type");
    const warning = channel.isMember ? { warning: "already_in_channel" } : {};
    channel.isMember = true;
    asked.stand.workspace.changes.tell({ kind: "channels" });
    return { channel: wireChannel(channel), ...warning };
  }),
};

/** These methods take ids only, no names. */
function byId(asked: Asked): Channel {
  const channel = asked.channel();
  if (channel.id !== asked.text("channel")) throw new Refused("channel_not_found");
  return channel;
}

function readable(asked: Asked): Channel {
  const channel = byId(asked);
  asked.need(scopeFor(channel, "history"));
  if (!channel.isMember) throw new Refused("not_in_channel");
  return channel;
}

function isPublic(message: Message): boolean {
  return message.onlyFor === undefined;
}

function within(asked: Asked): (message: Message) => boolean {
  const oldest = Number(asked.text("oldest") || 0);
  const latest = Number(asked.text("latest") || Number.MAX_SAFE_INTEGER);
  const isInclusive = yes(asked.text("inclusive"));
  return ({ ts }) => {
    const at = Number(ts);
    return isInclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

function messages(asked: Asked, all: Message[]): Fields {
  const { items, next } = page(asked, all);
  const hasMore = next.response_metadata !== undefined && items.at(-1) !== all.at(-1);
  const withMetadata = asked.yes("include_all_metadata");
  return { messages: items.map((one) => wireMessage(asked.stand, one, withMetadata)), has_more: hasMore, ...next };
}
