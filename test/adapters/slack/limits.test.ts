// Messages that are more than Slack takes: what matters stays, the rest is left out, and it is said.

import { expect } from "chai";
import fc from "fast-check";
import { toSlack } from "../../../src/adapters/slack/blocks.ts";
import { t } from "../../../src/chat/text.ts";
import type { Button, Message, Part } from "../../../src/views/message.ts";

const button = (): Button => ({
  action: "wish:rollBack",
  value: "k3v9x2",
  label: "Roll back web",
  style: "danger",
  confirm: { title: "Roll back web?", text: "Every host goes back.", yes: "Roll back", no: "Keep it" },
});
const message = (...parts: Part[]): Message => ({ summary: t`a summary`, parts });
// biome-ignore lint/suspicious/noExplicitAny: blocks are a union of everything that Slack knows
const blocksOf = (...parts: Part[]): any[] => toSlack(message(...parts)).blocks;

describe("a message with more than Slack takes", () => {
  it("keeps its buttons and says that something is missing", () => {
    const parts = Array.from({ length: 60 }, (): Part => ({ part: "text", text: ["w".repeat(1_000)] }));
    const blocks = blocksOf(...parts, { part: "buttons", buttons: [button()] });
    expect(JSON.stringify(blocks).length).to.be.at.most(12_000);
    expect(JSON.stringify(blocks)).to.contain("there is more than fits here");
    expect(blocks.at(-1).type).to.equal("actions");
  });

  it("keeps its buttons also behind very many small parts", () => {
    const parts = Array.from({ length: 100 }, (): Part => ({ part: "line" }));
    const blocks = blocksOf(...parts, { part: "buttons", buttons: [button()] });
    expect(blocks.length).to.be.at.most(50);
    expect(blocks.at(-1).type).to.equal("actions");
  });

  it("keeps each row of buttons with the words before it, when there are many", () => {
    const rows = Array.from({ length: 60 }, (_, i): Part[] => [
      { part: "text", text: [`lock ${i}`] },
      { part: "buttons", buttons: [{ ...button(), value: `row ${i}` }] },
    ]);
    const blocks = blocksOf(...rows.flat());
    expect(blocks.length).to.be.at.most(50);
    expect(JSON.stringify(blocks).length).to.be.at.most(12_000);
    expect(blocks.at(-1).elements[0].elements[0].text).to.contain("there is more than fits here");
    const types = blocks.slice(0, -1).map(({ type }) => type);
    expect(types.slice(0, 4)).to.deep.equal(["rich_text", "actions", "rich_text", "actions"]);
    expect(blocks[0].elements[0].elements[0].text).to.equal("lock 0");
    expect(blocks[1].elements[0].value).to.equal("row 0");
  });

  it("is cut also when one part alone is too long", () => {
    const blocks = blocksOf({ part: "text", text: ["w".repeat(20_000)] });
    expect(JSON.stringify(blocks).length).to.be.at.most(12_000);
  });

  it("is never cut through a character, nor sent with an empty text", () => {
    const text = fc.oneof(
      fc.constant(""),
      fc.constant("🚀".repeat(3_000)),
      fc.constant(`x${"🚀".repeat(3_000)}`),
      fc.string(),
    );
    const part = text.chain((words) =>
      fc.constantFrom<Part>(
        { part: "heading", text: words || "h" },
        { part: "text", text: ["a", { bold: words }, { code: words }] },
        { part: "output", text: words || "o" },
        { part: "note", text: ["a", words] },
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
        const json = JSON.stringify(toSlack(message(...parts)));
        expect(json).not.to.match(/\\ud[89a-f]/i);
        expect(json).not.to.contain('"text":""');
      }),
    );
  });
});
