// The picture in a verdict, in words and as a chart; and who is called.

import { expect } from "chai";
import type { Drawn } from "../../src/canary/drawn.ts";
import type { CheckResult, Judgement } from "../../src/canary/verdict.ts";
import { type Piece, plain } from "../../src/chat/text.ts";
import type { Chart, Message } from "../../src/views/message.ts";
import { rootMessage } from "../../src/views/root.ts";
import {
  aComparison,
  aCount,
  aLimit,
  aMonitorsCheck,
  anOrder,
  aWatched,
  factsUntil,
  folded,
  judgement,
  MINUTE,
  NOON,
  onCall,
  SECOND,
  then,
} from "../support/build.ts";
import { threadLines } from "../support/thread.ts";

const slow = aLimit({ name: "slow", aggregate: "mean", atMost: 300, unit: "ms" });
const jobs = aLimit({ name: "jobs", atMost: null, atLeast: 1, forMs: MINUTE, unit: "jobs" });
const shared = aLimit({ rest: { query: "sum:web.errors{host IN (web-03)}", share: 0.5 } });
const latency = aComparison({ ignoreBelow: 0.5 });
const failing = aCount();
const monitors = aMonitorsCheck();
const order = anOrder({
  checks: [slow, jobs, shared, latency, failing, monitors],
  links: {
    dashboard: { url: "https://app.example.com/dashboard/abc", variables: { service: "web" } },
    compare: null,
    runbook: null,
    app: "https://app.example.com",
  },
  onCall: { id: onCall.id, name: "web on-call" },
});

const drawn: Drawn = {
  times: [0, 1, 2, 3].map((i) => NOON + i * 20 * SECOND),
  widthMs: 20 * SECOND,
  canary: [100, 120, 410.5, 420],
  rest: [99, 101, 100, 100],
  touchedAt: NOON + 30 * SECOND,
};
const result = (check: string, more: Partial<CheckResult> = {}): CheckResult => ({
  check,
  verdict: "fail",
  reason: { kind: "aboveLimit" },
  value: 410,
  scope: "",
  points: 27,
  window: { from: NOON + 30_000, to: NOON + 5 * MINUTE },
  redBefore: [],
  drawn,
  ...more,
});

function told(verdict: Judgement["verdict"], ...results: CheckResult[]): Message {
  const facts = then(factsUntil("baking", order), { kind: "judged", judgement: judgement(verdict, results) });
  const message = threadLines(facts).at(-1)?.message;
  if (!message) throw new Error("a verdict is said");
  return message;
}
const chartsOf = ({ parts }: Message): Chart[] => parts.flatMap((part) => (part.part === "chart" ? [part.chart] : []));
const chartOf = (one: CheckResult): Chart => {
  const [chart] = chartsOf(told("fail", one));
  if (!chart) throw new Error("there is a chart");
  return chart;
};
const pieces = ({ parts }: Message): Piece[] =>
  parts.flatMap((part) => (part.part === "text" || part.part === "note" ? [...part.text] : []));
const said = (message: Message) => plain(pieces(message));
const links = (message: Message) =>
  pieces(message).flatMap((piece) => (typeof piece !== "string" && "link" in piece ? [piece.link] : []));
const mentions = (message: Message) =>
  pieces(message).flatMap((piece) => (typeof piece !== "string" && "mention" in piece ? [piece.mention] : []));

describe("the picture of a check that failed", () => {
  it("shows the canary, the rest of the fleet and the limit", () => {
    expect(chartOf(result("slow")).series).to.deep.equal([
      { name: "canary", values: drawn.canary },
      { name: "rest of the fleet", values: drawn.rest },
      { name: "limit", values: [300, 300, 300, 300] },
    ]);
  });

  it("says in the label, and below, when the new release came", () => {
    const { labels, times } = chartOf(result("slow"));
    expect(labels).to.deep.equal(["12:00:00", "12:00:20 new release", "12:00:40", "12:01:00"]);
    expect(times).to.equal("UTC; new release on the canary from 12:00:30");
  });

  it("says the same below in the reader's own time", () => {
    expect(said(told("fail", result("slow")))).to.contain("The canary has the new release from 12:00:30 UTC on.");
  });

  it("is named after the check, and after the host that decided", () => {
    expect(chartOf(result("jobs", { scope: "host:web-02" }))).to.include({ title: "jobs on web-02", unit: "jobs" });
  });

  it("has full minutes as minutes", () => {
    const times = [0, 1, 2, 3].map((i) => NOON + i * MINUTE);
    const { labels } = chartOf(result("slow", { drawn: { ...drawn, times, widthMs: MINUTE, touchedAt: NOON - 1 } }));
    expect(labels).to.deep.equal(["12:00", "12:01", "12:02", "12:03"]);
  });

  it("takes the lower limit for what fell below it", () => {
    const limited = chartOf(result("jobs", { reason: { kind: "stopped", from: NOON, lastedMs: MINUTE } }));
    expect(limited.series.at(-1)).to.deep.equal({ name: "limit", values: [1, 1, 1, 1] });
  });

  it("of a comparison has for a limit where a difference begins to matter", () => {
    const numbers = {
      shift: 300,
      interval: [250, 350] as [number, number],
      p: 1e-9,
      points: [27, 26] as [number, number],
    };
    const compared = chartOf(result("latency", { reason: { kind: "higher", ...numbers }, baseline: 100 }));
    expect(compared.series.at(-1)).to.deep.equal({ name: "limit", values: [150, 150, 150, 150] });
  });

  it("of counts is the part that fails, without a limit", () => {
    const chart = chartOf(result("failing", { reason: { kind: "noTraffic", of: "canary" } }));
    expect(chart.unit).to.equal("% of requests failed");
    expect(chart.series.map(({ name }) => name)).to.deep.equal(["canary", "rest of the fleet"]);
  });

  it("of a sum over the hosts says that the rest is counted per as many, and that it runs up", () => {
    const chart = chartOf(result("errors"));
    expect(chart.series[1]?.name).to.equal("rest, per as many");
    expect(chart.unit).to.equal("requests, running total");
  });

  it("does without the rest where it is not known", () => {
    const chart = chartOf(result("slow", { drawn: { ...drawn, rest: [null, null, null, null] } }));
    expect(chart.series.map(({ name }) => name)).to.deep.equal(["canary", "limit"]);
  });

  it("is in numbers in the summary, for those who do not see it", () => {
    expect(plain(told("fail", result("slow")).summary)).to.contain(
      "The picture “slow” in numbers (ms), every 20 s from 12:00:00 UTC: canary 100, 120, 410.5, 420; rest of the fleet 99, 101, 100, 100; limit 300 ms.",
    );
  });

  it("names its gap", () => {
    const gap = told("inconclusive", result("slow", { drawn: { ...drawn, canary: [1, null, null, 4] } }));
    expect(said(gap)).to.contain(
      "The picture has a gap: nothing is known of the canary from 12:00:20 UTC to 12:01:00 UTC.",
    );
    const two = said(told("inconclusive", result("slow", { drawn: { ...drawn, canary: [null, 2, null, 4] } })));
    expect(two).to.contain("to 12:00:20 UTC (and 1 more time).");
    expect(plain(gap.summary)).to.contain("canary 1, unknown, unknown, 4");
  });

  it("stands right below the line that it is about", () => {
    const kinds = told("fail", result("slow"), result("jobs", { verdict: "pass", drawn: undefined })).parts;
    expect(kinds.map(({ part }) => part)).to.deep.equal([
      "text",
      "text",
      "chart",
      "note",
      "text",
      "note",
      "buttons",
      "text",
      "text",
      "note",
    ]);
  });

  it("is not there for what passed or was not measured", () => {
    const passed = result("slow", { verdict: "pass", reason: { kind: "withinLimit" }, drawn: undefined });
    expect(chartsOf(told("pass", passed))).to.deep.equal([]);
  });
});

describe("the links of a verdict", () => {
  const pinned = `from_ts=${NOON + 30_000}&to_ts=${NOON + 5 * MINUTE}&live=false&refresh_mode=paused`;

  it("show the dashboard at exactly the time that was judged", () => {
    expect(links(told("fail", result("slow")))).to.include(
      `https://app.example.com/dashboard/abc?${pinned}&tpl_var_service=web`,
    );
  });

  it("show each monitor that alerted, once, at that time", () => {
    const groups = [aWatched({ id: 7, group: "host:web-01" }), aWatched({ id: 7, group: "host:web-02" })];
    const message = told(
      "fail",
      result("monitors", { reason: { kind: "alerted", monitors: groups }, drawn: undefined }),
    );
    expect(links(message).filter((url) => url.includes("/monitors/"))).to.deep.equal([
      `https://app.example.com/monitors/7?${pinned}`,
    ]);
  });
});

describe("the on-call", () => {
  it("is called by a verdict that failed, and by one that asks", () => {
    expect(mentions(told("fail", result("slow")))).to.include(onCall.id);
    const asking = told("inconclusive", result("slow", { verdict: "inconclusive", reason: { kind: "noData" } }));
    expect(mentions(asking)).to.include(onCall.id);
    expect(said(asking)).to.match(
      /Promote it, bake once more or roll back with the buttons .*, by 12:\d\d UTC; after that/,
    );
  });

  it("is not called when the canary is well, nor by the deploy's own message, which names them", () => {
    const passed = result("slow", { verdict: "pass", reason: { kind: "withinLimit" }, drawn: undefined });
    expect(mentions(told("pass", passed))).to.deep.equal(["U0YOU"]);
    const root = rootMessage(folded(factsUntil("baking", order)));
    expect(mentions(root)).not.to.include(onCall.id);
    expect(said(root)).to.contain("On call: web on-call");
  });
});
