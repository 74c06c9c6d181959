// Shows a reply to the one who asked and to nobody else: as a form, on the Home page, where Slack says that it is to be answered, or as a direct message.

import type { WebClient } from "@slack/web-api";
import type { Form, Reply } from "../../chat/command.ts";
import type { Person } from "../../deploy/order.ts";
import type { Log } from "../../ports/log.ts";
import { replyToSlack, type SlackMessage } from "./blocks.ts";
import type { DirectChannel } from "./direct.ts";
import { type AnswerTo, modalFor } from "./forms.ts";
import type { HomePages } from "./home.ts";
import { troubleOf } from "./troubles.ts";

const ANSWERED_WITHIN_MS = 10_000;

/** Who asked, and how they can be answered. */
export interface Asking {
  by: Person;
  /** Opens one form, within three seconds. */
  trigger: string;
  to: AnswerTo;
}

interface Parts {
  client: WebClient;
  direct: DirectChannel;
  home: HomePages;
  log: Log;
  fetch?: typeof fetch;
}

/** Shows a reply; one way after the other, until one works. Never rejects. */
export type ShowReply = (reply: Reply, asking: Asking) => Promise<void>;

export function replies({ client, direct, home, log, fetch: ask = fetch }: Parts): ShowReply {
  /** Whether it was done; a failure is logged. */
  async function done(what: string, work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      return true;
    } catch (error) {
      log.warn(`a reply could not be shown ${what}`, { error: troubleOf(error).detail });
      return false;
    }
  }

  async function openForm(form: Form, { trigger, to }: Asking): Promise<void> {
    await client.views.open({ trigger_id: trigger, view: modalFor(form, to) });
  }

  async function sayDirectly(message: SlackMessage, { by }: Asking): Promise<void> {
    const channel = await direct(by.id);
    await client.chat.postMessage({ channel, ...message, unfurl_links: false, unfurl_media: false });
  }

  return async (reply, asking) => {
    const { by, to } = asking;
    if (reply.form && (await done("as a form", openForm(reply.form, asking)))) return;
    const shown: Reply = reply.form ? { text: reply.text } : reply;
    if (to.home && (await done("on the Home page", home.publish(by, { reply: shown })))) return;
    const message = replyToSlack(shown);
    if (to.url && (await done("where it was asked for", respond(to.url, message, { to, ask })))) return;
    await done("as a direct message", sayDirectly(message, asking));
  };
}

/** Rejects when the address is expired or used up, and when it cannot be reached. */
async function respond(
  url: string,
  message: SlackMessage,
  { to: { replaces = false, thread }, ask }: { to: AnswerTo; ask: typeof fetch },
): Promise<void> {
  const answer = await ask(url, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({
      ...message,
      response_type: "ephemeral",
      replace_original: replaces,
      ...(thread ? { thread_ts: thread } : {}),
    }),
    signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
  });
  const words = await answer.text();
  // The address itself is a secret: whoever has it can answer.
  if (!answer.ok) throw new Error(`Slack answered with HTTP ${answer.status}: ${words.slice(0, 100)}`);
}
