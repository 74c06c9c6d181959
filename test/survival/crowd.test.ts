// Two bots on one Redis, killed at random through deploys of five targets. A longer one, with more kinds of misfortune, is in the chaos run.

import { expect } from "chai";
import { Crowd } from "../support/crowd.ts";
import { randomFrom, Turmoil } from "../support/turmoil.ts";

const FOR_MS = 5_000;
const LONG_MS = 100_000;

describe("two bots on one Redis that are killed at random", () => {
  let crowd: Crowd;
  before(async function () {
    this.timeout(120_000);
    crowd = await Crowd.start({ services: ["a", "b", "c", "d", "e"], redis: true });
    await Promise.all([crowd.startBot("one"), crowd.startBot("other")]);
  });
  after(() => crowd.close());

  it("end every deploy that was acknowledged, and none of them twice", async function () {
    this.timeout(240_000);
    const seed = Date.now() % 100_000;
    console.log(`      seed ${seed}`);
    const turmoil = await Turmoil.in(crowd, randomFrom(seed));
    const enough = new AbortController();
    const over = new AbortController();
    const hurrying = turmoil.hurryLeases(over.signal);
    setTimeout(() => enough.abort(), FOR_MS);
    let deploys = 0;
    try {
      await Promise.all([turmoil.deploy(enough.signal), turmoil.kill(1_500, enough.signal)]);
      await turmoil.over(LONG_MS);
      deploys = await turmoil.expectNothingLost(LONG_MS);
    } finally {
      over.abort();
      await hurrying;
      await turmoil.close();
    }
    console.log(`      ${deploys} deploys, ${turmoil.kills} kills`);
    expect(turmoil.kills).to.be.greaterThan(0);
    expect(deploys).to.be.at.least(5);
    expect(await crowd.errors()).to.deep.equal([]);
  });
});
