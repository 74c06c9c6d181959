// How often Datadog is asked by many bakes at the same time, and what becomes of them while it does not answer.

import { expect } from "chai";
import { verdictBy } from "../../src/deploy/bake.ts";
import { Bakes } from "../support/bakes.ts";
import { anOrder, MINUTE, NOON, SECOND } from "../support/build.ts";

/** Twenty that began at some moment of the last three minutes. */
const twenty = Array.from({ length: 20 }, (_, i) => -i * 8_777);

describe("twenty bakes at once", function () {
  this.timeout(60_000);
  let bakes: Bakes;
  afterEach(() => bakes.close());

  it("ask Datadog once per poll, for all of them", async () => {
    bakes = await Bakes.start({ startsMs: twenty, checks: 2, bake: { forMs: 10 * MINUTE } });
    await bakes.pass(5 * 30 * SECOND + SECOND);
    const times = bakes.requests().map(({ at }) => at - NOON);
    expect(times.map((at) => Math.floor(at / (30 * SECOND)))).to.deep.equal([0, 1, 2, 3, 4, 5]);
    const queries = bakes.requests().map(({ body }) => body as { data: { attributes: { queries: unknown[] } } });
    expect(queries.map(({ data }) => data.attributes.queries.length).at(-1)).to.equal(40);
    for (const deploy of await bakes.deploys()) {
      expect(deploy.stage === "baking" && deploy.bake.looks.length).to.be.within(5, 6);
    }
  });

  it("ask twice per poll when what they ask is more than fits into one request", async () => {
    bakes = await Bakes.start({ startsMs: twenty, checks: 4, bake: { forMs: 10 * MINUTE } });
    await bakes.pass(90 * SECOND + SECOND);
    await bakes.pass(29 * SECOND);
    const perPoll = bakes.requests().filter(({ at }) => at >= NOON + 90 * SECOND);
    expect(perPoll).to.have.lengthOf(2);
  });

  it("stop asking when Datadog limits them, and none of them passes", async () => {
    bakes = await Bakes.start({ startsMs: twenty, checks: 2 });
    bakes.datadog.fault("timeseries", { kind: "rateLimited", resetS: 3_600 });
    await bakes.pass(15 * MINUTE);
    expect(bakes.requests()).to.have.lengthOf(1);
    const { bake } = anOrder();
    for (const deploy of await bakes.deploys()) {
      if (deploy.stage !== "asking" || deploy.about !== "verdict") throw new Error(`it is ${deploy.stage}`);
      const lastDueAt = deploy.bake.startedAt + bake.forMs + bake.settleMs;
      expect(deploy.since, "at once, because waiting does not help").to.be.within(lastDueAt, lastDueAt + SECOND);
      expect(deploy.judgement.results[0]?.reason).to.include({ kind: "trouble", trouble: "rateLimited" });
    }
  });

  it("pay for the broken query of one of them once, with a request each", async () => {
    bakes = await Bakes.start({ startsMs: twenty.slice(-5), checks: 1, broken: [3], bake: { forMs: 10 * MINUTE } });
    await bakes.pass(30 * SECOND - 1_000);
    bakes.datadog.requests.length = 0;
    await bakes.pass(62 * SECOND);
    const perPoll = [1, 2, 3].map(
      (n) => bakes.requests().filter(({ at }) => Math.floor((at - NOON) / 30_000) === n).length,
    );
    expect(perPoll, "the one that was refused, and the four others").to.deep.equal([2, 2, 2]);
    const troubles = (await bakes.deploys()).map((deploy) =>
      deploy.stage === "baking" ? deploy.bake.looks.at(-1)?.readings[0]?.trouble?.kind : deploy.stage,
    );
    expect(troubles).to.deep.equal([undefined, undefined, undefined, "queryRefused", undefined]);
  });

  it("wait no longer than a poll for an answer that does not come", async () => {
    bakes = await Bakes.start({ startsMs: [-150_000, -157_000], checks: 1 });
    bakes.datadog.fault("timeseries", { kind: "hang" });
    await bakes.pass(125 * SECOND, { answered: false });
    for (const deploy of await bakes.deploys()) {
      if (deploy.stage !== "baking") throw new Error(`it is ${deploy.stage}`);
      const { looks } = deploy.bake;
      expect(looks.map(({ readings }) => readings[0]?.trouble?.detail ?? "nothing to ask")).to.include(
        "no answer before the next look was due",
      );
      for (const [i, look] of looks.entries())
        expect(look.at - (looks[i - 1]?.at ?? look.at)).to.be.at.most(61 * SECOND);
    }
  });

  it("are over in time when Datadog says nothing at all, and none of them passes", async () => {
    bakes = await Bakes.start({ startsMs: [0, -7_000], checks: 1 });
    bakes.datadog.fault("timeseries", { kind: "serverError" });
    const { bake } = anOrder();
    await bakes.pass(12 * MINUTE);
    for (const deploy of await bakes.deploys()) {
      if (deploy.stage !== "asking" || deploy.about !== "verdict") throw new Error(`it is ${deploy.stage}`);
      expect(deploy.since).to.be.at.most(verdictBy(deploy.bake, bake));
      expect(deploy.bake.looks.filter(({ last }) => last)).to.have.lengthOf(5);
    }
  });
});
