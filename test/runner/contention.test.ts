// Two hundred people who want the same lock at the same moment: one after the other, in the order in which they came. On Redis from several processes, on the
// embedded store in its one.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openEmbeddedStore } from "../../src/adapters/embedded/store.ts";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import { type TargetFact, targetFact } from "../../src/locks/facts.ts";
import type { Journal } from "../../src/ports/journal.ts";
import { parseFacts, targetStream } from "../../src/runner/stored.ts";
import { Supervisor } from "../../src/runner/supervise.ts";
import { partsOn, silentLog } from "../support/parts.ts";
import { startRedis } from "../support/redis.ts";
import { wantOnce } from "./wanting.ts";

const PROCESSES = 4;
const EACH = 50;
const PEOPLE = PROCESSES * EACH;
const CONTENDER = fileURLToPath(new URL("./contender.ts", import.meta.url));

interface Contender {
  child: ChildProcess;
  next(): Promise<string>;
}

async function startContender(url: string, name: string): Promise<Contender> {
  const child = spawn(process.execPath, ["--import", "tsx", CONTENDER, url, name, String(EACH)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`contender ${name} ended early`);
    return String(value);
  };
  return { child, next };
}

interface Outcome {
  facts: TargetFact[];
  /** By person: who was named when they were refused; null for those who were not. */
  told: Map<string, string | null>;
}

async function factsIn(journal: Journal): Promise<TargetFact[]> {
  const stream = targetStream({ service: "web", environment: "production" });
  return parseFacts(stream, await journal.read(stream), targetFact);
}

async function onRedis(): Promise<Outcome> {
  const redis = await startRedis();
  const names = Array.from({ length: PROCESSES }, (_, i) => `P${i}`);
  const contenders = await Promise.all(names.map((name) => startContender(redis.url, name)));
  for (const { next } of contenders) expect(await next()).to.equal("ready");
  for (const { child } of contenders) child.stdin?.write("go\n");
  const answers = await Promise.all(contenders.map(({ next }) => next()));
  for (const { child } of contenders) child.stdin?.end();
  await Promise.all(contenders.map(({ child }) => once(child, "exit")));
  const opened = await openRedisStore(redis.url, silentLog);
  if (!opened.ok) throw new Error("no store");
  const facts = await factsIn(opened.journal);
  await opened.journal.close();
  await redis.stop();
  return { facts, told: new Map(answers.flatMap((line) => JSON.parse(line) as [string, string | null][])) };
}

async function onEmbedded(): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), "lockstep-contention-"));
  const store = await openEmbeddedStore(directory);
  const supervisor = new Supervisor(partsOn(store));
  supervisor.watch();
  const people = Array.from({ length: PEOPLE }, (_, i) => ({ id: `UX${i}`, name: `${i}` }));
  const told = await Promise.all(
    people.map(async (one) => [one.id, await wantOnce(store, supervisor, one)] as [string, string | null]),
  );
  await supervisor.stop();
  const facts = await factsIn(store.journal);
  await store.journal.close();
  rmSync(directory, { recursive: true });
  return { facts, told: new Map(told) };
}

function takeTurns(run: () => Promise<Outcome>): void {
  let facts: TargetFact[];
  let told: Outcome["told"];
  before(async () => {
    ({ facts, told } = await run());
  });

  const by = (kind: "locked" | "waiting" | "unlocked") =>
    facts.flatMap((fact) => (fact.kind === kind ? [fact.by.id] : []));

  it("get it exactly once each", () => {
    expect(by("locked")).to.have.length(PEOPLE);
    expect(new Set(by("locked")).size).to.equal(PEOPLE);
  });

  it("get it in the order in which they came", () => {
    const [first, ...others] = by("locked");
    const waited = by("waiting");
    const unwaited = by("locked").filter((id) => !waited.includes(id));
    expect(unwaited).to.include(first);
    expect(others.filter((id) => waited.includes(id))).to.deep.equal(waited);
  });

  it("hold it one at a time: nobody takes it before it was given back", () => {
    let holder: string | null = null;
    for (const fact of facts) {
      if (fact.kind === "locked") {
        expect(holder, `${fact.by.id} takes it`).to.equal(null);
        holder = fact.by.id;
      } else if (fact.kind === "unlocked") {
        expect(fact.by.id).to.equal(holder);
        holder = null;
      }
    }
    expect(holder).to.equal(null);
  });

  it("are told who holds it, or whose turn it is, when they are not the first", () => {
    const held = new Set<string | null>(by("locked"));
    const losers = [...told].filter(([, winner]) => winner !== null);
    expect(losers).to.have.length(by("waiting").length);
    for (const [loser, winner] of losers) {
      expect(held.has(winner), `${loser} was told of ${winner}`).to.equal(true);
      expect(winner).not.to.equal(loser);
    }
  });
}

describe(`${PEOPLE} people in ${PROCESSES} processes who want one lock at once`, function () {
  this.timeout(120_000);
  takeTurns(onRedis);
});

describe(`${PEOPLE} people in one process on the embedded store who want one lock at once`, function () {
  this.timeout(120_000);
  takeTurns(onEmbedded);
});
