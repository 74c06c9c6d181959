// Numbers, times, sizes and lists as people read them.

import { expect } from "chai";
import { bytes, count, duration, measure, names, number, shortened } from "../../src/chat/sentences/amounts.ts";
import { plain, t } from "../../src/chat/text.ts";

const table = <T>(title: string, shown: (value: T) => string, rows: [T, string][]) =>
  it(title, () => {
    for (const [value, words] of rows) expect(shown(value)).to.equal(words);
  });

describe("amounts in words", () => {
  table("durations have at most two units", duration, [
    [0, "0 s"],
    [-5, "0 s"],
    [45_400, "45 s"],
    [59_600, "1 min"],
    [90_000, "1 min 30 s"],
    [600_000, "10 min"],
    [5_400_000, "1 h 30 min"],
    [86_400_000, "24 h"],
    [259_200_000, "3 days"],
  ]);
  table("numbers keep four digits that matter", number, [
    [0, "0"],
    [12_040, "12\u202f040"],
    [0.000312345, "0.0003123"],
    [301.25, "301.3"],
    [1_234.5, "1\u202f235"],
    [-3.5, "-3.5"],
  ]);
  table("sizes are in the largest unit that fits", bytes, [
    [0, "0 B"],
    [1_023, "1023 B"],
    [1_024, "1 KB"],
    [5_242_880, "5 MB"],
  ]);
  table("lists of hosts stay short", (all: string[]) => names(all), [
    [[], "none"],
    [["a"], "a"],
    [["a", "b", "c"], "a, b and c"],
    [[..."abcdefg"], "a, b, c, d, e, f and g"],
    [[..."abcdefgh"], "a, b, c, d, e, f and 2 more"],
  ]);
  it("count their things", () => {
    expect([count(1, "host"), count(2, "host"), count(0, "host")]).to.deep.equal(["1 host", "2 hosts", "0 hosts"]);
    expect([measure(2, "jobs"), measure(2, "")]).to.deep.equal(["2 jobs", "2"]);
  });
  it("cut long text with an ellipsis, never through a character", () => {
    expect(shortened("short", 5)).to.equal("short");
    expect(shortened("longer", 5)).to.equal("long…");
    expect(shortened("🚀🚀🚀🚀", 4)).to.equal("🚀🚀🚀🚀");
    expect(shortened("🚀🚀🚀🚀", 3)).to.equal("🚀🚀…");
  });
});

describe("text made of pieces", () => {
  it("joins words, numbers, pieces and other text", () => {
    const inner = t`${{ bold: "web" }} in ${"staging"}`;
    expect(plain(t`${inner}: ${3} hosts, ${{ code: "x" }}${""}`)).to.equal("web in staging: 3 hosts, x");
  });
  it("is nothing when there is nothing to say", () => {
    expect(t``).to.deep.equal([]);
  });
});
