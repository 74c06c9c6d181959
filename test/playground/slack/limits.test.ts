// Slack's limits for blocks, each at its edge: what just fits is taken, one more is refused with the place of the mistake.

import { expect } from "chai";
import type { SlackStandIn } from "../../../playground/slack/server.ts";
import { startAlone, stopAll } from "./app.ts";
import { actions, button, type Loose, long, many, mrkdwn, plain, section } from "./blocks.ts";
import { call } from "./call.ts";

const option = (value: string): Loose => ({ text: plain("o"), value });
const options = (count: number): Loose[] => many(count, (at) => option(`${at}`));
const select = (all: Loose[]): Loose => ({ type: "static_select", action_id: "s", options: all });
const cells = (count: number): Loose[] => many(count, () => ({ type: "raw_text", text: "c" }));
const points = (labels: string[]): Loose[] => labels.map((label) => ({ label, value: 1 }));
const image = (more: Loose): Loose => ({ type: "image", image_url: "https://example.com/i.png", ...more });

/** A button with a confirm dialog that has these parts. */
function asking(parts: Loose): Loose {
  const confirm = { title: plain("t"), text: plain("t"), confirm: plain("y"), deny: plain("n"), ...parts };
  return actions(button("a", { confirm }));
}

function chart(more: Loose = {}, series: Loose[] = [{ name: "canary", data: points(["a", "b"]) }]): Loose {
  const axis = { categories: ["a", "b"] };
  return { type: "data_visualization", title: "Jobs", chart: { type: "line", series, axis_config: axis }, ...more };
}

type Make = (count: number) => Loose | Loose[];

/** What is counted, how much of it is allowed, blocks with that much, and where the mistake is. */
const counted: [string, number, Make, string][] = [
  ["blocks", 50, (n) => many(n, () => ({ type: "divider" })), ""],
  ["characters in a section", 3000, (n) => section(long(n)), "/0/text/text"],
  ["fields in a section", 10, (n) => ({ type: "section", fields: many(n, () => mrkdwn("f")) }), "/0/fields"],
  ["characters in a field", 2000, (n) => ({ type: "section", fields: [mrkdwn(long(n))] }), "/0/fields/0/text"],
  ["characters in a header", 150, (n) => ({ type: "header", text: plain(long(n)) }), "/0/text/text"],
  ["elements in a context", 10, (n) => ({ type: "context", elements: many(n, () => mrkdwn("c")) }), "/0/elements"],
  ["elements in actions", 25, (n) => actions(...many(n, (at) => button(`a${at}`))), "/0/elements"],
  ["characters in a block id", 255, (n) => ({ type: "divider", block_id: long(n) }), "/0/block_id"],
  [
    "characters in an action id",
    255,
    (n) => actions({ ...button("a"), action_id: long(n) }),
    "/0/elements/0/action_id",
  ],
  ["characters on a button", 75, (n) => actions(button("a", { text: plain(long(n)) })), "/0/elements/0/text/text"],
  ["characters in a value", 2000, (n) => actions(button("a", { value: long(n) })), "/0/elements/0/value"],
  ["characters in a URL", 3000, (n) => actions(button("a", { url: `https://${long(n - 8)}` })), "/0/elements/0/url"],
  [
    "characters in a label",
    75,
    (n) => actions(button("a", { accessibility_label: long(n) })),
    "/0/elements/0/accessibility_label",
  ],
  ["characters in a dialog's title", 100, (n) => asking({ title: plain(long(n)) }), "/0/elements/0/confirm/title/text"],
  ["characters in a dialog", 300, (n) => asking({ text: mrkdwn(long(n)) }), "/0/elements/0/confirm/text/text"],
  [
    "characters on a dialog's yes",
    30,
    (n) => asking({ confirm: plain(long(n)) }),
    "/0/elements/0/confirm/confirm/text",
  ],
  ["characters on a dialog's no", 30, (n) => asking({ deny: plain(long(n)) }), "/0/elements/0/confirm/deny/text"],
  ["options", 100, (n) => actions(select(options(n))), "/0/elements/0/options"],
  ["characters in an option", 75, (n) => actions(select([option(long(n))])), "/0/elements/0/options/0/value"],
  ["entries of an overflow", 5, (n) => actions({ type: "overflow", options: options(n) }), "/0/elements/0/options"],
  ["characters of alternative text", 2000, (n) => image({ alt_text: long(n) }), "/0/alt_text"],
  ["tables", 1, (n) => many(n, () => ({ type: "table", rows: [cells(1)] })), ""],
  ["rows of a table", 100, (n) => ({ type: "table", rows: many(n, () => cells(1)) }), "/0/rows"],
  ["columns of a table", 20, (n) => ({ type: "table", rows: [cells(n)] }), "/0/rows/0"],
  ["charts", 2, (n) => many(n, () => chart()), ""],
  ["characters in a chart's title", 50, (n) => chart({ title: long(n) }), "/0/title"],
  [
    "series",
    12,
    (n) =>
      chart(
        {},
        many(n, (at) => ({ name: `s${at}`, data: points(["a", "b"]) })),
      ),
    "/0/chart/series",
  ],
  [
    "characters in a series' name",
    20,
    (n) => chart({}, [{ name: long(n), data: points(["a", "b"]) }]),
    "/0/chart/series/0/name",
  ],
];

const rich = (...elements: Loose[]): Loose => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});
const inside = "/0/elements/0/elements/0";

/** What is wrong, a block with that mistake, and where it is. */
const wrong: [string, Loose | Loose[], string][] = [
  ["an empty section", { type: "section" }, "/0"],
  ["empty text", section(""), "/0/text/text"],
  ["markdown in a header", { type: "header", text: mrkdwn("h") }, "/0/text/type"],
  ["markdown on a button", actions(button("a", { text: mrkdwn("b") })), "/0/elements/0/text/type"],
  ["an emoji switch on markdown", { type: "section", text: { ...mrkdwn("x"), emoji: true } }, "/0/text"],
  ["one action id twice in a block", actions(button("a"), button("a")), "/0/elements/1/action_id"],
  ["one block id twice", many(2, () => ({ type: "divider", block_id: "a" })), "/1/block_id"],
  ["a third style of button", actions(button("a", { style: "warning" })), "/0/elements/0/style"],
  ["a URL that is none", actions(button("a", { url: "example" })), "/0/elements/0/url"],
  ["an image without alternative text", image({}), "/0/alt_text"],
  ["one option value twice", actions(select([option("a"), option("a")])), "/0/elements/0/options/1/value"],
  ["a category without a point", chart({}, [{ name: "canary", data: points(["a"]) }]), "/0/chart/series/0/data"],
  ["rich text without anything in it", { type: "rich_text", elements: [] }, "/0/elements"],
  ["rich text of a kind that nobody knows", { type: "rich_text", elements: [{ type: "rich" }] }, "/0/elements/0/type"],
  ["empty text in rich text", rich({ type: "text", text: "" }), `${inside}/text`],
  ["a date without a form", rich({ type: "date", timestamp: 1 }), `${inside}/format`],
  ["a date in parts of a second", rich({ type: "date", timestamp: 1.5, format: "{time}" }), `${inside}/timestamp`],
  ["a mention of nobody", rich({ type: "user" }), `${inside}/user_id`],
  ["a part of rich text that nobody knows", rich({ type: "shout", text: "x" }), `${inside}/type`],
  ["a field that nobody knows", { type: "divider", colour: "red" }, "/0"],
  ["a block that nobody knows", { type: "fancy" }, "/0/type"],
  ["an alert outside of a modal", { type: "alert", text: mrkdwn("x") }, "/0/type"],
];

describe("blocks", () => {
  let slack: SlackStandIn;

  before(async () => {
    slack = await startAlone();
  });

  after(stopAll);

  const post = (blocks: Loose | Loose[]) =>
    call(slack, "chat.postMessage", { channel: "C0DEPLOYS", text: "t", blocks: [blocks].flat() });

  const expectRefused = async (blocks: Loose | Loose[], path: string): Promise<void> => {
    const refused = await post(blocks);
    expect(refused.error).to.equal("invalid_blocks");
    const [first] = refused.errors as string[];
    expect(first).to.include(`[json-pointer:/blocks${path}]`);
    expect(refused).to.have.nested.property("response_metadata.messages[0]", `[ERROR] ${first}`);
  };

  for (const [what, most, make, path] of counted) {
    it(`hold at most ${most} ${what}`, async () => {
      expect(await post(make(most))).to.include({ ok: true });
      await expectRefused(make(most + 1), path);
    });
  }

  for (const [what, blocks, path] of wrong) {
    it(`are refused for ${what}`, () => expectRefused(blocks, path));
  }
});
