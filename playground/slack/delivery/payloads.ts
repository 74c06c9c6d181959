// The payloads that Slack sends to an app, field by field.

import { wireMessage } from "../api/wire.ts";
import type { Fields } from "../json.ts";
import { secret } from "../names.ts";
import type { Stand } from "../stand.ts";
import type { Channel, Message, Person } from "../types.ts";

/** A verification token, as old apps know it; nothing may rely on it. */
const OLD_TOKEN = "playground";

export function commandPayload(
  stand: Stand,
  typed: { person: Person; channel: Channel; command: string; text: string },
): Fields {
  const { person, channel } = typed;
  const { team, bot } = stand.workspace;
  const answerTo = stand.responseUrls.issue({ channel: channel.id, person: person.id });
  return {
    token: OLD_TOKEN,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channel.directWith ? "directmessage" : channel.name,
    user_id: person.id,
    user_name: person.name,
    command: typed.command,
    text: typed.text,
    api_app_id: bot.appId,
    is_enterprise_install: "false",
    response_url: responseUrl(stand, answerTo),
    trigger_id: stand.triggers.issue(person.id),
  };
}

/** What every interactive payload carries. */
function interactive(stand: Stand, type: string, person: Person): Fields {
  const { team, bot } = stand.workspace;
  return {
    type,
    user: { id: person.id, username: person.name, name: person.name, team_id: team.id },
    api_app_id: bot.appId,
    token: OLD_TOKEN,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: stand.triggers.issue(person.id),
  };
}

export interface Pressed {
  person: Person;
  action: Fields;
  /** What stands in the menus and inputs around it, by block and action id. */
  values: Fields;
}

export function messageActionPayload(stand: Stand, message: Message, pressed: Pressed): Fields {
  const { person, action, values } = pressed;
  const channel = stand.workspace.channel(message.channel);
  const isEphemeral = message.onlyFor !== undefined;
  const thread = message.thread_ts ? { thread_ts: message.thread_ts } : {};
  const answerTo = stand.responseUrls.issue({
    ...{ channel: message.channel, person: person.id, messageTs: message.ts },
    ...(message.thread_ts && message.thread_ts !== message.ts && { threadTs: message.thread_ts }),
  });
  return {
    ...interactive(stand, "block_actions", person),
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...thread,
    },
    channel: { id: message.channel, name: channel?.directWith ? "directmessage" : channel?.name },
    // Slack keeps nothing of an ephemeral message, so the payload doesn't carry it either.
    ...(!isEphemeral && { message: wireMessage(stand, message, true) }),
    state: { values },
    response_url: responseUrl(stand, answerTo),
    actions: [action],
  };
}

export function viewActionPayload(stand: Stand, view: Fields, pressed: Pressed): Fields {
  return {
    ...interactive(stand, "block_actions", pressed.person),
    container: { type: "view", view_id: view.id },
    view,
    actions: [pressed.action],
  };
}

export function viewPayload(
  stand: Stand,
  type: "view_submission" | "view_closed",
  of: { person: Person; view: Fields },
): Fields {
  const { trigger_id, ...rest } = interactive(stand, type, of.person);
  const more = type === "view_closed" ? { is_cleared: false } : { trigger_id, response_urls: [] };
  return { ...rest, view: of.view, ...more };
}

export function eventPayload(stand: Stand, event: Fields): Fields {
  const { team, bot } = stand.workspace;
  return {
    token: OLD_TOKEN,
    team_id: team.id,
    api_app_id: bot.appId,
    event,
    type: "event_callback",
    event_id: `Ev${secret(9).toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: bot.userId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
  };
}

function responseUrl(stand: Stand, id: string): string {
  return `${stand.origin}/respond/${id}`;
}
