// A check that counts errors among requests on the canary and on the rest of the fleet, at every look.

import { expect } from "chai";
import { judge } from "../../src/canary/judge.ts";
import { readCounts, readTrouble } from "../../src/canary/measure.ts";
import { type Look, look as lookSchema } from "../../src/canary/readings.ts";
import type { Series } from "../../src/ports/metrics.ts";
import { aCount, aLook, hostsNamed, MINUTE, NOON, SECOND } from "../support/build.ts";

const END = NOON + 5 * MINUTE;

/** So many in every ten seconds up to `until`. */
function line(each: number | null, until = END): Series[] {
  const count = (until - NOON) / (10 * SECOND);
  if (each === null) return [];
  return [
    { scope: [], points: Array.from({ length: count }, (_, i) => ({ at: NOON + i * 10 * SECOND, value: each })) },
  ];
}

interface Seen {
  canary: [errors: number | null, total: number | null];
  baseline: [errors: number | null, total: number | null];
  /** Until when the canary has reported. */
  until?: number;
  baselineUntil?: number;
}

/** What was seen in the window that ends so many minutes after its start. */
function look(minutes: number, { canary, baseline, until = END, baselineUntil = END }: Seen): Look {
  const window = { from: NOON, to: NOON + minutes * MINUTE };
  const last = window.to === END;
  const heard = {
    canary: { errors: line(canary[0], until), total: line(canary[1], until) },
    baseline: { errors: line(baseline[0], baselineUntil), total: line(baseline[1], baselineUntil) },
  };
  const reading = readCounts(aCount(), heard, { window, intervalMs: 10 * SECOND });
  return lookSchema.parse(JSON.parse(JSON.stringify(aLook([reading], { window, last, at: window.to + MINUTE }))));
}
const looks = (seen: Seen, ...minutes: number[]) => minutes.map((one) => look(one, seen));

function judged(seen: Look[]) {
  const { certain, judgement } = judge(
    { checks: [aCount()], canary: hostsNamed("web-01") },
    { notedAt: NOON, noted: {}, looks: seen },
  );
  const [result] = judgement.results;
  if (!result) throw new Error("a check has a result");
  return { certain, verdict: judgement.verdict, kind: result.reason.kind, result };
}

describe("a reading of counts", () => {
  it("adds up the whole buckets of the window on each side", () => {
    expect(look(1, { canary: [1, 20], baseline: [2, 60] }).readings).to.deep.equal([
      {
        kind: "counts",
        check: "failing",
        canary: { errors: 6, total: 120, until: NOON + MINUTE },
        baseline: { errors: 12, total: 360, until: NOON + MINUTE },
        trouble: null,
      },
    ]);
  });

  it("takes silence of the errors for none while requests are reported", () => {
    const [reading] = look(1, { canary: [null, 20], baseline: [null, 60] }).readings;
    expect(reading).to.deep.include({ canary: { errors: 0, total: 120, until: NOON + MINUTE } });
  });

  it("that has several lines for one is no reading", () => {
    const heard = { errors: [], total: [...line(5), ...line(5)] };
    const several = readCounts(
      aCount(),
      { canary: heard, baseline: heard },
      { window: { from: NOON, to: END }, intervalMs: 10_000 },
    );
    expect(several.trouble?.kind).to.equal("garbled");
  });
});

describe("counts of errors", () => {
  const table: [string, Seen, string, string][] = [
    ["none anywhere", { canary: [0, 20], baseline: [0, 60] }, "pass", "notMoreErrors"],
    ["the same part on both sides", { canary: [1, 20], baseline: [3, 60] }, "pass", "notMoreErrors"],
    ["fewer on the canary", { canary: [0, 20], baseline: [3, 60] }, "pass", "notMoreErrors"],
    ["many on the canary and none on the rest", { canary: [2, 20], baseline: [0, 60] }, "fail", "moreErrors"],
    ["one request on the canary", { canary: [0, 1 / 30], baseline: [0, 60] }, "inconclusive", "tooFewRequests"],
    ["no requests on the canary", { canary: [0, 0], baseline: [0, 60] }, "inconclusive", "noTraffic"],
    ["no data of the canary", { canary: [null, null], baseline: [0, 60] }, "inconclusive", "noTraffic"],
    ["no data of the rest", { canary: [0, 20], baseline: [null, null] }, "inconclusive", "noTraffic"],
    ["no data at all", { canary: [null, null], baseline: [null, null] }, "inconclusive", "noTraffic"],
    [
      "a canary that fell silent",
      { canary: [0, 20], baseline: [0, 60], until: NOON + 2 * MINUTE },
      "inconclusive",
      "dataStopped",
    ],
    [
      "a rest that fell silent",
      { canary: [0, 20], baseline: [0, 60], baselineUntil: NOON + 2 * MINUTE },
      "inconclusive",
      "dataStopped",
    ],
  ];
  for (const [title, seen, verdict, kind] of table) {
    it(`with ${title}: ${verdict}`, () => {
      expect(judged(looks(seen, 1, 2, 5))).to.include({ verdict, kind, certain: true });
    });
  }

  it("fail as soon as it is certain, say since when, and stay failed", () => {
    const bad: Seen = { canary: [2, 20], baseline: [0, 60] };
    const early = judged(looks(bad, 1));
    expect(early).to.include({ verdict: "fail", certain: true });
    expect(early.result.reason).to.deep.include({ kind: "moreErrors", since: NOON + MINUTE });
    const later = judged([look(1, bad), look(2, bad), look(5, bad)]);
    expect(later.result.reason).to.deep.include({ since: NOON + MINUTE });
    expect(later.result.window).to.deep.equal({ from: NOON, to: NOON + MINUTE });
  });

  it("are not certain to pass before the end of the bake", () => {
    expect(judged(looks({ canary: [0, 20], baseline: [0, 60] }, 1, 2))).to.include({
      certain: false,
      verdict: "inconclusive",
      kind: "tooEarly",
    });
    expect(judged([])).to.include({ certain: false, kind: "notMeasured" });
  });

  it("that become fewer from one look to the next tell nothing", () => {
    const result = judged([
      look(1, { canary: [0, 90], baseline: [0, 60] }),
      look(5, { canary: [0, 1], baseline: [0, 60] }),
    ]);
    expect(result).to.include({ verdict: "inconclusive", kind: "countsWentBack" });
  });

  it("are told with both sides, what the share of the traffic explains, and how sure", () => {
    const { result } = judged(looks({ canary: [1, 20], baseline: [3, 60] }, 5));
    expect(result.reason).to.deep.include({
      canary: { errors: 30, total: 600 },
      baseline: { errors: 90, total: 1800 },
      expected: 30,
    });
  });
});

describe("counts that got no answer", () => {
  const silent = (last: boolean) => aLook([readTrouble(aCount(), { kind: "timedOut", detail: "15 s" })], { last });
  const well: Seen = { canary: [0, 20], baseline: [0, 60] };

  it("in the middle of the bake cost nothing: the next look has all counts", () => {
    expect(judged([look(1, well), silent(false), look(5, well)])).to.include({ verdict: "pass", certain: true });
    expect(judged([silent(false), look(2, { canary: [2, 20], baseline: [0, 60] })]).verdict).to.equal("fail");
  });

  it("at its end do not pass, and are asked for again", () => {
    expect(judged([look(1, well), silent(true)])).to.include({
      verdict: "inconclusive",
      kind: "trouble",
      certain: false,
    });
    expect(judged([silent(true), look(5, well)])).to.include({ verdict: "pass", certain: true });
  });
});
