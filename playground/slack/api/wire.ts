// How people, channels, files and messages look in answers and payloads.

import type { StoredFile } from "../files.ts";
import type { Fields } from "../json.ts";
import type { Stand } from "../stand.ts";
import type { Channel, Group, Message, Person } from "../types.ts";

export function wirePerson(stand: Stand, person: Person): Fields {
  const mayEmail = stand.manifest.botScopes.includes("users:read.email");
  return {
    id: person.id,
    team_id: stand.workspace.team.id,
    name: person.name,
    real_name: person.realName,
    deleted: false,
    is_bot: false,
    is_app_user: false,
    tz: person.tz,
    tz_label: person.tz,
    tz_offset: zoneOffsetSeconds(person.tz),
    profile: {
      real_name: person.realName,
      display_name: person.name,
      display_name_normalized: person.name,
      ...(mayEmail && { email: person.email }),
    },
  };
}

/** Seconds east of UTC, now. */
function zoneOffsetSeconds(zone: string): number {
  const name = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" })
    .formatToParts(new Date())
    .find((part) => part.type === "timeZoneName");
  const [, sign = "+", hours = "0", minutes = "0"] = /GMT([+-])(\d+):(\d+)/.exec(name?.value ?? "") ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

export function wireBot(stand: Stand): Fields {
  const { bot, team } = stand.workspace;
  return {
    id: bot.userId,
    team_id: team.id,
    name: bot.name,
    real_name: stand.manifest.botName,
    deleted: false,
    is_bot: true,
    tz: "Etc/UTC",
    tz_offset: 0,
    profile: { real_name: stand.manifest.botName, bot_id: bot.botId, api_app_id: bot.appId },
  };
}

export function wireChannel(channel: Channel): Fields {
  if (channel.directWith) return { id: channel.id, is_im: true, user: channel.directWith, is_archived: false };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.isPrivate,
    is_group: channel.isPrivate,
    is_im: false,
    is_private: channel.isPrivate,
    is_archived: channel.isArchived,
    is_member: channel.isMember,
    num_members: channel.members.length + (channel.isMember ? 1 : 0),
    topic: { value: channel.topic, creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
  };
}

export function wireGroup(stand: Stand, group: Group): Fields {
  return {
    id: group.id,
    team_id: stand.workspace.team.id,
    is_usergroup: true,
    handle: group.handle,
    name: group.name,
    date_delete: 0,
    user_count: group.members.length,
  };
}

/** Without what only the stand-in knows; metadata is given to those who ask for it. */
export function wireMessage(stand: Stand, message: Message, withMetadata = false): Fields {
  const { onlyFor: _onlyFor, changes: _changes, channel: _channel, metadata, ...rest } = message;
  const isBots = message.bot_id !== undefined;
  const profile = { id: stand.workspace.bot.botId, name: stand.manifest.botName, app_id: stand.workspace.bot.appId };
  return {
    ...rest,
    team: stand.workspace.team.id,
    ...(isBots && { bot_profile: profile }),
    ...(withMetadata && metadata && { metadata }),
  };
}

export function wireFile(stand: Stand, file: StoredFile): Fields {
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype: file.mimeType,
    filetype: file.name.split(".").at(-1) ?? "",
    size: file.content?.length ?? 0,
    alt_txt: file.altText,
    created: Math.floor(file.createdAt / 1000),
    url_private: `${stand.origin}/files/${file.id}/${encodeURIComponent(file.name)}`,
    user: stand.workspace.bot.userId,
  };
}
