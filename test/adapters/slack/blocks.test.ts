// Messages as Slack's blocks: everything that people have to see, and never so much that Slack refuses it.

import { expect } from "chai";
import { replyToSlack, toSlack } from "../../../src/adapters/slack/blocks.ts";
import { link, t } from "../../../src/chat/text.ts";
import type { Button, Message, Part } from "../../../src/views/message.ts";
import { rootMessage } from "../../../src/views/root.ts";
import { aLimit, anOrder, aRelease, factsUntil, folded, hostsNamed, judgement, OLD } from "../../support/build.ts";
import { threadLines } from "../../support/thread.ts";

const button = (parts: Partial<Button> = {}): Button => ({
  action: "wish:rollBack",
  value: "k3v9x2",
  label: "Roll back web",
  style: "danger",
  confirm: { title: "Roll back web?", text: "Every host goes back.", yes: "Roll back", no: "Keep it" },
  ...parts,
});
const message = (...parts: Part[]): Message => ({ summary: t`a summary`, parts });
// biome-ignore lint/suspicious/noExplicitAny: blocks are a union of everything that Slack knows
const blocksOf = (...parts: Part[]): any[] => toSlack(message(...parts)).blocks;

describe("a message as blocks", () => {
  it("has one block per part, in order", () => {
    const types = blocksOf(
      { part: "heading", text: "Deploy" },
      { part: "text", text: t`words` },
      { part: "facts", facts: [{ label: "Commit", value: t`1a2b3c4` }] },
      { part: "note", text: t`small` },
      { part: "output", text: "exit 1" },
      { part: "line" },
      { part: "buttons", buttons: [button()] },
    ).map(({ type }) => type);
    expect(types).to.deep.equal(["header", "rich_text", "rich_text", "context", "rich_text", "divider", "actions"]);
  });

  it("has its summary as text, for notifications and screen readers", () => {
    expect(toSlack(message()).text).to.equal("a summary");
    expect(toSlack({ summary: [], parts: [] }).text).to.equal("…");
  });

  it("has facts as lines of label and value", () => {
    const facts = [
      { label: "Commit", value: t`1a2b3c4` },
      { label: "Canary", value: t`2 of 2` },
    ];
    const [block] = blocksOf({ part: "facts", facts });
    const words = block.elements[0].elements.map(({ text }: { text: string }) => text).join("");
    expect(words).to.equal("Commit  1a2b3c4\nCanary  2 of 2");
  });

  it("has buttons that carry the deploy, ask before they act, and say the same to a screen reader", () => {
    const [{ elements }] = blocksOf({
      part: "buttons",
      buttons: [button(), button({ action: "wish:abort", style: "plain" })],
    });
    expect(elements[0]).to.deep.include({ action_id: "wish:rollBack", value: "k3v9x2", style: "danger" });
    expect(elements[0].accessibility_label).to.equal("Roll back web");
    expect(elements[0].confirm.text.text).to.equal("Every host goes back.");
    expect(elements[1]).not.to.have.property("style");
    expect(elements[1].confirm).not.to.have.property("style");
  });

  it("keeps a reply of words words", () => {
    const { text, blocks } = replyToSlack({ text: t`<!here> ${link("https://x.example", "there")}` });
    expect(text).to.equal("&lt;!here&gt; <https://x.example|there>");
    expect(JSON.stringify(blocks)).to.contain('"text":"<!here> "');
  });
});

describe("a message that is too long for Slack", () => {
  it("is cut with an ellipsis, part by part", () => {
    const long = "w".repeat(20_000);
    const { confirm } = button();
    const big = button({ label: long, confirm: { ...confirm, title: long, text: long, yes: long, no: long } });
    const { text, blocks } = toSlack({
      summary: [long],
      parts: [
        { part: "heading", text: long },
        { part: "note", text: [long] },
        { part: "output", text: long },
        { part: "buttons", buttons: [big] },
      ],
    });
    expect(text).to.have.length(3_900);
    // biome-ignore lint/suspicious/noExplicitAny: see above
    const [header, note, output, { elements }] = blocks as any[];
    expect(header.text.text).to.have.length(150).and.match(/…$/);
    expect(note.elements[0].text.length).to.be.at.most(3_000);
    expect(output.elements[0].elements[0].text.length).to.be.at.most(3_000);
    expect(elements[0].text.text).to.have.length(75);
    expect(elements[0].confirm.title.text).to.have.length(100);
    expect(elements[0].confirm.text.text).to.have.length(300);
    expect(elements[0].confirm.confirm.text).to.have.length(30);
  });
});

describe("a deploy beyond all measure", () => {
  const hosts = Array.from({ length: 500 }, (_, i) => `web-${i}.with-a-long-name.example.com`);
  const release = aRelease("z", "s".repeat(2_000));
  const checks = Array.from({ length: 40 }, (_, i) => aLimit({ name: `check-${i}`, means: "m".repeat(300) }));
  const order = anOrder({
    release,
    checks,
    canary: hostsNamed(...hosts.slice(0, 100)),
    batches: [hostsNamed(...hosts.slice(100))],
    links: { dashboard: { url: "https://app.example.com/d/1", variables: {} }, compare: null, runbook: null },
  });
  const commits = Array.from({ length: 20 }, () => ({ ...release.commit, author: "a".repeat(60) }));
  const results = checks.map(({ name: check }) => ({
    check,
    verdict: "fail" as const,
    reason: { kind: "aboveLimit" as const },
    value: 9,
    scope: "",
    points: 3,
    window: { from: 0, to: 1 },
    redBefore: [],
  }));
  const facts = factsUntil("ended", order).map((fact) => {
    if (fact.kind === "compared")
      return { ...fact, previous: OLD, changes: { ahead: 20, behind: 0, authors: [], commits } };
    return fact.kind === "judged" ? { ...fact, judgement: judgement("fail", results) } : fact;
  });

  it("has messages that Slack takes: 500 hosts, 40 failed checks, 20 commits with long subjects", () => {
    const messages = [
      ...(["preparing", "canary", "baking", "ended"] as const).map((stage) =>
        rootMessage(folded(factsUntil(stage, order))),
      ),
      ...threadLines(facts).map((line) => line.message),
    ];
    expect(messages.length).to.be.greaterThan(6);
    for (const { text, blocks } of messages.map(toSlack)) {
      expect(text.length).to.be.within(1, 4_000);
      expect(blocks.length).to.be.within(1, 50);
      expect(JSON.stringify(blocks).length).to.be.at.most(12_000);
    }
  });
});
