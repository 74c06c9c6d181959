// Looking back: changes of state are read from the events, and show in the monitors although they are over.

import { expect } from "chai";
import { withTransitions } from "../../../src/adapters/datadog/history.ts";
import { readTransitions, type Transition } from "../../../src/adapters/datadog/transitions.ts";
import type { FromMetrics, Monitor } from "../../../src/ports/metrics.ts";
import { type Bench, startBench, unhurried } from "./bench.ts";
import { troubles } from "./troubles.ts";

const NOON = Date.parse("2025-06-01T12:00:00Z");

/** In the shape of a recorded one. */
function anEvent(parts: { monitor?: object; [more: string]: unknown } = {}) {
  const { monitor, ...more } = parts;
  return {
    id: "AwAAA",
    type: "event",
    attributes: {
      tags: ["monitor", "source:alert"],
      attributes: {
        timestamp: NOON,
        status: "error",
        monitor_id: 1,
        monitor_groups: ["host:web-1"],
        monitor: {
          id: 1,
          groups: ["host:web-1"],
          result: { result_ts: NOON / 1000, group_key: "host" },
          transition: { source_state: "OK", destination_state: "Alert", transition_type: "alert" },
          ...monitor,
        },
        ...more,
      },
    },
  };
}
const changing = (source: string | null, destination: string | null, type: string | null) => ({
  monitor: { transition: { source_state: source, destination_state: destination, transition_type: type } },
});
const read = (...events: unknown[]) => readTransitions({ data: events }, [1]);

function one(event: unknown): Transition | undefined {
  const answer = read(event);
  if (!answer.ok) throw new Error(answer.detail);
  return answer.value.transitions[0];
}

describe("An event of a monitor", () => {
  it("tells which group changed, when, and to what", () => {
    expect(one(anEvent())).to.deep.equal({
      monitor: 1,
      groups: ["host:web-1"],
      at: NOON,
      to: "alert",
      alerts: true,
    });
  });

  const changes: [string, Parameters<typeof anEvent>[0], string, boolean][] = [
    ["from a warning to an alert", changing("Warn", "Alert", "alert"), "alert", true],
    ["from no data to an alert", changing("No Data", "Alert", "alert"), "alert", true],
    ["from nobody says what to an alert", changing(null, "Alert", null), "alert", true],
    ["in another case", changing("ok", "ALERT", "alert"), "alert", true],
    ["to a state that nobody knows, as an alert", changing("OK", "Burning", "alert"), "alert", true],
    ["told again while the alert goes on", changing("Alert", "Alert", "renotify"), "alert", false],
    ["to a warning", changing("OK", "Warn", "warning"), "warn", false],
    ["to a recovery", changing("Alert", "OK", "alert recovery"), "ok", false],
    ["to no data", changing("OK", "No Data", "no data"), "noData", false],
    ["without its change, in red", { monitor: { transition: undefined } }, "alert", true],
  ];
  for (const [what, parts, to, alerts] of changes) {
    it(`${what} ${alerts ? "is" : "is not"} an alert`, () => {
      expect(one(anEvent(parts))).to.include({ to, alerts });
    });
  }

  it("is passed over when it is no change, such as somebody's edit, or of another monitor", () => {
    expect(one(anEvent({ status: "info", monitor: { transition: null } }))).to.equal(undefined);
    expect(one(anEvent({ monitor: { id: 2 }, monitor_id: 2 }))).to.equal(undefined);
    expect(one({ attributes: { attributes: { status: "error", title: "somebody's marker" } } })).to.equal(undefined);
  });

  it("has the time at which it was told, in whichever of its three places and units", () => {
    const inside = anEvent();
    const outside = anEvent({ timestamp: undefined });
    Object.assign(outside.attributes, { timestamp: "2025-06-01T12:00:07+00:00" });
    expect([inside, outside, anEvent({ timestamp: null })].map((event) => one(event)?.at)).to.deep.equal([
      NOON,
      NOON + 7000,
      NOON,
    ]);
  });

  for (const [what, event] of [
    ["a monitor that is not named", anEvent({ monitor: { id: null }, monitor_id: null })],
    ["no time", anEvent({ timestamp: null, monitor: { result: null } })],
    ["no state that anybody knows", anEvent(changing(null, "Burning", null))],
    ["an id that is a string", anEvent({ monitor_id: "1" })],
    ["a time that is a string", anEvent({ timestamp: "noon" })],
    ["no attributes", { id: "AwAAA" }],
  ] as [string, unknown][]) {
    it(`with ${what} is garbled, not passed over`, () => {
      expect(read(anEvent(), event)).to.include({ ok: false, trouble: "garbled" });
    });
  }
});

describe("Events as Datadog gave them", () => {
  it("tell of a change, without the times and groups that other events have", () => {
    const transition = { transition_type: "alert recovery", destination_state: "OK", source_state: "Alert" };
    const result = { result_ts: 1652974181, group_key: "@result_id" };
    const monitor = {
      group_status: 0,
      transition,
      id: 7061921,
      priority: 0,
      templated_name: "Test log monitor",
      result,
    };
    const body = {
      data: [{ attributes: { attributes: { status: "success", monitor } } }],
      meta: { page: { after: "<cursor>" } },
    };
    expect(readTransitions(body, [7061921])).to.deep.equal({
      ok: true,
      value: {
        transitions: [{ monitor: 7061921, groups: [], at: 1652974181000, to: "ok", alerts: false }],
        after: "<cursor>",
      },
    });
  });

  it("are none in an empty answer, which is an answer", () => {
    expect(readTransitions({ data: [] }, [1])).to.deep.equal({ ok: true, value: { transitions: [], after: null } });
  });
});

describe("A monitor with what has happened to it", () => {
  const group = (name: string, parts: object = {}) => ({
    name,
    state: "ok" as const,
    lastTriggeredAt: null,
    lastResolvedAt: null,
    ...parts,
  });
  const monitor = (...groups: Monitor["groups"]): Monitor => ({
    id: 1,
    name: "jobs",
    state: "ok",
    muted: false,
    groups,
  });
  const alert = (at: number, ...groups: string[]): Transition => ({
    monitor: 1,
    groups,
    at,
    to: "alert",
    alerts: true,
  });
  const recovery = (at: number, ...groups: string[]): Transition => ({
    ...alert(at, ...groups),
    to: "ok",
    alerts: false,
  });

  it("shows an alert that its own times do not tell, and that it is over", () => {
    const { groups } = withTransitions(monitor(group("host:a"), group("host:b")), [
      alert(NOON, "host:b"),
      recovery(NOON + 30_000, "host:b"),
    ]);
    expect(groups).to.deep.equal([
      group("host:a"),
      group("host:b", { lastTriggeredAt: NOON, lastResolvedAt: NOON + 30_000 }),
    ]);
  });

  it("keeps its own time for the same alert, also when the event says it a little later", () => {
    const own = group("host:a", { lastTriggeredAt: NOON });
    expect(withTransitions(monitor(own), [alert(NOON + 4000, "host:a")]).groups).to.deep.equal([own]);
    expect(withTransitions(monitor(own), [alert(NOON - 60_000, "host:a")]).groups).to.deep.equal([own]);
    const later = withTransitions(monitor(own), [alert(NOON + 60_000, "host:a")]);
    expect(later.groups[0]?.lastTriggeredAt).to.equal(NOON + 60_000);
  });

  it("gets a group that only an event tells of, in the state that the last one left it in", () => {
    const { groups } = withTransitions(monitor(group("host:a")), [alert(NOON, "host:b")]);
    expect(groups[1]).to.deep.equal(group("host:b", { state: "alert", lastTriggeredAt: NOON }));
    const over = withTransitions(monitor(group("host:a")), [alert(NOON, "host:b"), recovery(NOON + 1, "host:b")]);
    expect(over.groups[1]).to.include({ state: "ok", lastTriggeredAt: NOON });
  });

  it("knows a group by its tags, in whatever order, and the whole by a star or by nothing", () => {
    const grouped = monitor(group("env:prod,host:a"));
    for (const told of [["host:a,env:prod"], ["host:a", "env:prod"]]) {
      expect(withTransitions(grouped, [alert(NOON, ...told)]).groups).to.have.length(1);
    }
    for (const [whole, told] of [
      [group("*"), []],
      [group("*"), ["*"]],
      [group(""), ["*"]],
    ] as const) {
      const { groups } = withTransitions(monitor(whole), [alert(NOON, ...told)]);
      expect(groups).to.deep.equal([{ ...whole, lastTriggeredAt: NOON }]);
    }
  });

  it("stays in sight itself when it shows no groups", () => {
    const { groups } = withTransitions(monitor(), [alert(NOON, "host:a"), recovery(NOON + 1000, "host:a")]);
    expect(groups.map(({ name, state }) => [name, state])).to.deep.equal([
      ["", "ok"],
      ["host:a", "ok"],
    ]);
    expect(withTransitions(monitor(), []).groups).to.deep.equal([group("")]);
  });
});

describe("Looking back at monitors", () => {
  let bench: Bench;
  const many = Array.from({ length: 60 }, (_, i) => ({ id: i + 1, name: `monitor ${i + 1}`, tags: ["service:web"] }));
  beforeEach(async () => {
    bench = await startBench({ monitors: many });
  });
  afterEach(() => bench.datadog.close());

  const lookBack = (since = Date.now() - 60_000) =>
    bench.metrics.monitors({ tags: ["service:web"] }, unhurried, { since });
  const searches = () => bench.datadog.requests.filter(({ path }) => path === "/api/v2/events/search");

  it("asks for the events of fifty monitors at a time, and of none when no monitor matches", async () => {
    await lookBack();
    expect(searches()).to.have.length(2);
    await bench.metrics.monitors({ tags: ["service:none"] }, unhurried, { since: 0 });
    expect(searches()).to.have.length(2);
  });

  it("asks for none when nobody wants to look back", async () => {
    await bench.metrics.monitors({ tags: ["service:web"] }, unhurried);
    expect(searches()).to.have.length(0);
  });

  it("reads all pages", async () => {
    for (let i = 0; i < 300; i += 1) {
      bench.datadog.monitor(1).alert(`host:web-${i}`);
    }
    const answer = value(await lookBack());
    expect(answer[0]?.groups.filter(({ lastTriggeredAt }) => lastTriggeredAt !== null)).to.have.length(300);
    expect(searches().length).to.equal(3);
  });

  it("never takes an endless list for an answer", async () => {
    bench.datadog.fault("eventsSearch", { kind: "answer", body: { data: [], meta: { page: { after: "again" } } } });
    expect(await lookBack()).to.include({ ok: false, trouble: "garbled" });
  });

  it("leaves out what happened before", async () => {
    bench.datadog.monitor(1).alert("host:web-1");
    const [monitor] = value(await lookBack(Date.now() + 5_000));
    expect(monitor?.groups.map(({ name }) => name)).to.deep.equal(["host:web-1"]);
  });

  for (const [what, fault, trouble] of troubles) {
    it(`is no answer at all with ${what}, and names the permission`, async () => {
      bench.datadog.fault("eventsSearch", fault);
      const answer = await lookBack();
      // What is not there is the search, not a monitor.
      expect(answer).to.include({ ok: false, trouble: trouble === "notFound" ? "garbled" : trouble });
      expect(answer).to.have.property("detail").that.includes("permission events_read");
    });
  }
});

function value(answer: FromMetrics<Monitor[]>): Monitor[] {
  if (!answer.ok) throw new Error(`${answer.trouble}: ${answer.detail}`);
  return answer.value;
}
