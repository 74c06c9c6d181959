// How sure a number is, in words.

import { expect } from "chai";
import { luck, percent } from "../../src/chat/sentences/chance.ts";

describe("luck", () => {
  const table: [number, string][] = [
    [0, "less than once in a million bakes (p < 1e-12)"],
    [3.1e-9, "less than once in a million bakes (p = 3e-9)"],
    [0.0004, "once in about 2\u202f500 bakes (p = 0.0004)"],
    [0.0098, "once in about 100 bakes (p = 0.0098)"],
    [0.05, "once in about 20 bakes (p = 0.05)"],
    [0.43, "in 4 of 10 bakes (p = 0.43)"],
    [1, "in 10 of 10 bakes (p = 1)"],
  ];
  for (const [p, said] of table) it(`of ${p} is said as ${said}`, () => expect(luck(p)).to.equal(said));
});

describe("a percentage", () => {
  const table: [number, string][] = [
    [0.25, "25 %"],
    [0.98, "98 %"],
    [0.0333, "3.3 %"],
    [1.4, "140 %"],
    [24.913, "2490 %"],
  ];
  for (const [part, said] of table) it(`of ${part} is ${said}`, () => expect(percent(part)).to.equal(said));
});
