// Text cut to Slack's limits. Knows no block.

/** Never through the middle of a character: Slack refuses half of one. */
export function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…` : text;
}
