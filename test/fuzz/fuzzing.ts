// What the fuzzers have in common: how often they try, what they type, and what an answer has to be that a person understands.

import { expect } from "chai";
import fc from "fast-check";
import { Refused } from "../../playground/slack/refused.ts";
import { checkedBlocks } from "../../playground/slack/rules/message.ts";
import { checkedView } from "../../playground/slack/rules/view.ts";
import { replyToSlack } from "../../src/adapters/slack/blocks.ts";
import { modalFor } from "../../src/adapters/slack/forms.ts";
import type { Reply } from "../../src/chat/command.ts";
import { plain } from "../../src/chat/text.ts";

/** `FUZZ=20 npx mocha 'test/fuzz/*.test.ts'` tries twenty times as often, from another beginning each time. */
const TIMES = Number(process.env.FUZZ ?? 1);

/** Options for fast-check; and the test's own limit grows with them. */
export function tries(usual: number): { numRuns: number } {
  return { numRuns: Math.ceil(usual * TIMES) };
}

export const LIMIT_MS = 60_000 * Math.max(1, TIMES);

const WORDS = [
  ...[
    "web",
    "mail",
    "all",
    "production",
    "staging",
    "main",
    "to",
    "in",
    "on",
    "hosts",
    "for",
    "until",
    "help",
    "stats",
  ],
  ...["web@main", "web@1a2b3c4", "web-[01..03]", "web-01.example.com,web-02", "[9..1]", "web-[1..99999999]"],
  ...["30m", "1h30m", "-5m", "999999999999h", "1e9d", "0s", "15:00", "25:61", "tomorrow", "12am"],
  ...["<@U0MATE>", "<!channel>", "<!subteam^S0SRE>", "<#C0DEPLOYS|deploys>", "<https://e.example|web>", "&lt;b&gt;"],
  ...['"quoted words"', "'", '"', "`", "*bold*", "_it_", "~no~", "```", ":fire:", "--", "--force", "-h", "?", "|", ";"],
  ...["$(id)", "`id`", "../../etc/passwd", "@", "@@", "web@", "@main", "web@-x", "web@a..b", "refs/heads/main"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "null", "NaN"],
  ...["\u0000", "\u202e", "\u200b", "\ufeff", "\ud800", "é", "日本語", "👩‍👩‍👧‍👦", "ﷺ".repeat(50), "a".repeat(4_000)],
];

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 60 }) },
);
const between = fc.constantFrom(" ", " ", " ", "  ", "\t", "\n", "\u00a0", "");

/** What somebody may type, or something else that sends it in their name. */
export const typing: fc.Arbitrary<string> = fc
  .array(fc.tuple(between, word), { maxLength: 9 })
  .map((pieces) => pieces.flat().join(""));

/** No answer holds these, unless they were in the question. */
const NO_WORDS = ["undefined", "[object ", "NaN", "null", "Error", "Infinity", "Invalid DateTime"];
const STACK = /^\s+at .+:\d+/m;

/** One sentence at least, that says something, that Slack takes, and that is no stack trace. `asked`: what it may quote. */
export function expectAnswer(reply: Reply, asked: string): void {
  const said = plain(reply.text);
  expect(said.trim(), "the words of the answer").to.not.equal("");
  for (const word of NO_WORDS) if (!asked.includes(word)) expect(said).to.not.include(word);
  expect(said).to.not.match(STACK);
  expect(said).to.not.include("The bot or its store failed");
  expectTaken(() => checkedBlocks(replyToSlack(reply).blocks));
  const { form } = reply;
  if (form) expectTaken(() => checkedView(modalFor(form, { url: "https://hooks.example.com/once" }), "modal"));
}

function expectTaken(check: () => unknown): void {
  try {
    check();
  } catch (error) {
    const why = error instanceof Refused ? JSON.stringify(error) : "";
    throw new Error(`Slack would not take it: ${error} ${why}`, { cause: error });
  }
}
