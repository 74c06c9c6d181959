// The longest command line a host is sent: what the rule says is what its sentence says.

import { expect } from "chai";
import { wrongWithCommand } from "../../../src/adapters/ssh/demands.ts";

describe("a command line for a host", () => {
  const bytes = (count: number) => "é".repeat(count / 2);

  it("may have 120 KiB, counted in bytes, and not one more, and the refusal says so", () => {
    expect(wrongWithCommand(bytes(120 * 1024))).to.equal(null);
    expect(wrongWithCommand(`${bytes(120 * 1024)}x`)).to.match(/longer than 120 KiB$/);
  });
});
