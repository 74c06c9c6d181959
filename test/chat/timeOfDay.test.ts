// "until 15:00": what is a time of day, and which moment is meant by it where the person is, also on days when the clock changes.

import { expect } from "chai";
import { momentOf, parseTimeOfDay } from "../../src/chat/timeOfDay.ts";

describe("a time of day", () => {
  const at = (hour: number, minute = 0, tomorrow = false) => ({ hour, minute, tomorrow });
  const table: [string, ReturnType<typeof parseTimeOfDay>][] = [
    ["15:00", at(15)],
    ["9:05", at(9, 5)],
    ["09.05", at(9, 5)],
    ["15h30", at(15, 30)],
    ["3pm", at(15)],
    ["3 PM", at(15)],
    ["3:30 p.m.", at(15, 30)],
    ["12am", at(0)],
    ["12pm", at(12)],
    ["noon", at(12)],
    ["Midnight", at(0)],
    ["0:00", at(0)],
    ["tomorrow 9:00", at(9, 0, true)],
    ["Tomorrow at 9am", at(9, 0, true)],
    ["tomorrow at noon", at(12, 0, true)],
    ["tomorrow", null],
    ["monday", null],
    ["15", null],
    ["3", null],
    ["13pm", null],
    ["0am", null],
    ["24:00", null],
    ["12:60", null],
    ["15:0", null],
    ["15:000", null],
    ["afternoon", null],
    ["15:00 or so", null],
    ["", null],
  ];
  for (const [typed, meant] of table)
    it(`${JSON.stringify(typed)} is ${meant ? JSON.stringify(meant) : "none"}`, () => {
      expect(parseTimeOfDay(typed)).to.deep.equal(meant);
    });
});

describe("the moment that is meant", () => {
  /** What is typed at that moment in that zone, and when that is, both with their offset from UTC. */
  const means = (zone: string, table: [typed: string, now: string, then: string][]) => {
    for (const [typed, now, then] of table) {
      const time = parseTimeOfDay(typed) ?? expect.fail(typed);
      const moment = momentOf(time, zone, Date.parse(now)) ?? Number.NaN;
      const message = `${typed}, said at ${now}`;
      expect(new Date(moment).toISOString(), message).to.equal(new Date(then).toISOString());
    }
  };

  it("is the next time that the clock says so there", () => {
    means("Europe/Zurich", [
      ["15:00", "2026-11-20T14:59:59+01:00", "2026-11-20T15:00+01:00"],
      ["15:00", "2026-11-20T15:00:00+01:00", "2026-11-21T15:00+01:00"],
      ["tomorrow 9:00", "2026-11-20T08:00+01:00", "2026-11-21T09:00+01:00"],
      ["tomorrow 9:00", "2026-12-31T23:30+01:00", "2027-01-01T09:00+01:00"],
    ]);
    means("America/New_York", [["15:00", "2026-11-20T19:00Z", "2026-11-20T15:00-05:00"]]);
    means("Asia/Kolkata", [["9am", "2026-11-20T03:00Z", "2026-11-20T09:00+05:30"]]);
    means("Pacific/Kiritimati", [["noon", "2026-11-20T23:00Z", "2026-11-22T12:00+14:00"]]);
  });

  it("is right around midnight", () => {
    means("Europe/Zurich", [
      ["midnight", "2026-11-20T23:59+01:00", "2026-11-21T00:00+01:00"],
      ["0:00", "2026-11-21T00:00+01:00", "2026-11-22T00:00+01:00"],
      ["0:30", "2026-11-20T23:30+01:00", "2026-11-21T00:30+01:00"],
      ["23:30", "2026-11-21T00:30+01:00", "2026-11-21T23:30+01:00"],
      ["tomorrow 0:30", "2026-11-20T23:30+01:00", "2026-11-21T00:30+01:00"],
    ]);
  });

  it("is an hour later where the clock leaves that hour out in March, and on the day after as it is said", () => {
    means("Europe/Zurich", [
      ["2:30", "2027-03-28T01:00+01:00", "2027-03-28T03:30+02:00"],
      ["tomorrow 2:30", "2027-03-27T12:00+01:00", "2027-03-28T03:30+02:00"],
      ["2:30", "2027-03-28T12:00+02:00", "2027-03-29T02:30+02:00"],
      ["tomorrow 2:30", "2027-03-28T12:00+02:00", "2027-03-29T02:30+02:00"],
      ["15:00", "2027-03-28T01:30+01:00", "2027-03-28T15:00+02:00"],
      ["tomorrow 15:00", "2027-03-27T15:00+01:00", "2027-03-28T15:00+02:00"],
    ]);
  });

  it("is the next of the two when the clock says so twice in October", () => {
    means("Europe/Zurich", [
      ["2:30", "2027-10-31T01:00+02:00", "2027-10-31T02:30+02:00"],
      ["2:30", "2027-10-31T02:45+02:00", "2027-10-31T02:30+01:00"],
      ["2:30", "2027-10-31T02:45+01:00", "2027-11-01T02:30+01:00"],
      ["3:00", "2027-10-31T02:45+02:00", "2027-10-31T03:00+01:00"],
      ["tomorrow 2:30", "2027-10-30T12:00+02:00", "2027-10-31T02:30+02:00"],
      ["15:00", "2027-10-30T16:00+02:00", "2027-10-31T15:00+01:00"],
    ]);
  });

  it("is always ahead, and within two days, in every zone", () => {
    for (const zone of Intl.supportedValuesOf("timeZone")) {
      for (const hour of [0, 2, 23]) {
        for (const now of [Date.UTC(2027, 2, 28, 0, 30), Date.UTC(2027, 9, 31, 0, 45), Date.UTC(2026, 10, 20, 12)]) {
          const moment = momentOf({ hour, minute: 30, tomorrow: false }, zone, now) ?? Number.NaN;
          expect(moment - now, `${zone} ${hour}`).to.be.within(1, 26 * 3_600_000);
        }
      }
    }
  });

  it("is not known in a zone that is not known", () => {
    for (const zone of ["Atlantis/Capital", "", "Europe"])
      expect(momentOf({ hour: 15, minute: 0, tomorrow: false }, zone, 0), zone).to.equal(null);
  });
});
