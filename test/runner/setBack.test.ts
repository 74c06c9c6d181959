// The clock of a bot is set back by an hour while its deploy bakes, asks or is watched: what really happens, with everything but time real between the runner and
// the Datadog stand-in.

import { expect } from "chai";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { aftermath } from "../../src/runner/aftermath.ts";
import { deployStream } from "../../src/runner/stored.ts";
import { Bakes } from "../support/bakes.ts";
import { aMonitorsCheck, anOrder, factsUntil, HOUR, MINUTE, SECOND } from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";

describe("a deploy whose bot's clock is set back by an hour", function () {
  this.timeout(60_000);

  it("asks a person within half a minute, about no time to come, and goes back when its question has had its time", async () => {
    const bakes = await Bakes.start({ startsMs: [0], checks: 1 });
    try {
      await bakes.pass(2 * MINUTE + 10 * SECOND);
      bakes.clock.setBack(HOUR);
      await bakes.pass(31 * SECOND);
      const [asking] = await bakes.deploys();
      if (asking?.stage !== "asking") return expect.fail(`it is ${asking?.stage}`);
      expect(asking.judgement?.results[0]?.reason).to.include({ kind: "clockSetBack" });
      for (const { at, body } of bakes.requests()) {
        const { data } = body as { data: { attributes: { to: number } } };
        expect(data.attributes.to).to.be.at.most(at);
      }
      bakes.clock.setBack(HOUR);
      await bakes.clock.pass(31 * SECOND);
      for (let minutes = 0; minutes <= 30; minutes++) await bakes.pass(MINUTE);
      expect((await bakes.deploys())[0]).to.include({ stage: "ended", outcome: "rolledBack" });
    } finally {
      await bakes.close();
    }
  });

  it("has its monitors watched on, and no longer than they would have been", async () => {
    const order = anOrder({ checks: [aMonitorsCheck()] });
    const stream = deployStream(order.deploy);
    const { parts, clock } = memoryParts();
    const asked: number[] = [];
    parts.metrics = {
      ask: () => expect.fail("only monitors are watched"),
      mark: () => expect.fail("the graphs are left alone"),
      monitors: async () => {
        asked.push(clock.now());
        return { ok: true, value: [{ id: 1, name: "Jobs stopped", state: "ok", muted: false, groups: [] }] };
      },
    };
    const facts: DeployFact[] = factsUntil("promoting", order);
    await clock.pass(facts.at(-1)?.at ?? 0);
    await parts.journal.append([{ stream, expected: 0, facts }]);
    const watching = aftermath(order.deploy, parts, new AbortController().signal);
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += SECOND) await clock.pass(SECOND);
    };
    await pass(MINUTE);
    const before = asked.length;
    clock.setBack(HOUR);
    await pass(order.bake.pollMs + SECOND);
    expect(asked.length).to.be.greaterThan(before);
    await pass(7 * MINUTE);
    expect(await watching).to.equal(true);
    const kinds = (await parts.journal.read(stream)).slice(facts.length).map(({ fact }) => fact.kind);
    expect(kinds).to.deep.equal(["clockSetBack", "watchEnded"]);
  });
});
