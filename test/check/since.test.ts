// When the canary went out, as people write it: always a moment that has been, in the zone of whoever writes.

import { expect } from "chai";
import { parseSince } from "../../src/check/since.ts";

/** 2026-11-20 12:00:30 UTC; 13:00:30 in Vienna. */
const NOW = Date.UTC(2026, 10, 20, 12, 0, 30);
const at = (text: string, zone = "UTC", now = NOW) => {
  const read = parseSince(text, zone, now);
  return read.ok ? new Date(read.at).toISOString() : read.why;
};

describe("the time that the canary went out", () => {
  const TABLE: [text: string, utc: string, vienna: string][] = [
    ["10:42", "2026-11-20T10:42:00.000Z", "2026-11-20T09:42:00.000Z"],
    ["12:30", "2026-11-19T12:30:00.000Z", "2026-11-20T11:30:00.000Z"],
    ["12:00", "2026-11-20T12:00:00.000Z", "2026-11-20T11:00:00.000Z"],
    ["12:00:30", "2026-11-20T12:00:30.000Z", "2026-11-20T11:00:30.000Z"],
    ["12:00:31", "2026-11-19T12:00:31.000Z", "2026-11-20T11:00:31.000Z"],
    ["11am", "2026-11-20T11:00:00.000Z", "2026-11-20T10:00:00.000Z"],
    ["5m", "2026-11-20T11:55:30.000Z", "2026-11-20T11:55:30.000Z"],
    ["90s ago", "2026-11-20T11:59:00.000Z", "2026-11-20T11:59:00.000Z"],
    ["2026-11-20T11:00:00Z", "2026-11-20T11:00:00.000Z", "2026-11-20T11:00:00.000Z"],
    ["2026-11-20T11:00:00+01:00", "2026-11-20T10:00:00.000Z", "2026-11-20T10:00:00.000Z"],
    ["2026-11-20 11:00", "2026-11-20T11:00:00.000Z", "2026-11-20T10:00:00.000Z"],
    ["2026-11-20T12:59:00Z", "future", "future"],
    ["10", "unreadable", "unreadable"],
    ["25:00", "unreadable", "unreadable"],
    ["10:42:61", "unreadable", "unreadable"],
    ["tomorrow 9:00", "unreadable", "unreadable"],
    ["2026-13-40", "unreadable", "unreadable"],
    ["soon", "unreadable", "unreadable"],
    ["", "unreadable", "unreadable"],
  ];
  for (const [text, utc, vienna] of TABLE) {
    it(`“${text}” at 12:00:30 UTC`, () => {
      expect([at(text), at(text, "Europe/Vienna")]).to.deep.equal([utc, vienna]);
    });
  }

  it("is the later one of an hour that the clock shows twice, unless that has not been yet", () => {
    const zone = "Europe/Vienna";
    const first = Date.UTC(2026, 9, 25, 0, 30);
    const second = Date.UTC(2026, 9, 25, 1, 30);
    expect(at("2:30", zone, second + 60_000)).to.equal(new Date(second).toISOString());
    expect(at("2:30", zone, first + 60_000)).to.equal(new Date(first).toISOString());
  });
});
