// One deploy's stream: what hundreds of hosts report at once is written together, and still one after the other.

import { expect } from "chai";
import { DeployLog, type DeployLog as Log } from "../../src/runner/deployLog.ts";
import { deployStream } from "../../src/runner/stored.ts";
import { anOrder, factsUntil, hostsNamed, NOON, then } from "../support/build.ts";
import { memoryJournal } from "../support/memory.ts";

const STREAM = deployStream("k3v9x2");
const HOSTS = Array.from({ length: 250 }, (_, i) => `web-${i}`);
const FACTS = factsUntil("promoting", anOrder({ canary: [], batches: [hostsNamed(...HOSTS)] }));

async function opened(): Promise<{ log: Log; appends: () => number; journal: ReturnType<typeof memoryJournal> }> {
  const journal = memoryJournal();
  await journal.append([{ stream: STREAM, expected: 0, facts: FACTS }]);
  let appends = 0;
  const counted = {
    ...journal,
    append: (...args: Parameters<typeof journal.append>) => {
      appends++;
      return journal.append(...args);
    },
  };
  const log = (await DeployLog.open(counted, "k3v9x2")) ?? expect.fail();
  return { log, appends: () => appends, journal };
}

const intent = (host: string) => ({ kind: "switching", at: NOON, host, phase: "fleet" }) as const;

describe("a deploy's log", () => {
  it("writes what comes at the same time in a few appends, in the order of coming", async () => {
    const { log, appends, journal } = await opened();
    const written = await Promise.all(HOSTS.map((host) => log.intend(intent(host), () => true)));
    expect(written.every(Boolean)).to.equal(true);
    expect(appends()).to.be.below(8);
    const hosts = (await journal.read(STREAM, FACTS.length)).map(({ fact }) => fact.host);
    expect(hosts).to.deep.equal(HOSTS);
    expect(log.deploy.version).to.equal(FACTS.length + HOSTS.length);
  });

  it("weighs each intent on what those before it have made of the deploy", async () => {
    const { log } = await opened();
    const untouched = (host: string) => (deploy: typeof log.deploy) => deploy.hosts.get(host)?.is === "old";
    const written = await Promise.all(
      ["web-0", "web-0", "web-1"].map((host) => log.intend(intent(host), untouched(host))),
    );
    expect(written).to.deep.equal([true, false, true]);
  });

  it("reads what somebody else has written meanwhile before it weighs again", async () => {
    const { log, journal } = await opened();
    const facts = then(FACTS, { kind: "backOrdered", why: { kind: "noAnswer" } }).slice(FACTS.length);
    await journal.append([{ stream: STREAM, expected: FACTS.length, facts }]);
    const whilePromoting = (deploy: typeof log.deploy) => deploy.stage === "promoting";
    const [wanted, seen] = await Promise.all([
      log.intend(intent("web-0"), whilePromoting),
      log.observe({ kind: "looked", at: NOON, host: "web-1", current: null, healthy: null }),
    ]);
    expect([wanted, seen]).to.deep.equal([false, undefined]);
    expect((await journal.read(STREAM, FACTS.length)).map(({ fact }) => fact.kind)).to.deep.equal([
      "backOrdered",
      "looked",
    ]);
  });

  it("fails everybody whose fact was not written when the store fails", async () => {
    const { log, journal } = await opened();
    journal.lose(STREAM, 1);
    const outcomes = await Promise.allSettled(HOSTS.slice(0, 3).map((host) => log.intend(intent(host), () => true)));
    expect(outcomes.map(({ status }) => status)).to.deep.equal(["rejected", "rejected", "rejected"]);
  });
});
