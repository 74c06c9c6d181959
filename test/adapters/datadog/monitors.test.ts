// How monitors are read, and which of a list are taken.

import { expect } from "chai";
import { readMonitor, readPage } from "../../../src/adapters/datadog/monitors.ts";
import { startBench, unhurried } from "./bench.ts";

const now = Date.parse("2025-06-01T12:00:00Z");
const nowS = now / 1000;

const plain = { id: 1, name: "jobs", type: "metric alert", tags: ["service:web"], overall_state: "OK" };

function read(more: object) {
  const answer = readMonitor({ ...plain, ...more }, now);
  if (!answer.ok) throw new Error(answer.detail);
  return answer.value;
}

describe("A monitor", () => {
  const states = {
    Alert: "alert",
    Warn: "warn",
    OK: "ok",
    "No Data": "noData",
    Ignored: "ignored",
    Skipped: "skipped",
  };
  for (const [theirs, ours] of Object.entries(states)) {
    it(`that is ${theirs} is ${ours}, and so is its group`, () => {
      const monitor = read({ overall_state: theirs, state: { groups: { "host:a": { status: theirs } } } });
      expect([monitor.state, monitor.groups[0]?.state]).to.deep.equal([ours, ours]);
    });
  }

  for (const state of ["Unknown", "Something new", "", null, undefined]) {
    it(`whose state is ${JSON.stringify(state)} is unknown`, () => {
      const monitor = read({ overall_state: state, state: { groups: { "*": { status: state } } } });
      expect([monitor.state, monitor.groups[0]?.state]).to.deep.equal(["unknown", "unknown"]);
    });
  }

  it("says in milliseconds when its groups have triggered and resolved, and null for never", () => {
    const groups = {
      "host:a": { status: "OK", last_triggered_ts: nowS - 20, last_resolved_ts: nowS - 5 },
      "host:b": { status: "OK", last_triggered_ts: 0, last_resolved_ts: null },
      "host:c": { status: "Alert" },
    };
    expect(read({ state: { groups } }).groups).to.deep.equal([
      { name: "host:a", state: "ok", lastTriggeredAt: now - 20_000, lastResolvedAt: now - 5000 },
      { name: "host:b", state: "ok", lastTriggeredAt: null, lastResolvedAt: null },
      { name: "host:c", state: "alert", lastTriggeredAt: null, lastResolvedAt: null },
    ]);
  });

  const mutes: [string, object, boolean][] = [
    ["muted for good", { options: { silenced: { "*": null } } }, true],
    ["muted until later", { options: { silenced: { "host:a": nowS + 60 } } }, true],
    ["no longer muted", { options: { silenced: { "*": nowS - 60 } } }, false],
    ["not muted", { options: { silenced: {} } }, false],
    ["in a downtime", { matching_downtimes: [{ active: true, start: nowS - 60, end: nowS + 60 }] }, true],
    ["in a downtime without end", { matching_downtimes: [{ start: nowS - 60, end: null }] }, true],
    ["before a downtime", { matching_downtimes: [{ start: nowS + 60, end: nowS + 120 }] }, false],
    ["after a downtime", { matching_downtimes: [{ start: nowS - 120, end: nowS - 60 }] }, false],
    [
      "in a downtime that was cancelled",
      { matching_downtimes: [{ active: false, start: nowS - 60, end: nowS + 60 }] },
      false,
    ],
  ];
  for (const [what, more, muted] of mutes) {
    it(`that is ${what} is ${muted ? "" : "not "}muted`, () => {
      expect(read(more).muted).to.equal(muted);
    });
  }

  const lags: [string, object, number | null][] = [
    ["that looks back over five minutes", { query: "avg(last_5m):avg:x{*} > 1" }, 300_000],
    ["that is evaluated later", { query: "avg(last_5m):avg:x{*} > 1", options: { evaluation_delay: 900 } }, 1_200_000],
    ["of logs", { query: 'logs("status:error").index("*").rollup("count").last("15m") > 3' }, 900_000],
    ["of a change, by the longer of two windows", { query: "change(avg(last_5m),last_1h):avg:x{*} > 1" }, 3_600_000],
    ["that is made of others", { query: "123 && 456" }, null],
    ["without a query", {}, null],
    ["whose query is no text", { query: 7 }, null],
  ];
  for (const [what, more, lagMs] of lags) {
    it(`${what} may be ${lagMs === null ? "late, and does not say how much" : `${lagMs / 1000} s late`}`, () => {
      expect(read(more).lagMs).to.equal(lagMs);
    });
  }

  for (const [what, more] of [
    ["without an id", { id: undefined }],
    ["whose id is a string", { id: "1" }],
    ["without a name", { name: null }],
    ["whose state is a number", { overall_state: 2 }],
    ["whose groups are a list", { state: { groups: [{ status: "OK" }] } }],
    ["whose times are strings", { state: { groups: { "*": { status: "OK", last_triggered_ts: "yesterday" } } } }],
  ] as [string, object][]) {
    it(`${what} is garbled`, () => {
      expect(readMonitor({ ...plain, ...more }, now)).to.include({ ok: false, trouble: "garbled" });
    });
  }
});

describe("A list of monitors", () => {
  const strange = { id: 2, type: "a new kind", options: "none", state: [], name: 7 };

  it("is read past other monitors of whatever shape", () => {
    const answer = readPage(
      [{ ...strange, tags: ["team:other"] }, plain, { ...strange, tags: null }],
      ["service:web"],
      now,
    );
    expect(answer.ok && answer.value.monitors.map(({ id }) => id)).to.deep.equal([1]);
  });

  it("is garbled when a selected monitor cannot be read: it is never passed over", () => {
    expect(readPage([plain, { ...strange, tags: ["service:web"] }], ["service:web"], now)).to.include({
      trouble: "garbled",
    });
  });

  it("is garbled when one does not tell its tags", () => {
    expect(readPage([{ ...plain, tags: "service:web" }], ["service:web"], now)).to.include({ trouble: "garbled" });
  });

  it("takes only those with all of the tags, in whatever case", () => {
    const more = { ...plain, id: 3, tags: ["Service:Web", "env:production"] };
    const answer = readPage([plain, more], ["service:web", "ENV:production"], now);
    expect(answer.ok && answer.value.monitors.map(({ id }) => id)).to.deep.equal([3]);
  });

  it("is read to its last page", async () => {
    const monitors = Array.from({ length: 230 }, (_, index) => ({
      id: index + 1,
      name: "jobs",
      tags: ["service:web"],
    }));
    const { datadog, metrics } = await startBench({ monitors });
    const answer = await metrics.monitors({ tags: ["service:web"] }, unhurried);
    expect(answer.ok && answer.value.map(({ id }) => id)).to.deep.equal(monitors.map(({ id }) => id));
    expect(datadog.requests.map(({ params }) => params.page)).to.deep.equal(["0", "1", "2"]);
    await datadog.close();
  });

  it("ends with an error when the pages never end", async () => {
    const { datadog, metrics } = await startBench();
    datadog.fault("monitors", { kind: "answer", body: Array.from({ length: 100 }, () => plain) });
    expect(await metrics.monitors({ tags: ["service:web"] }, unhurried)).to.include({ ok: false, trouble: "garbled" });
    await datadog.close();
  });

  it("of no ids or no tags is refused instead of finding nothing wrong", async () => {
    const { datadog, metrics } = await startBench();
    for (const selector of [{ ids: [] }, { tags: [] }]) {
      expect(await metrics.monitors(selector, unhurried)).to.include({ ok: false, trouble: "queryRefused" });
    }
    expect(datadog.requests).to.deep.equal([]);
    await datadog.close();
  });

  it("of ids asks for each of them once, with all group states", async () => {
    const monitors = [1, 2, 3, 4, 5, 6].map((id) => ({ id, name: `monitor ${id}` }));
    const { datadog, metrics } = await startBench({ monitors });
    const answer = await metrics.monitors({ ids: [6, 1, 2, 3, 4, 5, 1] }, unhurried);
    expect(answer.ok && answer.value.map(({ id }) => id)).to.deep.equal([6, 1, 2, 3, 4, 5]);
    expect(datadog.requests).to.have.length(6);
    expect(datadog.requests[0]?.params).to.include({ group_states: "all" });
    await datadog.close();
  });

  it("does not take another monitor for the one it asked for", async () => {
    const { datadog, metrics } = await startBench({ monitors: [{ id: 8, name: "jobs" }] });
    datadog.fault("monitor", { kind: "answer", body: plain });
    expect(await metrics.monitors({ ids: [8] }, unhurried)).to.include({ ok: false, trouble: "garbled" });
    await datadog.close();
  });
});
