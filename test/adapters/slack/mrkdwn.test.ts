// Text in Slack's two ways of writing: words stay words, whatever they hold; only pieces mention, link and format.

import { expect } from "chai";
import fc from "fast-check";
import { toMrkdwn, toRichText } from "../../../src/adapters/slack/mrkdwn.ts";
import { bold, code, link, type Piece, plain, t, windowText } from "../../../src/chat/text.ts";
import { NOON } from "../../support/build.ts";

/** Anything, and often what Slack could take for markup. */
const words = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom("<", ">", "@", "!", "#", "*", "_", "~", "`", "|", "&", "\n", " ", "a", "U", "0", "/", ":"),
  }),
  fc.constantFrom(
    "<!channel>",
    "<@U0MATE>",
    "<https://evil.example|here>",
    "&lt;!here&gt;",
    "*bold*",
    "> quote",
    "```x```",
  ),
);
const piece: fc.Arbitrary<Piece> = fc.oneof(
  words,
  words.map((text) => bold(text)),
  words.map((text) => code(text)),
  words.map((text) => link("https://bot.example.com/a?b=1&c=2", text)),
  fc.constantFrom<Piece>({ mention: "U0MATE" }, { mention: "S0ENGINEERS" }, { time: NOON, show: "clock" }),
);
const isWords = (one: Piece) => typeof one === "string";

/** What Slack would act on in mrkdwn. */
const controls = (mrkdwn: string) => mrkdwn.match(/<[^>]*>/g) ?? [];

describe("text as mrkdwn", () => {
  it("writes each piece in Slack's way", () => {
    const text = t`${{ mention: "U0MATE" }} ${{ mention: "S0ENGINEERS" }} ${bold("now")} ${code("a b")} ${link("https://x.example/?a=1&b=2", "here")} ${{ time: NOON, show: "date" }}`;
    expect(toMrkdwn(text)).to.equal(
      "<@U0MATE> <!subteam^S0ENGINEERS> *now* `a b` <https://x.example/?a=1&amp;b=2|here> <!date^1795176000^{date_short_pretty} at {time}|2026-11-20 12:00 UTC>",
    );
  });

  it("keeps words words", () => {
    expect(toMrkdwn(t`<!channel> & <@U0MATE>`)).to.equal("&lt;!channel&gt; &amp; &lt;@U0MATE&gt;");
    expect(toMrkdwn(["*loud*"]).replaceAll("\u200b", "")).to.equal("*loud*");
    expect(toMrkdwn(["*loud*"])).not.to.match(/(^|\s)\*\S/);
    expect(toMrkdwn(["> no quote"])).not.to.match(/^(>|&gt;)/);
  });

  it("holds no mention, link or date that is not a piece, whatever the words are", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (text) => {
        const acts = text.filter(
          (one) => typeof one !== "string" && ("link" in one || "mention" in one || "time" in one),
        );
        const found = controls(toMrkdwn(text));
        expect(found).to.have.length(acts.length);
        for (const control of found)
          expect(control).to.match(
            /^<(?:@U0MATE|!subteam\^S0ENGINEERS|!date\^\d+\^\{time\}\|12:00 UTC|https:\/\/bot\.example\.com\/a\?b=1&amp;c=2\|[^|>]*)>$/s,
          );
      }),
    );
  });

  it("holds no formatting that is not a piece: every sign in words stands between invisible spaces", () => {
    fc.assert(
      fc.property(words, (text) => {
        expect(toMrkdwn([text]).replace(/\u200b[*_~`]\u200b/g, "")).not.to.match(/[*_~`]/);
      }),
    );
  });

  it("ends code where the piece ends, whatever it holds", () => {
    fc.assert(
      fc.property(words, (text) => {
        expect(toMrkdwn([code(text)])).to.match(/^`[^`<>]*`$/s);
      }),
    );
  });
});

describe("text as rich text", () => {
  it("is words for words, and the element of its own for each other piece", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (text) => {
        const shown = text.filter((one) => one !== "");
        const elements = toRichText(text).filter((element) => element.text !== "" || element.type !== "text");
        const plainOnes = elements.filter(({ type, style }) => type === "text" && style === undefined);
        expect(plainOnes.map((element) => element.text).join("")).to.equal(shown.filter(isWords).join(""));
        const others = elements.filter(({ type }) => type !== "text").map(({ type }) => type);
        const expected = shown.flatMap((one) => {
          if (typeof one === "string" || "bold" in one || "code" in one) return [];
          if ("link" in one) return ["link"];
          if ("time" in one) return ["date"];
          if ("besideLocal" in one) return [];
          return [one.mention.startsWith("S") ? "usergroup" : "user"];
        });
        expect(others).to.deep.equal(expected);
      }),
    );
  });

  it("says a window in the reader's time and in UTC; where all times are in UTC, once", () => {
    const over = windowText({ from: NOON, to: NOON + 90_000 });
    expect(plain(over)).to.equal("12:00:00 UTC to 12:01:30 UTC");
    expect(toMrkdwn(over)).to.match(/^<!date\^.*> to <!date\^.*> \(12:00:00 to 12:01:30 UTC\)$/);
    expect(toRichText(over).at(-1)).to.deep.equal({ type: "text", text: " (12:00:00 to 12:01:30 UTC)" });
  });

  it("gives a time in seconds, with words for those who cannot show it", () => {
    expect(toRichText([{ time: NOON + 999, show: "clock" }])).to.deep.equal([
      { type: "date", timestamp: NOON / 1000, format: "{time}", fallback: "12:00 UTC" },
    ]);
  });
});
