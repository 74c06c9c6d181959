// Asks Slack before anything starts: are the tokens good, are the scopes there, is the bot in its channels? Bolt itself would end in a stack trace or
// wait for ever.

import { type WebAPICallResult, WebAPIHTTPError, WebAPIPlatformError, type WebClient } from "@slack/web-api";
import type { SlackProblem } from "../../chat/sentences/startup.ts";
import { troubleOf } from "./troubles.ts";

/**
 * What the product cannot do without; user groups are asked for only when the configuration names one.
 * - `channels:read` and `groups:read` give ids for the channels of the configuration and say whether the bot is in them;
 * - `channels:history`, `groups:history` and `im:history` find a message whose posting got no answer, so that it is not posted twice;
 * - `im:write` opens the direct conversation with a person;
 * - `users:read` gives a person's time zone, for "until 15:00".
 *
 * The Home tab, forms and their events need none. A token tells its scopes only, not whether the Home tab is switched on.
 */
const SCOPES = [
  ...["commands", "chat:write", "users:read"],
  ...["channels:read", "channels:history", "groups:read", "groups:history", "im:write", "im:history"],
];
/** Slack takes fewer than 1,000. */
const PAGE = 999;

export interface Identity {
  botId: string;
  botUserId: string;
  /** Ids of the channels by the names in the configuration. */
  channelIds: Map<string, string>;
}

export type Checked = { ok: true; identity: Identity } | { ok: false; problems: SlackProblem[] };

export interface Tokens {
  botToken: string;
  appToken?: string | undefined;
}

export interface StartNeeds {
  /** As the configuration names them. */
  channels: string[];
  /** Whether it names user groups. */
  groups: boolean;
}

/** Asks with the client that `clientFor` makes for each token. */
export async function checkSlack(
  clientFor: (token: string) => WebClient,
  { botToken, appToken }: Tokens,
  needs: StartNeeds,
): Promise<Checked> {
  if (!botToken.startsWith("xoxb-")) return { ok: false, problems: [{ kind: "botTokenWrongKind" }] };
  const client = clientFor(botToken);
  try {
    const me = await client.auth.test();
    const problems: SlackProblem[] = [];
    const missing = missingScopes(me, needs.groups);
    if (missing.length > 0) problems.push({ kind: "scopesMissing", scopes: missing });
    if (appToken) problems.push(...(await checkAppToken(clientFor(appToken))));
    const channels =
      missing.length > 0
        ? { ids: new Map<string, string>(), problems: [] }
        : await checkChannels(client, needs.channels);
    problems.push(...channels.problems);
    if (problems.length > 0) return { ok: false, problems };
    return { ok: true, identity: { botId: me.bot_id ?? "", botUserId: me.user_id ?? "", channelIds: channels.ids } };
  } catch (error) {
    return { ok: false, problems: [problemOf(error, "botTokenRefused")] };
  }
}

/** Slack says with each answer which scopes the token has; where it does not, none is missing. */
export function missingScopes({ response_metadata: told }: WebAPICallResult, groups: boolean): string[] {
  const granted = told?.scopes;
  return [...SCOPES, ...(groups ? ["usergroups:read"] : [])].filter((scope) => granted && !granted.includes(scope));
}

/** The problems of the app token; none when it works. Never rejects. */
export async function checkAppToken(client: WebClient): Promise<SlackProblem[]> {
  try {
    await client.apps.connections.open({});
    return [];
  } catch (error) {
    if (error instanceof WebAPIPlatformError && error.data.error === "missing_scope")
      return [{ kind: "appTokenScope" }];
    return [problemOf(error, "appTokenRefused")];
  }
}

interface Channel {
  id?: string;
  name?: string;
  is_member?: boolean;
  is_archived?: boolean;
}

/** Ids of the channels that the bot is in, by how they were named. Rejects with what Slack's client throws. */
export async function checkChannels(
  client: WebClient,
  wanted: string[],
): Promise<{ ids: Map<string, string>; problems: SlackProblem[] }> {
  const ids = new Map<string, string>();
  const problems: SlackProblem[] = [];
  const names = new Set(wanted);
  const channels = await findChannels(client, names);
  for (const channel of names) {
    const found = channels.get(channel);
    if (!found?.id) problems.push({ kind: "channelUnknown", channel });
    else if (found.is_archived) problems.push({ kind: "channelArchived", channel });
    else if (!found.is_member) problems.push({ kind: "notInChannel", channel });
    else ids.set(channel, found.id);
  }
  return { ids, problems };
}

/** By how they were named. Slack only gives lists, and a workspace may have tens of thousands: they are read until all that are wanted are found. */
async function findChannels(client: WebClient, names: ReadonlySet<string>): Promise<Map<string, Channel>> {
  const found = new Map<string, Channel>();
  let cursor: string | undefined;
  do {
    const page = await client.conversations.list({
      limit: PAGE,
      types: "public_channel,private_channel",
      ...(cursor ? { cursor } : {}),
    });
    for (const channel of (page.channels ?? []) as Channel[])
      for (const name of names)
        if (channel.id === name || channel.name === name.replace(/^#/, "")) found.set(name, channel);
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor && found.size < names.size);
  return found;
}

export function problemOf(error: unknown, kind: "botTokenRefused" | "appTokenRefused"): SlackProblem {
  const { trouble, detail, retryAfterMs } = troubleOf(error);
  if (trouble === "rateLimited" && retryAfterMs !== undefined)
    return { kind: "failing", detail: `${detail} for ${retryAfterMs / 1_000} s` };
  if (trouble === "rateLimited" || error instanceof WebAPIHTTPError) return { kind: "failing", detail };
  if (!(error instanceof WebAPIPlatformError)) return { kind: "unreachable", detail };
  return trouble === "unknown" ? { kind: "failing", detail } : { kind, error: error.data.error };
}
