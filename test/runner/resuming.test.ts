// A bot that starts: nothing that was under way is passed over, also while its store comes and goes, and while something cannot be read.

import { expect } from "chai";
import { StoreUnreachable } from "../../src/ports/journal.ts";
import { publish } from "../../src/runner/publish.ts";
import { deployStream, targetStream, threadStream } from "../../src/runner/stored.ts";
import { Supervisor } from "../../src/runner/supervise.ts";
import { anOrder, factsUntil } from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";
import { ended, locked, started, WEB } from "../support/targets.ts";
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

describe("a bot that starts after many deploys", () => {
  const DEPLOYS = ["d1", "d2", "d3", "d4", "d5", "d6"];

  /** All of them have ended. */
  async function afterMany() {
    const made = memoryParts();
    const { journal } = made.parts;
    const facts = DEPLOYS.flatMap((deploy) => [started({ deploy }), ended({ deploy })]);
    await journal.append([{ stream: targetStream(WEB), expected: 0, facts }]);
    for (const deploy of DEPLOYS)
      await journal.append([
        { stream: deployStream(deploy), expected: 0, facts: factsUntil("ended", anOrder({ deploy })) },
      ]);
    return made;
  }

  it("completes the thread of each that is not complete, however many have come after it, and leaves the others alone", async () => {
    const { parts, thread, clock } = await afterMany();
    const complete = ["d1", "d3"];
    for (const deploy of complete) await publish(deploy, parts, new AbortController().signal);
    const before = thread.posted.length;
    const supervisor = new Supervisor(parts);
    await supervisor.resume();
    const kinds = async (deploy: string) =>
      (await parts.journal.read(threadStream(deploy))).map(({ fact }) => fact.kind);
    await until("all threads are complete", async () => {
      await clock.pass(1_000);
      const all = await Promise.all(DEPLOYS.map(kinds));
      return all.every((one) => one.at(-1) === "closed");
    });
    await supervisor.stop();
    const told = thread.posted.slice(before).map(({ key }) => key.split("/")[0]);
    expect(new Set(told)).to.deep.equal(new Set(DEPLOYS.filter((deploy) => !complete.includes(deploy))));
    expect(new Set(thread.posted.map(({ key }) => key)).size).to.equal(thread.posted.length);
  });
});
