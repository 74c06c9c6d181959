// What goes on beside the steps of a deploy: hosts get the release while the canary bakes, and nothing waits for that.

import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { deployFact } from "../../src/deploy/facts.ts";
import type { Host } from "../../src/deploy/order.ts";
import type { Preparation } from "../../src/ports/fleet.ts";
import type { Journal } from "../../src/ports/journal.ts";
import { drive } from "../../src/runner/drive.ts";
import { deployStream } from "../../src/runner/stored.ts";
import { anOrder, factsUntil, NOON, onCall, SECOND } from "../support/build.ts";
import { ManualClock } from "../support/clock.ts";
import { memoryJournal, memoryLeases } from "../support/memory.ts";
import { MemoryFleet } from "../support/memory-fleet.ts";
import { partsOn } from "../support/parts.ts";
import { until } from "../support/until.ts";

const STREAM = deployStream("k3v9x2");

/** Hosts that answer to `prepare` when they are told to, or when they are stopped. */
class SlowFleet extends MemoryFleet {
  readonly preparing: string[] = [];
  readonly stopped: string[] = [];
  #let = new Map<string, (prepared: Preparation) => void>();

  override prepare({ name }: Host, _what: unknown, signal?: AbortSignal): Promise<Preparation> {
    this.preparing.push(name);
    return new Promise((resolve) => {
      this.#let.set(name, resolve);
      signal?.addEventListener("abort", () => {
        this.stopped.push(name);
        resolve({ ok: false, trouble: "aborted", detail: "", output: "" });
      });
    });
  }

  answer(name: string, prepared: Preparation = { ok: true, sent: 1, output: "" }): void {
    this.#let.get(name)?.(prepared);
  }
}

function baking() {
  const clock = new ManualClock();
  const journal = memoryJournal();
  const fleet = new SlowFleet();
  const order = anOrder({ prepareEarly: true, checks: [], bake: { ...anOrder().bake, forMs: 3_600_000 } });
  const archive = { ok: true as const, value: { path: "/nowhere", bytes: 1, sha256: "00" } };
  const doors = { archive: new Door(), append: new Door() };
  const source = {
    resolve: expect.fail,
    isOn: expect.fail,
    compare: expect.fail,
    archive: () => doors.archive.pass(async () => archive),
  };
  const slow: Journal = { ...journal, append: (writes) => doors.append.pass(() => journal.append(writes)) };
  const parts = partsOn({ journal: slow, leases: memoryLeases() }, { clock, fleet, source });
  const facts = async () =>
    (await journal.read(STREAM)).map(({ fact }) => deployFact.parse(fact)).slice(factsUntil("baking", order).length);
  const append = async (fact: DeployFact) => {
    const { length } = await journal.read(STREAM);
    await journal.append([{ stream: STREAM, expected: length, facts: [fact] }]);
  };
  const stopping = new AbortController();
  const begin = async () => {
    await clock.pass(NOON + 60 * SECOND);
    await journal.append([{ stream: STREAM, expected: 0, facts: factsUntil("baking", order) }]);
    return drive("k3v9x2", parts, stopping.signal);
  };
  return { fleet, begin, facts, append, stopping, doors };
}

/** What a slow part stands behind. */
class Door {
  waiting = 0;
  #open: Promise<void> | null = null;
  open: () => void = () => {};

  shut(): void {
    this.#open = new Promise((resolve) => {
      this.open = resolve;
    });
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#open) this.waiting += 1;
    await this.#open;
    return work();
  }
}

const about = (facts: DeployFact[], kind: DeployFact["kind"]) =>
  facts.flatMap((fact) => (fact.kind === kind && "host" in fact ? [fact.host] : []));

describe("a deploy whose canary bakes", () => {
  it("puts the release on the other hosts meanwhile, so many at a time, and writes down which have it", async () => {
    const { fleet, begin, facts, stopping } = baking();
    const driven = begin();
    await until("two hosts are being prepared", () => fleet.preparing.length === 2);
    fleet.answer("web-03");
    await until("the third has its turn", () => fleet.preparing.includes("web-05"));
    fleet.answer("web-04", { ok: false, trouble: "diskFull", detail: "full", output: "" });
    fleet.answer("web-05");
    await until("all are written down", async () => (await facts()).length >= 4);
    expect(about(await facts(), "prepared").sort()).to.deep.equal(["web-03", "web-05"]);
    expect(about(await facts(), "notPrepared")).to.deep.equal(["web-04"]);
    stopping.abort();
    expect(await driven).to.equal(false);
    expect(fleet.preparing.length).to.equal(3);
  });

  it("stops preparing as soon as it goes back, and blames no host for that", async () => {
    const { fleet, begin, facts, append, stopping } = baking();
    const driven = begin();
    await until("two hosts are being prepared", () => fleet.preparing.length === 2);
    await append({ kind: "backOrdered", at: NOON, why: { kind: "person", by: onCall } });
    await until("both are stopped", () => fleet.stopped.length === 2);
    await until("the canary is back", async () => about(await facts(), "switched").length === 2);
    expect(about(await facts(), "notPrepared")).to.deep.equal([]);
    expect(fleet.preparing).not.to.include("web-05");
    stopping.abort();
    await driven;
  });

  it("goes on with the first batch while later ones are still being prepared", async () => {
    const { fleet, begin, facts, append, stopping } = baking();
    const driven = begin();
    await until("two hosts are being prepared", () => fleet.preparing.length === 2);
    fleet.answer("web-03");
    fleet.answer("web-04");
    await until("the last one is being prepared", () => fleet.preparing.includes("web-05"));
    const last = fleet.hold("web-05"); // as a host that first does what it was told before
    await append({ kind: "promoteOrdered", at: NOON, by: onCall });
    await until("the first batch is out", async () => about(await facts(), "switched").length >= 2);
    await last.begun;
    expect(fleet.stopped).to.deep.equal([]);
    fleet.answer("web-05");
    stopping.abort();
    await driven;
  });

  it("switches a host of which it becomes known at that moment that it has the release", async () => {
    const { fleet, begin, facts, append, stopping, doors } = baking();
    const driven = begin();
    await until("two hosts are being prepared", () => fleet.preparing.length === 2);
    doors.archive.shut();
    await append({ kind: "promoteOrdered", at: NOON, by: onCall });
    await until("the first batch is about to be told", () => doors.archive.waiting === 1);
    doors.append.shut();
    fleet.answer("web-03");
    await until("it is being written down", () => doors.append.waiting === 1);
    doors.archive.open();
    await turn(); // the batch is told now
    doors.append.open();
    const letGo = await Promise.race([
      driven,
      until("it is out", async () => about(await facts(), "switched").length > 0),
    ]);
    expect(letGo).not.to.equal(false);
    expect(about(await facts(), "switched")).to.include("web-03");
    stopping.abort();
    await driven;
  });

  it("lets go of everything when its process stops", async () => {
    const { fleet, begin, stopping } = baking();
    const driven = begin();
    await until("two hosts are being prepared", () => fleet.preparing.length === 2);
    stopping.abort();
    expect(await driven).to.equal(false);
    expect(fleet.stopped.sort()).to.deep.equal(["web-03", "web-04"]);
  });
});
