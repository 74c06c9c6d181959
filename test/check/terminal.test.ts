// What a terminal or the log of a pipeline shows: lines of at most 96 columns, links written out, times with their distance to UTC.

import { expect } from "chai";
import { bold, code, link, precise, t, utc } from "../../src/chat/text.ts";
import { inTerminal, partsInTerminal, wrapped } from "../../src/check/terminal.ts";
import { NOON } from "../support/build.ts";

describe("a message in a terminal", () => {
  it("has links written out, and no markup", () => {
    const text = t`${bold("Failed")}: ${link("https://a.example/x", "Runbook")}, ${code("sum:a{*}")}`;
    expect(inTerminal(text, "UTC")).to.equal("Failed: Runbook <https://a.example/x>, sum:a{*}");
  });

  it("has times in the reader's zone with the distance to UTC, and UTC beside it only once", () => {
    const text = t`at ${precise(NOON)} (${utc(NOON, "precise")})`;
    expect(inTerminal(text, "Asia/Kolkata")).to.equal("at 17:30:00 UTC+5:30 (12:00:00 UTC)");
    expect(inTerminal(text, "Europe/Vienna")).to.equal("at 13:00:00 UTC+1 (12:00:00 UTC)");
    expect(inTerminal(text, "UTC")).to.equal("at 12:00:00 UTC");
  });

  it("is broken between words; what is longer than a line, such as a query, stays whole", () => {
    const query = `sum:${"x".repeat(120)}{a,b}`;
    const lines = wrapped(`${"word ".repeat(40)}${query} end`, "   ").split("\n");
    expect(lines.filter((line) => line.length > 96)).to.deep.equal([`   ${query}`]);
    expect(lines.at(-1)).to.equal("   end");
    expect(lines.every((line) => line.startsWith("   "))).to.equal(true);
  });

  it("keeps what is indented, and empty lines", () => {
    expect(wrapped("a:\n  b\n\nc", "")).to.equal("a:\n  b\n\nc");
  });

  it("has one line for each thing in small print, and no buttons", () => {
    const button = { action: "wish:abort", value: "x", label: "Stop", style: "plain" as const };
    const parts = [
      { part: "text" as const, text: t`Words` },
      { part: "note" as const, text: t`one · two` },
      { part: "buttons" as const, buttons: [button] },
      { part: "line" as const },
      { part: "text" as const, text: t`more` },
    ];
    expect(partsInTerminal(parts, "UTC")).to.equal("Words\n   one\n   two\n\nmore\n");
  });
});
