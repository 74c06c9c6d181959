// A Web API call as plain HTTP, so that the SDK neither checks nor retries anything.

import type { SlackStandIn } from "../../../playground/slack/server.ts";
import type { Loose } from "./blocks.ts";

export interface Answer extends Loose {
  ok: boolean;
  error?: string;
}

/** With the bot's token; "" sends none. */
export async function call(slack: SlackStandIn, method: string, args: Loose, token = slack.botToken): Promise<Answer> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(slack.apiUrl + method, { method: "POST", headers, body: JSON.stringify(args) });
  return (await answer.json()) as Answer;
}
