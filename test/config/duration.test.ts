// Durations as people write them, and words that only look like one.

import { expect } from "chai";
import { parseDuration } from "../../src/config/duration.ts";
import { anchorOf } from "../../src/config/runbooks.ts";

describe("a duration", () => {
  const good: [string, number][] = [
    ["90s", 90_000],
    ["5m", 300_000],
    ["1h 30m", 5_400_000],
    ["1h30m", 5_400_000],
    ["2 hours", 7_200_000],
    ["1 day, 2 hrs", 93_600_000],
    ["0.5h", 1_800_000],
    ["250ms", 250],
    ["  10 MIN ", 600_000],
  ];
  for (const [text, ms] of good) it(`${text} is ${ms} ms`, () => expect(parseDuration(text)).to.equal(ms));

  for (const text of ["", "5", "m", "5 x", "-5m", "5m later", "for 5m", "1.2.3h", "5mm", "1e3s", "∞"])
    it(`"${text}" is none`, () => expect(parseDuration(text)).to.equal(null));
});

describe("the section of a runbook", () => {
  const table: [string, string][] = [
    ["No jobs", "no-jobs"],
    ["When it's slow, 5xx & all", "when-its-slow-5xx--all"],
    ["Größe", "größe"],
    ["`bake.warmUp`", "bakewarmup"],
  ];
  for (const [heading, anchor] of table)
    it(`“${heading}” is linked as #${anchor}`, () => expect(anchorOf(heading)).to.equal(anchor));
});
