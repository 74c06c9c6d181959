// Blocks for the tests, loosely typed: some of them are meant to be wrong.

import type { KnownBlock } from "@slack/types";

export type Loose = Record<string, unknown>;

export function plain(text: string): Loose {
  return { type: "plain_text", text };
}

export function mrkdwn(text: string): Loose {
  return { type: "mrkdwn", text };
}

export function section(text: string): Loose {
  return { type: "section", text: mrkdwn(text) };
}

export function button(actionId: string, more: Loose = {}): Loose {
  return { type: "button", action_id: actionId, text: plain(actionId), ...more };
}

export function actions(...elements: Loose[]): Loose {
  return { type: "actions", elements };
}

/** For calls of the SDK, whose types would refuse what the tests want refused by the server. */
export function asBlocks(...blocks: Loose[]): KnownBlock[] {
  return blocks as unknown as KnownBlock[];
}

export function long(length: number): string {
  return "x".repeat(length);
}

export function many<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}
