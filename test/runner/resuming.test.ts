// A bot that starts while its store comes and goes: nothing that was under way is passed over.

import { expect } from "chai";
import { StoreUnreachable } from "../../src/ports/journal.ts";
import { targetStream } from "../../src/runner/stored.ts";
import { Supervisor } from "../../src/runner/supervise.ts";
import { memoryParts } from "../support/memory-parts.ts";
import { locked, WEB } from "../support/targets.ts";
import { until } from "../support/until.ts";

describe("a bot that starts while its store cannot be reached for a moment", () => {
  it("takes up what is under way as soon as it can be read", async () => {
    const { parts, clock } = memoryParts();
    const { read } = parts.journal;
    const { acquire } = parts.leases;
    const asked: string[] = [];
    let away = 2;
    await parts.journal.append([{ stream: targetStream(WEB), expected: 0, facts: [locked()] }]);
    parts.journal.read = async (stream, after) => {
      if (stream === targetStream(WEB) && away-- > 0) throw new StoreUnreachable("away", { done: "no", cause: null });
      return read(stream, after);
    };
    parts.leases.acquire = (name, owner, forMs) => {
      asked.push(name);
      return acquire(name, owner, forMs);
    };
    const supervisor = new Supervisor(parts);
    const resumed = supervisor.resume();
    await until("it has looked as often as it takes", async () => {
      await clock.pass(500);
      return away < 0;
    });
    await resumed;
    expect(asked).to.include(`keep/${targetStream(WEB)}`);
    await supervisor.stop();
  });
});
