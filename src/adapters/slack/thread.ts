// Messages, threads and direct messages in Slack. One try each: whether to try again is decided by those who know what was posted.

import type { FromThread, Thread } from "../../ports/thread.ts";
import type { Message } from "../../views/message.ts";
import { type SlackMessage, toSlack, withoutCharts } from "./blocks.ts";
import type { SlackClients } from "./client.ts";
import { directChannels, isPerson } from "./direct.ts";
import { troubleOf } from "./troubles.ts";

const EVENT_TYPE = "lockstep_message";
/** Links to dashboards and runbooks are not unfolded: the message says what matters. */
const QUIET = { unfurl_links: false, unfurl_media: false };
const PAGE = 200;
const CLOCKS_APART_S = 120;

interface Found {
  ts?: string;
  metadata?: { event_type?: string; event_payload?: { key?: unknown } };
}

/** `channelIds` gives the ids of the channels that the configuration names; null as long as Slack has not told them. */
export function slackThread(
  { usual, urgent }: SlackClients,
  channelIds: () => ReadonlyMap<string, string> | null,
): Thread {
  const direct = directChannels(urgent);
  const clientFor = (message: Message) => (message.urgent ? urgent : usual);

  async function idOf(channel: string): Promise<FromThread<string>> {
    if (!isPerson(channel)) {
      const ids = channelIds();
      if (ids === null) return { ok: false, trouble: "unreachable", detail: "Slack has not let the bot in yet" };
      return { ok: true, value: ids.get(channel) ?? channel };
    }
    try {
      return { ok: true, value: await direct(channel) };
    } catch (error) {
      const failure = troubleOf(error);
      // Whether the conversation is open now is not known, but nothing has been said in it.
      return failure.trouble === "unknown" ? { ...failure, trouble: "unreachable" } : failure;
    }
  }

  return {
    async post(channel, message, { key, under }) {
      const id = await idOf(channel);
      if (!id.ok) return id;
      return sent(message, async (content) => {
        const client = clientFor(message);
        const posted = await client.chat.postMessage({
          channel: id.value,
          ...content,
          ...QUIET,
          ...(under ? { thread_ts: under.ts, reply_broadcast: message.loud === true } : {}),
          metadata: { event_type: EVENT_TYPE, event_payload: { key } },
        } as Parameters<typeof usual.chat.postMessage>[0]);
        return { channel: posted.channel ?? id.value, ts: posted.ts ?? "" };
      });
    },

    update: ({ channel, ts }, message) =>
      sent(message, async (content) => {
        await clientFor(message).chat.update({ channel, ts, ...content });
        return null;
      }),

    async find(channel, { key, since, under }) {
      const id = await idOf(channel);
      if (!id.ok) return id;
      try {
        // Slack's clock may be a little behind ours.
        const oldest = String(Math.floor(since / 1000) - CLOCKS_APART_S);
        let cursor: string | undefined;
        do {
          const page = {
            channel: id.value,
            limit: PAGE,
            include_all_metadata: true,
            oldest,
            ...(cursor ? { cursor } : {}),
          };
          const answer = under
            ? await urgent.conversations.replies({ ...page, ts: under.ts })
            : await urgent.conversations.history(page);
          const found = ((answer.messages ?? []) as Found[]).find((message) => keyOf(message) === key);
          if (found?.ts) return { ok: true, value: { channel: id.value, ts: found.ts } };
          cursor = answer.response_metadata?.next_cursor || undefined;
        } while (cursor);
        return { ok: true, value: null };
      } catch (error) {
        return troubleOf(error);
      }
    },
  };
}

/** Refused with a chart, it is said again without: older workspaces know no charts, and no words may be lost for a picture. */
async function sent<T>(message: Message, send: (content: SlackMessage) => Promise<T>): Promise<FromThread<T>> {
  try {
    return { ok: true, value: await send(toSlack(message)) };
  } catch (error) {
    const failure = troubleOf(error);
    const hasChart = message.parts.some(({ part }) => part === "chart");
    return failure.trouble === "refused" && hasChart ? sent(withoutCharts(message), send) : failure;
  }
}

function keyOf({ metadata }: Found): unknown {
  return metadata?.event_type === EVENT_TYPE ? metadata.event_payload?.key : undefined;
}
