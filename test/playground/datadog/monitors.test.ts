// Monitors of the Datadog stand-in: they alert, and they resolve by themselves.

import { expect } from "chai";
import { type DatadogStandIn, type MonitorOption, startDatadog } from "../../../playground/datadog/server.ts";
import { handClock, tell } from "./asking.ts";

const stopped = "sum(last_15s):sum:web.jobs{env:production} by {host}.as_count() < 1";

describe("A monitor of the Datadog stand-in", () => {
  const start = Date.parse("2025-06-01T12:00:00Z");
  let clock = handClock(start);
  let datadog: DatadogStandIn | undefined;

  afterEach(() => datadog?.close());

  async function watch(more: Partial<MonitorOption> = {}): Promise<DatadogStandIn> {
    clock = handClock(start);
    const monitor = { id: 7, name: "jobs stopped", tags: ["service:web"], query: stopped, ...more };
    datadog = await startDatadog({ monitors: [monitor], evaluateMs: 0, flushMs: 0, clock });
    return datadog;
  }

  /** Sends a second's count and evaluates; null sends nothing. */
  function second(stand: DatadogStandIn, offsetS: number, value: number | null): void {
    if (value !== null) stand.submit("web.jobs", start + offsetS * 1000 - 500, value, ["host:web-1", "env:production"]);
    clock.set(start + offsetS * 1000);
    stand.evaluate();
  }

  async function group(stand: DatadogStandIn) {
    const { body } = await tell(stand, "/api/v1/monitor/7?group_states=all");
    return { overall: body.overall_state, ...body.state.groups["host:web-1"] };
  }

  it("has no data before the first measurement", async () => {
    const { body } = await tell(await watch(), "/api/v1/monitor/7?group_states=all");
    expect(body).to.deep.include({ overall_state: "No Data", state: { groups: {} } });
  });

  it("alerts when its measurements pass the threshold, and says when", async () => {
    const stand = await watch();
    second(stand, 1, 5);
    expect((await group(stand)).status).to.equal("OK");
    for (let at = 2; at <= 17; at += 1) second(stand, at, 0);
    expect(await group(stand)).to.include({ status: "Alert", overall: "Alert", last_resolved_ts: null });
    expect((await group(stand)).last_triggered_ts).to.equal(start / 1000 + 16);
  });

  it("resolves when the measurements stop, and still says that it had alerted", async () => {
    const stand = await watch();
    for (let at = 1; at <= 3; at += 1) second(stand, at, 0);
    for (let at = 4; at <= 20; at += 1) second(stand, at, null);
    expect(await group(stand)).to.include({ status: "OK", overall: "OK" });
    expect(await group(stand)).to.include({ last_triggered_ts: start / 1000 + 1, last_resolved_ts: start / 1000 + 18 });
  });

  it("has no data when the measurements stop, if it is told so", async () => {
    const stand = await watch({ onMissing: "noData" });
    second(stand, 1, 5);
    second(stand, 30, null);
    expect(await group(stand)).to.include({ status: "No Data", overall: "No Data", last_nodata_ts: start / 1000 + 30 });
  });

  it("takes silence for zero, if it is told so", async () => {
    const stand = await watch({ onMissing: "zero" });
    second(stand, 1, 5);
    second(stand, 30, null);
    expect((await group(stand)).status).to.equal("Alert");
  });

  it("warns at the milder threshold", async () => {
    const stand = await watch({ warning: 10 });
    second(stand, 1, 5);
    expect((await group(stand)).status).to.equal("Warn");
  });

  it("leaves its transitions in the event stream", async () => {
    const stand = await watch();
    second(stand, 1, 0);
    second(stand, 2, 9);
    const filter = { query: "@monitor.id:7", from: String(start), to: String(start + 60_000) };
    const { body } = await tell(stand, "/api/v2/events/search", { filter });
    const found = body.data.map(
      (event: { attributes: { attributes: { monitor: object } } }) => event.attributes.attributes.monitor,
    );
    expect(found).to.have.length(2);
    expect(found[0]).to.deep.include({
      transition: { source_state: "OK", destination_state: "Alert", transition_type: "alert" },
    });
    expect(found[1].transition).to.include({ source_state: "Alert", transition_type: "alert recovery" });
    expect(found[1]).to.deep.include({ groups: ["host:web-1"] });
    expect(found[1].result.group_key, "only what it is grouped by").to.equal("host");
  });

  it("finds the transitions of several monitors with one question", async () => {
    const stand = await watch();
    second(stand, 1, 0);
    const found = async (query: string) => {
      const filter = { query, from: String(start), to: String(start + 60_000) };
      return (await tell(stand, "/api/v2/events/search", { filter })).body.data.length;
    };
    expect(await found("@monitor.id:(5 OR 7)")).to.equal(1);
    expect(await found("@monitor.id:(5 OR 6)")).to.equal(0);
  });

  it("obeys the hand, against what it measures", async () => {
    const stand = await watch();
    stand.monitor(7).alert("host:web-1");
    second(stand, 1, 9);
    expect((await group(stand)).status).to.equal("Alert");
    stand.monitor(7).resolve("host:web-1");
    expect((await group(stand)).status).to.equal("OK");
  });

  it("can be muted and unmuted", async () => {
    const stand = await watch();
    const silenced = async () => (await tell(stand, "/api/v1/monitor/7")).body.options.silenced;
    stand.monitor(7).mute();
    expect(await silenced()).to.deep.equal({ "*": null });
    stand.monitor(7).unmute();
    expect(await silenced()).to.deep.equal({});
  });

  it("shows its groups only when asked for them", async () => {
    const stand = await watch();
    second(stand, 1, 9);
    const groups = async (states: string) => (await tell(stand, `/api/v1/monitor/7${states}`)).body.state?.groups;
    expect(await groups("")).to.equal(undefined);
    expect(await groups("?group_states=alert")).to.deep.equal({});
    expect(await groups("?group_states=ok,warn")).to.have.keys("host:web-1");
  });

  it("cannot be started with a query that makes no sense", async () => {
    for (const query of ["sum:web.jobs{*} < 1", "sum(last_5m):sum:web.jobs{ < 1", "sum(last_5m):sum:web.jobs{*}"]) {
      const error = await startDatadog({ monitors: [{ id: 1, name: "x", query }] }).catch((thrown: Error) => thrown);
      expect(error).to.be.instanceOf(Error);
    }
  });
});
