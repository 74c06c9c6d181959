// From what is noted before the canary goes out to the verdict, through the events alone: an alert from before is not counted, one since is, and the two
// clocks need not agree.

import { expect } from "chai";
import { systemClock } from "../../../src/adapters/system/clock.ts";
import { judge } from "../../../src/canary/judge.ts";
import type { Look } from "../../../src/canary/readings.ts";
import type { Turn } from "../../../src/runner/drive.ts";
import { askMonitors, lookBackFrom } from "../../../src/runner/perform/monitors.ts";
import { note } from "../../../src/runner/perform/note.ts";
import { aMonitorsCheck, anOrder, hostsNamed, MINUTE, NOON, SECOND } from "../../support/build.ts";
import { startBench, unhurried } from "./bench.ts";

type Noted = { at: number; monitors: Parameters<typeof judge>[1]["noted"] };
const checks = [aMonitorsCheck()];

/** A monitor that shows no groups, at a Datadog whose clock is ahead of ours by so much. */
async function startWatched({ skewMs = 0, hidesGroups = true }) {
  let now = NOON;
  const monitors = [{ id: 1, name: "Jobs", tags: ["service:web"], hidesGroups }];
  const { datadog, metrics } = await startBench({ monitors, clock: { now: () => now + skewMs } });
  datadog.monitor(1).resolve("host:web-01");
  return {
    datadog,
    pass: (ms: number) => {
      now += ms;
    },
    alert() {
      datadog.monitor(1).alert("host:web-01");
      now += 5 * SECOND;
      datadog.monitor(1).resolve("host:web-01");
    },
    /** As the runner does before the canary goes out. */
    async note(): Promise<Noted> {
      const noted: Noted[] = [];
      const log = { deploy: { order: anOrder({ checks }) }, observe: async (fact: Noted) => void noted.push(fact) };
      await note({ do: "note" }, { log, parts: { metrics, clock: { now: () => now } } } as unknown as Turn, unhurried);
      return noted[0] ?? expect.fail("nothing was noted");
    },
    /** As at the end of the bake. */
    async verdict({ at: notedAt, monitors: noted }: Noted) {
      const since = lookBackFrom({ notedAt });
      const reading = await askMonitors(
        aMonitorsCheck(),
        { metrics, clock: systemClock },
        { signal: unhurried, since },
      );
      const look: Look = { at: now, window: { from: notedAt, to: now }, last: true, readings: [reading] };
      return judge({ checks, canary: hostsNamed("web-01") }, { notedAt, noted, looks: [look] }).judgement.verdict;
    },
  };
}

describe("an alert that only events tell of", () => {
  for (const skewMs of [0, 40 * SECOND, -40 * SECOND]) {
    const clocks = skewMs === 0 ? "with one clock" : `with Datadog's clock ${skewMs > 0 ? "ahead" : "behind"}`;

    it(`is not counted when it was over before the canary went out, ${clocks}`, async () => {
      const watched = await startWatched({ skewMs });
      watched.alert();
      watched.pass(5 * SECOND);
      const noted = await watched.note();
      watched.pass(5 * MINUTE);
      expect(await watched.verdict(noted)).to.equal("pass");
      await watched.datadog.close();
    });

    for (const [what, before] of [
      ["alone", false],
      ["although it had alerted just before", true],
    ] as const) {
      it(`is counted when it came right after, ${what}, ${clocks}`, async () => {
        const watched = await startWatched({ skewMs });
        if (before) watched.alert();
        watched.pass(8 * SECOND);
        const noted = await watched.note();
        watched.pass(2 * SECOND);
        watched.alert();
        watched.pass(5 * MINUTE);
        expect(await watched.verdict(noted)).to.equal("fail");
        await watched.datadog.close();
      });
    }
  }

  it("does not turn one that the monitor itself dates before the canary into a new one", async () => {
    const watched = await startWatched({ hidesGroups: false });
    watched.alert();
    const noted = await watched.note();
    watched.pass(5 * MINUTE);
    expect(await watched.verdict(noted)).to.equal("pass");
    await watched.datadog.close();
  });

  it("has states noted before the canary all the same when the events could not be read then", async () => {
    const watched = await startWatched({});
    watched.datadog.fault("eventsSearch", { kind: "forbidden" });
    const { monitors } = await watched.note();
    expect(monitors.monitors?.map(({ state }) => state)).to.deep.equal(["ok"]);
    expect(await watched.verdict({ at: NOON, monitors })).to.equal("inconclusive");
    await watched.datadog.close();
  });
});
