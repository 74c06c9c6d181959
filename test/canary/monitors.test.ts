// Monitors while the canary is out: an alert at any moment counts, silence is not health, and what was red before is named and left out.

import { expect } from "chai";
import { judge } from "../../src/canary/judge.ts";
import type { Look, MonitorsReading, Watched } from "../../src/canary/readings.ts";
import { aLook, aMonitorsCheck, aWatched, hostsNamed, MINUTE, NOON, SECOND, watchedNow } from "../support/build.ts";

const early = { last: false };
const checks = [aMonitorsCheck()];
const canary = hostsNamed("web-01");

function watch(noted: Watched[] | null, ...looks: Look[]) {
  const { certain, judgement } = judge({ checks, canary }, { notedAt: NOON, noted: { monitors: noted }, looks });
  const result = judgement.results[0];
  if (result === undefined) throw new Error("no result");
  return { certain, ...result };
}
const last = (...watched: Watched[]) => aLook([watchedNow(...watched)]);
const earlier = (...watched: Watched[]) => aLook([watchedNow(...watched)], early);

describe("monitors that stay green", () => {
  it("pass at the end of the bake, and not before", () => {
    const green = aWatched();
    expect(watch([green], earlier(green))).to.include({ verdict: "inconclusive", certain: false });
    expect(watch([green], earlier(green), last(green))).to.include({ verdict: "pass", certain: true });
  });

  it("pass with a warning: a warning is not an alert", () => {
    expect(watch([aWatched()], last(aWatched({ state: "warn" }))).verdict).to.equal("pass");
  });

  it("pass although they alerted long before the deploy", () => {
    const yesterday = { triggeredAt: NOON - 1_440 * MINUTE, resolvedAt: NOON - 1_439 * MINUTE };
    expect(watch([aWatched(yesterday)], last(aWatched(yesterday))).verdict).to.equal("pass");
    expect(watch([], last(aWatched(yesterday))).verdict).to.equal("pass");
  });
});

describe("a monitor that alerts", () => {
  const red = aWatched({ state: "alert", triggeredAt: NOON + MINUTE });
  const resolved = aWatched({ triggeredAt: NOON + MINUTE, resolvedAt: NOON + 2 * MINUTE });

  it("fails the canary at once", () => {
    expect(watch([aWatched()], earlier(red))).to.include({ verdict: "fail", certain: true });
  });

  it("fails it although it has resolved by the end", () => {
    const result = watch([aWatched()], earlier(red), last(resolved));
    expect(result.verdict).to.equal("fail");
    expect(result.reason).to.deep.equal({ kind: "alerted", monitors: [resolved] });
  });

  it("fails it although it fired and resolved between two looks and nobody saw it red", () => {
    expect(watch([aWatched()], earlier(aWatched()), last(resolved)).verdict).to.equal("fail");
  });

  it("fails it by its second alert, when it had alerted before and was green at the start", () => {
    const noted = aWatched({ triggeredAt: NOON - MINUTE, resolvedAt: NOON - 50 * SECOND });
    expect(
      watch([noted], last({ ...noted, triggeredAt: NOON + SECOND, resolvedAt: NOON + 2 * SECOND })).verdict,
    ).to.equal("fail");
  });

  it("fails it although the service's clock is behind ours: its own times are compared", () => {
    const noted = aWatched({ triggeredAt: NOON - 10 * MINUTE });
    expect(watch([noted], last({ ...noted, triggeredAt: NOON - 5 * MINUTE, resolvedAt: NOON })).verdict).to.equal(
      "fail",
    );
  });

  it("fails it for a group that was not there before, also when it alerts during the warm-up", () => {
    const group = aWatched({ group: "host:web-01", triggeredAt: NOON + SECOND, resolvedAt: NOON + 20 * SECOND });
    const window = { from: NOON + 10 * MINUTE, to: NOON + 15 * MINUTE };
    expect(watch([], aLook([watchedNow(group)], { window })).verdict).to.equal("fail");
  });

  it("fails it when its state before could not be read", () => {
    expect(watch(null, last(red)).verdict).to.equal("fail");
  });

  it("is named by group, each one once", () => {
    const groups = ["host:web-01", "host:web-02"].map((group) => aWatched({ ...red, group }));
    const { reason } = watch([], earlier(...groups), last(...groups, aWatched({ group: "host:web-03" })));
    expect(reason.kind === "alerted" && reason.monitors.map(({ group }) => group)).to.deep.equal([
      "host:web-01",
      "host:web-02",
    ]);
  });

  it("tells of the whole time since the canary was out", () => {
    const look = earlier(red);
    expect(watch([aWatched()], look).window).to.deep.equal({ from: NOON, to: look.window.to });
  });
});

describe("a monitor that was red before the deploy", () => {
  const red = aWatched({ state: "alert", triggeredAt: NOON - MINUTE });
  const green = aWatched({ id: 2, name: "Latency" });

  it("is named and left out, also when it alerts again", () => {
    const again = { ...red, triggeredAt: NOON + MINUTE };
    const result = watch([red, green], earlier(red, green), last(again, green));
    expect(result.verdict).to.equal("pass");
    expect(result.redBefore).to.deep.equal([red]);
  });

  it("does not hide another one, nor another group of its own", () => {
    const other = aWatched({ group: "host:web-02", state: "alert" });
    expect(watch([{ ...red, group: "host:web-01" }], last({ ...red, group: "host:web-01" }, other)).verdict).to.equal(
      "fail",
    );
  });

  it("leaves nothing to watch when it is the only one", () => {
    const result = watch([red], last(red));
    expect(result).to.deep.include({ verdict: "inconclusive", reason: { kind: "onlyRedBefore" }, redBefore: [red] });
  });
});

describe("monitors that say nothing", () => {
  const table: [string, Watched[], string][] = [
    ["there are none", [], "noMonitors"],
    ["one is muted", [aWatched(), aWatched({ id: 2, muted: true })], "muted"],
    ["one has no data", [aWatched(), aWatched({ id: 2, state: "noData" })], "monitorsWithoutData"],
    ["one is in a state that nobody knows", [aWatched({ state: "unknown" })], "monitorsWithoutData"],
    ["one was skipped, as a new group is", [aWatched({ state: "skipped" })], "monitorsWithoutData"],
    ["one is ignored", [aWatched({ state: "ignored" })], "monitorsWithoutData"],
  ];
  for (const [title, watched, kind] of table) {
    it(`never pass: ${title}`, () => {
      const result = watch([], last(...watched));
      expect(result).to.include({ verdict: "inconclusive", certain: true });
      expect(result.reason.kind).to.equal(kind);
    });
  }

  it("never pass when one is gone that was there before the deploy, and it is named", () => {
    const left = aWatched();
    const gone = aWatched({ id: 2, name: "Latency" });
    expect(watch([left, gone], last(left)).reason).to.deep.equal({ kind: "monitorsGone", monitors: ["Latency"] });
    expect(watch([left], last()).reason).to.deep.equal({ kind: "monitorsGone", monitors: ["Jobs stopped"] });
  });

  it("may lose a group: its host may be gone", () => {
    const groups = ["host:web-01", "host:web-02"].map((group) => aWatched({ group }));
    expect(watch(groups, last(...groups.slice(1))).verdict).to.equal("pass");
  });

  it("still fail when they are muted and alert", () => {
    expect(watch([], last(aWatched({ muted: true, state: "alert" }))).verdict).to.equal("fail");
  });

  it("never pass without an answer, and are asked again at most five times at the end", () => {
    const silent: MonitorsReading = {
      ...watchedNow(),
      trouble: { kind: "unreachable", detail: "ECONNREFUSED" },
    };
    const looks = Array.from({ length: 5 }, () => aLook([silent]));
    expect(watch([], ...looks.slice(1))).to.include({ certain: false, verdict: "inconclusive" });
    expect(watch([], ...looks)).to.include({ certain: true, verdict: "inconclusive" });
    expect(watch([aWatched()], ...looks.slice(1), last(aWatched())).verdict).to.equal("pass");
  });

  it("do not make up for an alert that was seen before the answers stopped", () => {
    const silent: MonitorsReading = { ...watchedNow(), trouble: { kind: "timedOut", detail: "" } };
    expect(watch([], earlier(aWatched({ state: "alert" })), aLook([silent])).verdict).to.equal("fail");
  });
});
