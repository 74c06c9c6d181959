// A bake from outside, on values: its window never holds what may not be complete, and what was red before the canary went out is left out.

import { expect } from "chai";
import { type Asked, bake, bakeFor, notedBefore, tooShortBy } from "../../src/check/baking.ts";
import type { Monitor, Series } from "../../src/ports/metrics.ts";
import {
  aLimit,
  aLook,
  aMonitorsCheck,
  anOrder,
  aWatched,
  MINUTE,
  NOON,
  SECOND,
  watchedNow,
} from "../support/build.ts";
import { ManualClock } from "../support/clock.ts";

const order = anOrder();
const asked = (parts: Partial<Asked> = {}): Asked => ({ order, since: NOON, wait: false, ...parts });

describe("the window of a check from outside", () => {
  it("ends as long before now as points may take to be complete, however long ago the canary went out", () => {
    for (const minutes of [3, 6, 120]) {
      const { forMs } = bakeFor(asked(), NOON + minutes * MINUTE);
      expect(NOON + forMs).to.equal(NOON + minutes * MINUTE - MINUTE);
    }
  });

  it("is the configured bake when that is waited for and not over yet", () => {
    expect(bakeFor(asked({ wait: true }), NOON + MINUTE)).to.deep.equal(order.bake);
    expect(bakeFor(asked({ wait: true }), NOON + 6 * MINUTE).forMs).to.equal(5 * MINUTE);
    expect(bakeFor(asked({ wait: true }), NOON + 9 * MINUTE).forMs).to.equal(8 * MINUTE);
  });

  it("is too short until three buckets lie behind the warm-up", () => {
    expect(tooShortBy(bakeFor(asked(), NOON + 2 * MINUTE))).to.equal(0);
    expect(tooShortBy(bakeFor(asked(), NOON + 2 * MINUTE - 7 * SECOND))).to.equal(7 * SECOND);
    expect(tooShortBy(bakeFor(asked(), NOON))).to.equal(MINUTE);
  });
});

describe("monitors that nobody noted before", () => {
  const look = (...watched: Parameters<typeof aWatched>[0][]) => aLook([watchedNow(...watched.map(aWatched))]);

  it("are those that had triggered before the canary went out, by the service's whole seconds, red or not", () => {
    const before = { id: 1, state: "alert" as const, triggeredAt: NOON - SECOND };
    const since = { id: 2, state: "alert" as const, triggeredAt: NOON + 1 };
    const resolved = { id: 3, state: "ok" as const, triggeredAt: NOON - 20 * SECOND };
    const unknown = { id: 4, state: "alert" as const, triggeredAt: null };
    const rounded = { id: 5, state: "alert" as const, triggeredAt: NOON - 999 };
    const noted = notedBefore([look(before, since, resolved, unknown, rounded)], NOON);
    expect(noted.monitors?.map(({ id }) => id)).to.deep.equal([1, 3]);
  });

  it("are those of the first look that could be taken: later ones say nothing of before", () => {
    const trouble = {
      kind: "monitors" as const,
      check: "monitors",
      watched: [],
      trouble: { kind: "timedOut" as const, detail: "" },
    };
    const red = { id: 1, state: "alert" as const, triggeredAt: NOON - SECOND };
    expect(notedBefore([aLook([trouble]), look(red), look()], NOON).monitors).to.have.length(1);
    expect(notedBefore([look(), look(red)], NOON).monitors).to.deep.equal([]);
  });
});

describe("a bake from outside", () => {
  const checks = [aLimit({ query: "sum:web.errors{host IN (web-01)}" }), aMonitorsCheck()];
  const monitor = (parts: Partial<Monitor["groups"][number]>): Monitor => ({
    id: 1,
    name: "Jobs stopped",
    state: "ok",
    muted: false,
    groups: [{ name: "*", state: "ok", lastTriggeredAt: null, lastResolvedAt: null, ...parts }],
  });

  /** A clock at so many minutes past noon, and a Datadog with one error a bucket and one monitor. */
  async function outside(minutes: number, told: { errors: number; monitor?: Parameters<typeof monitor>[0] }) {
    const clock = new ManualClock();
    await clock.pass(NOON + minutes * MINUTE);
    const windows: { from: number; to: number }[] = [];
    const metrics = {
      async ask(questions: { id: string }[], window: { from: number; to: number }, intervalMs: number) {
        windows.push(window);
        const points = [];
        for (let at = Math.ceil(window.from / intervalMs) * intervalMs; at < window.to; at += intervalMs) {
          points.push({ at, value: told.errors });
        }
        const series: Series[] = [{ scope: [], points }];
        return { ok: true as const, value: new Map(questions.map(({ id }) => [id, series])) };
      },
      monitors: async () => ({ ok: true as const, value: [monitor(told.monitor ?? {})] }),
      mark: async () => ({ ok: true as const, value: null }),
    };
    return { clock, windows, parts: { clock, metrics } };
  }
  const unhurried = new AbortController().signal;
  const at = (parts: Partial<Asked> = {}) => asked({ order: anOrder({ checks }), ...parts });

  it("is one look when nobody waits, from the warm-up to what is complete", async () => {
    const { parts, windows } = await outside(5, { errors: 0 });
    const told = await bake(at(), { parts, onLook: () => expect.fail() }, unhurried);
    expect(told?.judgement.verdict).to.equal("pass");
    expect(windows).to.deep.equal([{ from: NOON + 30 * SECOND, to: NOON + 4 * MINUTE }]);
  });

  it("fails for a monitor that alerted since, also when it has resolved, and not for one that did before", async () => {
    const verdict = async (monitor: Parameters<typeof outside>[1]["monitor"]) => {
      const { parts } = await outside(5, { errors: 0, ...(monitor && { monitor }) });
      return (await bake(at(), { parts, onLook: () => undefined }, unhurried))?.judgement.verdict;
    };
    expect(await verdict({ lastTriggeredAt: NOON + MINUTE, lastResolvedAt: NOON + 2 * MINUTE })).to.equal("fail");
    expect(await verdict({ lastTriggeredAt: NOON - 5 * MINUTE, lastResolvedAt: NOON - 4 * MINUTE })).to.equal("pass");
    expect(await verdict({ lastTriggeredAt: NOON - 20 * SECOND, lastResolvedAt: NOON - 10 * SECOND })).to.equal("pass");
    expect(await verdict({ state: "alert", lastTriggeredAt: NOON + MINUTE })).to.equal("fail");
    expect(await verdict({ state: "alert" })).to.equal("fail");
    expect(await verdict({ state: "alert", lastTriggeredAt: NOON - MINUTE })).to.equal("inconclusive");
  });

  it("waits poll by poll and ends at the first look that is certain", async () => {
    const { clock, parts, windows } = await outside(0, { errors: 1 });
    const seen: string[] = [];
    const onLook = ({ judgement }: { judgement: { verdict: string } }) => seen.push(judgement.verdict);
    let verdict: string | undefined;
    const baking = bake(at({ wait: true }), { parts, onLook }, unhurried).then((told) => {
      verdict = told?.judgement.verdict;
    });
    for (let half = 0; half < 20 && verdict === undefined; half++) await clock.pass(30 * SECOND);
    await baking;
    expect(verdict).to.equal("fail");
    // Six errors are one more than allowed: six whole buckets behind the warm-up, a minute of settling later.
    expect(windows.at(-1)).to.deep.equal({ from: NOON + 30 * SECOND, to: NOON + 90 * SECOND });
    expect(seen.every((one) => one === "inconclusive")).to.equal(true);
  });

  it("cannot tell, at the next poll, when the clock was set back", async () => {
    const { clock, parts, windows } = await outside(0, { errors: 0 });
    const baking = bake(at({ wait: true }), { parts, onLook: () => undefined }, unhurried);
    for (let half = 0; half < 4; half++) await clock.pass(30 * SECOND);
    clock.setBack(60 * MINUTE);
    await clock.pass(30 * SECOND);
    const judgement = (await baking)?.judgement;
    expect(judgement?.verdict).to.equal("inconclusive");
    expect(judgement?.results.map(({ reason }) => reason.kind)).to.deep.equal(["clockSetBack", "clockSetBack"]);
    for (const { to } of windows) expect(to).to.be.at.most(NOON + 2 * MINUTE);
  });

  it("is null when it is stopped while it waits", async () => {
    const { parts } = await outside(0, { errors: 0 });
    const stop = new AbortController();
    const baking = bake(at({ wait: true }), { parts, onLook: () => undefined }, stop.signal);
    stop.abort();
    expect(await baking).to.equal(null);
  });
});
