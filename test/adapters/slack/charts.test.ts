// Charts in Slack: within its limits whatever is drawn, and never at the price of the words.

import { expect } from "chai";
import fc from "fast-check";
import { blockMistakes } from "../../../playground/slack/rules/blocks.ts";
import { toSlack, viewBlocks } from "../../../src/adapters/slack/blocks.ts";
import { slackThread } from "../../../src/adapters/slack/thread.ts";
import { t } from "../../../src/chat/text.ts";
import type { Chart, Message, Part } from "../../../src/views/message.ts";
import { CHANNEL, type Stage, stage } from "./stage.ts";

const aChart = (parts: Partial<Chart> = {}): Chart => ({
  title: "slow on web-02",
  unit: "ms",
  times: "UTC; new release on the canary from 12:00:30",
  labels: ["12:00:00", "12:00 new release", "12:00:40", "12:01:00"],
  series: [
    { name: "canary", values: [100, 120, 410, 420] },
    { name: "rest of the fleet", values: [99, 101, 100, 98] },
    { name: "limit", values: [300, 300, 300, 300] },
  ],
  ...parts,
});
const message = (...parts: Part[]): Message => ({ summary: t`the numbers`, parts });
const withChart = (parts: Partial<Chart> = {}) =>
  message({ part: "text", text: t`it failed` }, { part: "chart", chart: aChart(parts) });
// biome-ignore lint/suspicious/noExplicitAny: @slack/types knows no charts
const chartsIn = (shown: Message): any[] =>
  toSlack(shown).blocks.filter(({ type }) => (type as string) === "data_visualization");

describe("a chart as a block", () => {
  it("has a point for each label in each series", () => {
    const [{ title, chart }] = chartsIn(withChart());
    expect(title).to.equal("slow on web-02");
    expect(chart.axis_config).to.deep.equal({
      categories: ["12:00:00", "12:00 new release", "12:00:40", "12:01:00"],
      x_label: "UTC; new release on the canary from 12:00:30",
      y_label: "ms",
    });
    expect(chart.series[0]).to.deep.equal({
      name: "canary",
      data: [
        { label: "12:00:00", value: 100 },
        { label: "12:00 new release", value: 120 },
        { label: "12:00:40", value: 410 },
        { label: "12:01:00", value: 420 },
      ],
    });
  });

  it("leaves out the label of a gap, shows it at the next one, and makes up no number", () => {
    const [canary, ...rest] = aChart().series;
    const [{ chart }] = chartsIn(
      withChart({ series: [{ name: canary?.name ?? "", values: [1, null, 3, 4] }, ...rest] }),
    );
    expect(chart.axis_config.categories).to.deep.equal(["12:00:00", "… 12:00:40", "12:01:00"]);
    expect(chart.series.map(({ data }: { data: unknown[] }) => data.length)).to.deep.equal([3, 3, 3]);
  });

  it("shows at the last label that nothing is known after it", () => {
    const [canary, ...rest] = aChart().series;
    const [{ chart }] = chartsIn(
      withChart({ series: [{ name: canary?.name ?? "", values: [1, 2, 3, null] }, ...rest] }),
    );
    expect(chart.axis_config.categories).to.deep.equal(["12:00:00", "12:00 new release", "12:00:40 …"]);
  });

  it("rather leaves out a series that is hardly known than most of the canary's", () => {
    const [canary, , limit] = aChart().series;
    if (!canary || !limit) throw new Error("there are three");
    const [{ chart }] = chartsIn(
      withChart({ series: [canary, { name: "rest", values: [1, null, null, null] }, limit] }),
    );
    expect(chart.series.map(({ name }: { name: string }) => name)).to.deep.equal(["canary", "limit"]);
    expect(chart.axis_config.categories).to.have.length(4);
  });

  it("is not there when next to nothing is known", () => {
    expect(chartsIn(withChart({ series: [{ name: "canary", values: [1, null, null, null] }] }))).to.deep.equal([]);
    expect(chartsIn(withChart({ series: [] }))).to.deep.equal([]);
  });

  it("is within Slack's limits, whatever it shows", () => {
    const word = fc.string({ unit: "grapheme", maxLength: 60 });
    const value = fc.oneof(fc.double(), fc.constant(null));
    const any = fc.record({
      title: word,
      unit: word,
      times: word,
      labels: fc.array(fc.oneof(word, fc.constant("12:00")), { maxLength: 30 }),
      series: fc.array(fc.record({ name: word, values: fc.array(value, { maxLength: 30 }) }), { maxLength: 9 }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (charts) => {
        const { blocks } = toSlack(message(...charts.map((chart): Part => ({ part: "chart", chart }))));
        expect(blockMistakes(blocks, "message")).to.deep.equal([]);
      }),
    );
  });

  it("makes room before any words do, and there are never more than two", () => {
    const chart: Part = { part: "chart", chart: aChart() };
    expect(chartsIn(message(chart, chart, chart))).to.have.length(2);
    const long: Part = { part: "text", text: ["w".repeat(8_900)] };
    const crowded = message(chart, long, chart, { part: "text", text: ["v".repeat(1_500)] });
    expect(chartsIn(crowded).length).to.be.below(2);
    expect(JSON.stringify(toSlack(crowded).blocks))
      .to.contain("v".repeat(1_500))
      .and.not.contain("more than fits");
  });

  it("is only in messages: the Home page and forms do without", () => {
    const [text, chart] = withChart().parts;
    if (!text || !chart) throw new Error("there are two");
    expect(viewBlocks([text, chart], 100)).to.have.length(1);
  });
});

describe("a message with a chart", () => {
  let on: Stage;
  beforeEach(async () => {
    on = await stage();
  });
  afterEach(() => on.stop());
  const thread = () => slackThread(on.clients, () => new Map());
  const kinds = () => (on.slack.messages(CHANNEL).at(-1)?.blocks ?? []).map((block) => block.type as string);

  it("is taken by Slack", async () => {
    expect((await thread().post(CHANNEL, withChart(), { key: "k" })).ok).to.equal(true);
    expect(kinds()).to.deep.equal(["rich_text", "data_visualization"]);
    expect(on.slack.messages(CHANNEL).at(-1)?.text).to.equal("the numbers");
  });

  it("is posted without it, once, when Slack refuses the block: no verdict is lost for its picture", async () => {
    on.slack.faults.onCall("chat.postMessage", { kind: "error", error: "invalid_blocks" });
    const before = on.slack.messages(CHANNEL).length;
    const posted = await thread().post(CHANNEL, withChart(), { key: "k" });
    expect(posted.ok).to.equal(true);
    expect(on.slack.messages(CHANNEL)).to.have.length(before + 1);
    expect(kinds()).to.deep.equal(["rich_text"]);
    const found = await thread().find(CHANNEL, { key: "k", since: Date.now() - 60_000 });
    expect(found.ok && found.value, "it can be told again").to.deep.equal(posted.ok && posted.value);
  });

  it("is changed without it too", async () => {
    const posted = await thread().post(CHANNEL, message({ part: "text", text: t`so far` }), { key: "k" });
    if (!posted.ok) throw new Error(posted.detail);
    on.slack.faults.onCall("chat.update", { kind: "error", error: "invalid_blocks" });
    expect(await thread().update(posted.value, withChart())).to.deep.equal({ ok: true, value: null });
    expect(kinds()).to.deep.equal(["rich_text"]);
  });

  it("that Slack refuses for another reason is refused", async () => {
    on.slack.faults.onCall("chat.postMessage", { kind: "error", error: "msg_too_long", times: 2 });
    expect(await thread().post(CHANNEL, withChart(), { key: "k" })).to.include({ ok: false, trouble: "refused" });
  });

  it("is not posted twice when nobody knows whether it was", async () => {
    on.slack.faults.onCall("chat.postMessage", { kind: "loseAnswer" });
    const before = on.slack.messages(CHANNEL).length;
    expect(await thread().post(CHANNEL, withChart(), { key: "k" })).to.include({ ok: false, trouble: "unknown" });
    expect(on.slack.messages(CHANNEL)).to.have.length(before + 1);
  });
});
