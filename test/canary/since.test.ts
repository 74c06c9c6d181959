// Since when it is bad, for the reader of a verdict.

import { expect } from "chai";
import { stretchOf, worseSince } from "../../src/canary/since.ts";

const marks = (text: string) => [...text].map((mark, at) => ({ at, bad: mark === "x" }));

describe("the stretch in which it is bad", () => {
  const table: [string, ReturnType<typeof stretchOf>][] = [
    ["........", null],
    ["", null],
    ["....xxxx", { from: 4, last: 7, bad: 4 }],
    ["xxxxxxxx", { from: 0, last: 7, bad: 8 }],
    ["..xxxx..", { from: 2, last: 5, bad: 4 }],
    ["x....xxx.xx.x", { from: 5, last: 12, bad: 7 }],
    ["......x", { from: 6, last: 6, bad: 1 }],
  ];
  for (const [points, expected] of table) {
    it(`of “${points}” is ${JSON.stringify(expected)}`, () => expect(stretchOf(marks(points))).to.deep.equal(expected));
  }
});

describe("since when the canary is worse than the rest", () => {
  const line = (value: (i: number) => number) => Array.from({ length: 30 }, (_, i) => [i * 10, value(i)] as const);
  const noise = (i: number) => (i * 7) % 5;

  it("is where it became so, in either direction", () => {
    const higher = line((i) => 20 + noise(i) + (i >= 18 ? 15 : 0));
    expect(
      worseSince(
        "higher",
        higher,
        line((i) => 20 + noise(i + 2)),
      ),
    ).to.be.within(170, 180);
    const lower = line((i) => 20 + noise(i) - (i >= 12 ? 15 : 0));
    expect(
      worseSince(
        "lower",
        lower,
        line((i) => 20 + noise(i + 2)),
      ),
    ).to.be.within(110, 120);
  });

  it("is the start when it always was", () => {
    expect(
      worseSince(
        "higher",
        line(() => 30),
        line(noise),
      ),
    ).to.equal(0);
  });

  it("is not said without anything to compare with", () => {
    expect(
      worseSince(
        "higher",
        line(() => 30),
        [],
      ),
    ).to.equal(null);
  });
});
