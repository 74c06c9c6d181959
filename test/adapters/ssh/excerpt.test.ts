// What is kept of a command's output: its beginning and its end, as text that a thread can show.

import { expect } from "chai";
import { Excerpt } from "../../../src/adapters/ssh/excerpt.ts";

const kept = (text: string, limit = 2_000) => {
  const excerpt = new Excerpt(limit);
  excerpt.addBytes(Buffer.from(text));
  return excerpt.toString();
};

describe("an excerpt of output", () => {
  it("is all of it while it is short", () => expect(kept("one\ntwo\n")).to.equal("one\ntwo\n"));

  it("is its beginning and its end, and says how much was left out", () => {
    const text = kept(`first${"x".repeat(5_000)}last`, 200);
    expect(text).to.match(/^first.*\n… \d+ characters left out …\n.*last$/s);
    expect(text.length).to.be.at.most(200);
  });

  it("has no colours, bells and ends of text", () => {
    expect(kept("\x1b[31mred\x1b[0m \x07done\0!\x1b[2K")).to.equal("red done!");
  });

  it("shows a line that was written over again and again as lines", () => {
    expect(kept("10 %\r20 %\r\n100 %\n")).to.equal("10 %\n20 %\n100 %\n");
  });

  it("keeps tabs and other people's letters", () => expect(kept("a\tß → 🚀")).to.equal("a\tß → 🚀"));
});
