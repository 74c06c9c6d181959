// The direct conversation between the bot and a person, by the person's id. It is opened first: whatever goes wrong then, nothing has been said yet, and
// what Slack calls the conversation is known for finding and changing what was said.

import type { WebClient } from "@slack/web-api";

/** Resolves with the id of the conversation (`D…`); rejects with what Slack's client throws. */
export type DirectChannel = (person: string) => Promise<string>;

/** People are `U…`, and `W…` in some large organisations. */
export const isPerson = (id: string): boolean => /^[UW][A-Z0-9]+$/.test(id);

/** Asks Slack once for each person: a conversation keeps its id. */
export function directChannels(client: WebClient): DirectChannel {
  const known = new Map<string, string>();
  return async (person) => {
    const kept = known.get(person);
    if (kept) return kept;
    const { channel } = await client.conversations.open({ users: person });
    if (!channel?.id) throw new Error("Slack opened a direct conversation without an id");
    known.set(person, channel.id);
    return channel.id;
  };
}
