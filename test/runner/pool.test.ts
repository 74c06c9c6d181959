// Working through a list, so many at a time.

import { expect } from "chai";
import { pool } from "../../src/runner/pool.ts";

describe("working through hosts", () => {
  const hosts = ["a", "b", "c", "d", "e", "f"];
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  it("has no more under way than it may, and leaves none out", async () => {
    let now = 0;
    let most = 0;
    const done: string[] = [];
    await pool(hosts, { atOnce: 2, enough: () => false }, async (host) => {
      most = Math.max(most, ++now);
      await turn();
      now--;
      done.push(host);
    });
    expect({ most, done }).to.deep.equal({ most: 2, done: hosts });
  });

  it("starts no more once it is enough", async () => {
    const begun: string[] = [];
    await pool(hosts, { atOnce: 2, enough: () => begun.length >= 3 }, async (host) => {
      begun.push(host);
      await turn();
    });
    expect(begun).to.deep.equal(["a", "b", "c"]);
  });

  it("starts no more after a fault, waits for what is under way, and then tells the fault", async () => {
    const begun: string[] = [];
    const done: string[] = [];
    const working = pool(hosts, { atOnce: 2, enough: () => false }, async (host) => {
      begun.push(host);
      if (host === "a") throw new Error("a fault");
      await turn();
      await turn();
      done.push(host);
    });
    await working.then(
      () => expect.fail("the fault was swallowed"),
      (error: Error) => expect(error.message).to.equal("a fault"),
    );
    expect({ begun, done }).to.deep.equal({ begun: ["a", "b"], done: ["b"] });
  });
});
