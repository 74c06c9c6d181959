// Whatever lies in the journal: a stream is read, or it is said why not, and one that is broken keeps no other deploy from running.

import { expect } from "chai";
import fc from "fast-check";
import { replyToSlack, toSlack } from "../../src/adapters/slack/blocks.ts";
import { deployFact } from "../../src/deploy/facts.ts";
import { fold } from "../../src/deploy/fold.ts";
import { plan } from "../../src/deploy/plan.ts";
import { closesAt, watchStands } from "../../src/deploy/watch.ts";
import { targetFact } from "../../src/locks/facts.ts";
import { foldTarget } from "../../src/locks/fold.ts";
import { foldFreezes, freezeFact } from "../../src/locks/freezes.ts";
import { type Journal, type StoredFact, UnreadableFact } from "../../src/ports/journal.ts";
import { FREEZES, noticesStream, parseFacts, targetStream } from "../../src/runner/stored.ts";
import { locksReply } from "../../src/views/locks.ts";
import { rootMessage } from "../../src/views/root.ts";
import { ThreadReader } from "../../src/views/thread.ts";
import { Bots, said } from "../support/bots.ts";
import { factsUntil, NOON, then, you } from "../support/build.ts";
import { memoryJournal, memoryLeases } from "../support/memory.ts";
import { aFreeze, ended, extended, locked, offered, started, unlocked, WEB, waiting } from "../support/targets.ts";
import { until } from "../support/until.ts";
import { LIMIT_MS, tries } from "./fuzzing.ts";
import { mutated, mutation } from "./mutations.ts";

const DEPLOY = "k3v9x2";
const STAGING = { service: "web", environment: "staging" };
const life = then(
  factsUntil("baking"),
  { kind: "notSwitched", host: "web-03", phase: "fleet", trouble: "diskFull", touched: "no", detail: "d", output: "o" },
  { kind: "promoteOrdered", by: you },
  { kind: "backOrdered", why: { kind: "person", by: you } },
);
const deploys = [life, factsUntil("preparing"), factsUntil("ended")];
const target = [locked(), waiting(), extended(), unlocked(), offered(), started({ deploy: DEPLOY }), ended()];
const freezes = [{ kind: "frozen" as const, at: NOON, ...aFreeze() }];
const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });

/** What `read` does with the facts, unless they are said to be unreadable. */
function readOrSaid(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (error instanceof UnreadableFact)
      expect(error.message).to.include("was written by a newer version, or is damaged");
    else if (!/^Error: a deploy begins with "requested", not with /.test(String(error))) throw error;
  }
}

const recorded = (facts: unknown) => (facts as StoredFact[]).map((fact, i) => ({ version: i + 1, fact }));

describe("facts with anything in them", function () {
  this.timeout(LIMIT_MS);

  it("of a deploy are read, planned on and shown, or it is said why not", () => {
    const property = fc.property(fc.constantFrom(...deploys), mutations, (facts, how) => {
      readOrSaid(() => {
        const read = parseFacts(`deploy/${DEPLOY}`, recorded(how.reduce(mutated, facts)), deployFact);
        const deploy = fold(read);
        if (deploy === null) return;
        plan(deploy, NOON);
        watchStands(deploy, NOON);
        closesAt(deploy);
        toSlack(rootMessage(deploy));
        for (const { message } of new ThreadReader().read(read)) toSlack(message);
      });
    });
    fc.assert(property, tries(300));
  });

  it("of a target and of freezes are read and shown, or it is said why not", () => {
    const property = fc.property(mutations, mutations, (how, others) => {
      readOrSaid(() => {
        const facts = parseFacts(targetStream(WEB), recorded(how.reduce(mutated, target)), targetFact);
        const frozen = foldFreezes(parseFacts(FREEZES, recorded(others.reduce(mutated, freezes)), freezeFact));
        const targets = facts.map((_, i) => ({ target: WEB, state: foldTarget(facts.slice(0, i + 1)) }));
        const overview = { now: NOON, freezes: frozen.freezes, targets };
        replyToSlack(locksReply(overview, you));
      });
    });
    fc.assert(property, tries(300));
  });
});

/** Streams that are one deploy's or one target's, with what may lie in them. */
const STREAMS: Record<string, StoredFact[]> = {
  [`deploy/${DEPLOY}`]: factsUntil("canary"),
  [`thread/${DEPLOY}`]: [
    { kind: "posting", at: NOON, key: `${DEPLOY}/root` },
    { kind: "rootPosted", at: NOON, channel: "#deploys", ts: "1" },
  ],
  [targetStream(WEB)]: [started({ deploy: DEPLOY })],
  [noticesStream(targetStream(WEB))]: [
    { kind: "posting", at: NOON, key: "1", to: you.id },
    { kind: "posted", at: NOON, key: "1", to: you.id, channel: "D1", ts: "1" },
  ],
};

async function journalWith(broken: string, how: Parameters<typeof mutated>[1][]): Promise<Journal> {
  const journal = memoryJournal();
  for (const [stream, facts] of Object.entries(STREAMS)) {
    const written = stream === broken ? how.reduce(mutated, facts) : facts;
    await journal.append([{ stream, expected: 0, facts: written }]);
  }
  return journal;
}

const storeOf = (journal: Journal) => ({
  ...{ name: "in memory", start: async () => {}, left: async () => {}, empty: async () => {}, stop: async () => {} },
  open: async () => ({ journal, leases: memoryLeases() }),
});

describe("a bot whose journal has one broken stream", function () {
  this.timeout(LIMIT_MS);

  it("deploys to other targets, and answers", async () => {
    const property = fc.asyncProperty(fc.constantFrom(...Object.keys(STREAMS)), mutations, async (broken, how) => {
      const bots = new Bots(storeOf(await journalWith(broken, how)));
      try {
        const bot = await bots.start();
        expect(said(await bot.type("/deploy web to staging", you))).to.include("has begun");
        await until("the other deploy has ended", async () => (await bot.parts.targets.read(STAGING)).past.length > 0);
        expect(said(await bot.type("/locks", you))).to.not.include("The bot or its store failed");
        expect(said(await bot.type("/canary web in production", you)).trim()).to.not.equal("");
      } finally {
        await bots.stop();
      }
    });
    await fc.assert(property, tries(12));
  });
});
