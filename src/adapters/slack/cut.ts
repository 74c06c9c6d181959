// Text cut to Slack's limits, and without what would steer or turn it. Knows no block.

import { harmless } from "../../chat/text.ts";

/** Never through the middle of a character: Slack refuses half of one. */
export function cut(whole: string, limit: number): string {
  const text = harmless(whole);
  return text.length > limit ? `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…` : text;
}
