// Deploys' messages and threads in Slack. One try each: whether to try again is decided by those who know what was posted.

import type { WebClient } from "@slack/web-api";
import type { Thread } from "../../ports/thread.ts";
import { toSlack } from "./blocks.ts";
import { troubleOf } from "./troubles.ts";

const EVENT_TYPE = "lockstep_message";
/** Links to dashboards and runbooks are not unfolded: the message says what matters. */
const QUIET = { unfurl_links: false, unfurl_media: false };
const LOOK_BACK = 100;

interface Found {
  ts?: string;
  metadata?: { event_type?: string; event_payload?: { key?: unknown } };
}

/** `channelIds` gives the id for a channel that the configuration names. */
export function slackThread(client: WebClient, channelIds: Map<string, string>): Thread {
  const idOf = (channel: string) => channelIds.get(channel) ?? channel;
  return {
    async post(channel, message, { key, under }) {
      try {
        const posted = await client.chat.postMessage({
          channel: idOf(channel),
          ...toSlack(message),
          ...QUIET,
          ...(under ? { thread_ts: under.ts, reply_broadcast: message.loud === true } : {}),
          metadata: { event_type: EVENT_TYPE, event_payload: { key } },
        } as Parameters<typeof client.chat.postMessage>[0]);
        return { ok: true, value: { channel: posted.channel ?? idOf(channel), ts: posted.ts ?? "" } };
      } catch (error) {
        return troubleOf(error);
      }
    },

    async update({ channel, ts }, message) {
      try {
        await client.chat.update({ channel, ts, ...toSlack(message) });
        return { ok: true, value: null };
      } catch (error) {
        return troubleOf(error);
      }
    },

    async find(channel, key, under) {
      try {
        const id = idOf(channel);
        const common = { channel: id, limit: LOOK_BACK, include_all_metadata: true };
        const answer = under
          ? await client.conversations.replies({ ...common, ts: under.ts })
          : await client.conversations.history(common);
        const messages = (answer.messages ?? []) as Found[];
        const found = messages.find(
          ({ metadata }) => metadata?.event_type === EVENT_TYPE && metadata.event_payload?.key === key,
        );
        return { ok: true, value: found?.ts ? { channel: id, ts: found.ts } : null };
      } catch (error) {
        return troubleOf(error);
      }
    },
  };
}
