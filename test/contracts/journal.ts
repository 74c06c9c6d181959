// What every adapter of the journal port must do. Knows no store: a bench opens it, as often as it is asked, and removes it.

import { expect } from "chai";
import type { Journal, StoredFact } from "../../src/ports/journal.ts";
import { crowdContract } from "./journal-crowd.ts";

export interface JournalBench {
  /** Opens the same store again; the one before has been closed. Empty at first. */
  open(): Promise<Journal>;
  remove(): Promise<void>;
}

const fact = (kind: string, more: Record<string, unknown> = {}): StoredFact => ({ kind, at: 1, ...more });
const moved = (stream: string) => ({ ok: false, moved: stream });

export function journalContract(name: string, prepare: () => Promise<JournalBench>): void {
  describe(`a journal in ${name}`, () => {
    let bench: JournalBench;
    let journal: Journal;

    beforeEach(async () => {
      bench = await prepare();
      journal = await bench.open();
    });

    afterEach(async () => {
      await journal.close();
      await bench.remove();
    });

    const append = (stream: string, expected: number, ...kinds: string[]) =>
      journal.append([{ stream, expected, facts: kinds.map((kind) => fact(kind)) }]);
    const kindsIn = async (stream: string, after?: number) =>
      (await journal.read(stream, after)).map(({ version, fact: { kind } }) => `${version} ${kind}`);

    describe("an append", () => {
      it("adds facts behind each other, with versions from 1", async () => {
        expect(await append("a", 0, "one", "two")).to.deep.equal({ ok: true });
        expect(await append("a", 2, "three")).to.deep.equal({ ok: true });
        expect(await kindsIn("a")).to.deep.equal(["1 one", "2 two", "3 three"]);
      });

      it("gives back exactly what was put in", async () => {
        const whole = fact("whole", {
          at: 1_795_176_000_123.5,
          text: "ünïcode \u2028 🚀 \"'",
          list: [1, null, { deep: [] }],
        });
        await journal.append([{ stream: "a", expected: 0, facts: [whole] }]);
        expect(await journal.read("a")).to.deep.equal([{ version: 1, fact: whole }]);
      });

      it("writes nothing when the stream is not where it was expected", async () => {
        await append("a", 0, "one");
        for (const expected of [0, 2, 99]) expect(await append("a", expected, "late")).to.deep.equal(moved("a"));
        expect(await kindsIn("a")).to.deep.equal(["1 one"]);
      });

      it("writes to several streams all or nothing, and names the one that has moved", async () => {
        await append("b", 0, "one");
        const write = (stream: string, expected: number) => ({ stream, expected, facts: [fact("together")] });
        expect(await journal.append([write("a", 0), write("b", 0), write("c", 0)])).to.deep.equal(moved("b"));
        expect(await kindsIn("a")).to.deep.equal([]);
        expect(await journal.append([write("a", 0), write("b", 1), write("c", 0)])).to.deep.equal({ ok: true });
        expect([...(await kindsIn("a")), ...(await kindsIn("b")), ...(await kindsIn("c"))]).to.deep.equal([
          "1 together",
          "1 one",
          "2 together",
          "1 together",
        ]);
      });

      it("holds to a guard: a stream that must not have moved, without a fact for it", async () => {
        await append("freeze", 0, "frozen");
        const guarded = (expected: number) =>
          journal.append([
            { stream: "a", expected: 0, facts: [fact("one")] },
            { stream: "freeze", expected, facts: [] },
          ]);
        expect(await guarded(0)).to.deep.equal(moved("freeze"));
        expect(await kindsIn("a")).to.deep.equal([]);
        expect(await guarded(1)).to.deep.equal({ ok: true });
        expect(await kindsIn("freeze")).to.deep.equal(["1 frozen"]);
      });

      it("may be a guard alone, or nothing", async () => {
        await append("a", 0, "one");
        const guard = (expected: number) => journal.append([{ stream: "a", expected, facts: [] }]);
        expect(await guard(0)).to.deep.equal(moved("a"));
        expect(await guard(1)).to.deep.equal({ ok: true });
        expect(await journal.append([])).to.deep.equal({ ok: true });
        expect(await kindsIn("a")).to.deep.equal(["1 one"]);
      });
    });

    crowdContract(() => journal);

    describe("reading", () => {
      it("of a stream that nobody has written is empty", async () => {
        expect(await journal.read("nobody")).to.deep.equal([]);
      });

      it("goes on from where the reader stopped", async () => {
        await append("a", 0, "one", "two", "three");
        expect(await kindsIn("a", 2)).to.deep.equal(["3 three"]);
        expect(await kindsIn("a", 3)).to.deep.equal([]);
        expect(await kindsIn("a", 99)).to.deep.equal([]);
      });

      it("is in order beyond ten and a hundred", async () => {
        await append("a", 0, ...Array.from({ length: 120 }, (_, i) => String(i + 1)));
        expect(await kindsIn("a")).to.deep.equal(Array.from({ length: 120 }, (_, i) => `${i + 1} ${i + 1}`));
      });

      it("of a long stream is whole and in order, and others are answered meanwhile", async () => {
        const facts = Array.from({ length: 3_000 }, (_, i) => fact(String(i + 1)));
        await journal.append([{ stream: "long", expected: 0, facts }]);
        const order: string[] = [];
        const long = journal.read("long").finally(() => order.push("long"));
        const short = journal.read("short").finally(() => order.push("short"));
        expect((await long).map(({ version, fact: { kind } }) => `${version} ${kind}`)).to.deep.equal(
          facts.map(({ kind }) => `${kind} ${kind}`),
        );
        await short;
        expect(order).to.deep.equal(["short", "long"]);
        for (const after of [999, 1_000, 1_001, 2_000, 2_999, 3_000])
          expect(await journal.read("long", after)).to.have.length(3_000 - after);
      });

      it("keeps streams apart whose names begin alike", async () => {
        await append("deploy/a", 0, "one");
        await append("deploy/ab", 0, "another");
        await append("deploy/a/b", 0, "a third");
        expect(await kindsIn("deploy/a")).to.deep.equal(["1 one"]);
      });
    });

    describe("the list of streams", () => {
      it("has those with the prefix, in order, and only those that have facts", async () => {
        for (const stream of ["target/web/staging", "deploy/1", "target/web/production", "targets", "target/ärger"])
          await append(stream, 0, "one");
        await journal.append([{ stream: "target/guard", expected: 0, facts: [] }]);
        expect(await journal.streams("target/")).to.deep.equal([
          "target/web/production",
          "target/web/staging",
          "target/ärger",
        ]);
        expect(await journal.streams("none/")).to.deep.equal([]);
        expect(await journal.streams("")).to.have.length(5);
      });
    });

    describe("a listener", () => {
      it("hears of a stream that has grown, and then finds the fact there", async () => {
        const heard = new Promise<string[]>((resolve) => {
          journal.watch((stream) => void kindsIn(stream).then((kinds) => resolve([stream, ...kinds])));
        });
        await append("a", 0, "one");
        expect(await heard).to.deep.equal(["a", "1 one"]);
      });

      it("hears of every stream of an append, of none that was refused, and of nothing once it has stopped", async () => {
        const heard: string[] = [];
        const newsOf = (wanted: string) =>
          new Promise<void>((resolve) => {
            const off = journal.watch((stream) => {
              if (stream === wanted) resolve(off());
            });
          });
        const stop = journal.watch((stream) => heard.push(stream));
        await append("b", 1, "refused");
        const last = newsOf("c");
        const facts = [fact("one")];
        await journal.append(["a", "c"].map((stream) => ({ stream, expected: 0, facts })));
        await last;
        stop();
        const marker = newsOf("marker");
        await append("marker", 0, "one");
        await marker;
        expect(new Set(heard)).to.deep.equal(new Set(["a", "c"]));
      });
    });

    it("has everything again after it was closed and opened", async () => {
      await append("a", 0, "one", "two");
      await journal.close();
      journal = await bench.open();
      expect(await kindsIn("a")).to.deep.equal(["1 one", "2 two"]);
      expect(await append("a", 0, "late")).to.deep.equal(moved("a"));
      expect(await append("a", 2, "three")).to.deep.equal({ ok: true });
      expect(await journal.streams("")).to.deep.equal(["a"]);
    });
  });
}
