// What every adapter of the journal port must do when many append at the same time. Knows no store.

import { expect } from "chai";
import type { Journal, StoredFact } from "../../src/ports/journal.ts";

const fact = (kind: string): StoredFact => ({ kind, at: 1 });
const moved = (stream: string) => ({ ok: false, moved: stream });

/** Part of the journal's contract. `journal` gives the one of the test that runs. */
export function crowdContract(journal: () => Journal): void {
  const append = (stream: string, expected: number, ...kinds: string[]) =>
    journal().append([{ stream, expected, facts: kinds.map(fact) }]);
  const kindsIn = async (stream: string) =>
    (await journal().read(stream)).map(({ version, fact: { kind } }) => `${version} ${kind}`);

  describe("an append among many", () => {
    it("holds to a guard that moves while many write: nothing is written once that was answered", async () => {
      let written = 0;
      const worker = async (stream: string) => {
        for (let version = 0; ; version += 1) {
          const facts = [fact("work")];
          const done = await journal().append([
            { stream, expected: version, facts },
            { stream: "freeze", expected: 0, facts: [] },
          ]);
          if (!done.ok) return expect(done.moved).to.equal("freeze");
          written += 1;
        }
      };
      const workers = ["a", "b", "c", "d"].map(worker);
      while (written < 40) await new Promise((resolve) => setImmediate(resolve));
      expect(await append("freeze", 0, "frozen")).to.deep.equal({ ok: true });
      const count = async () =>
        (await Promise.all(["a", "b", "c", "d"].map((stream) => journal().read(stream)))).flat().length;
      const whenFrozen = await count();
      await Promise.all(workers);
      expect(await count())
        .to.equal(whenFrozen)
        .and.to.equal(written);
    });

    it("is decided one by one when many come at the same time, each with its own answer", async () => {
      await append("b", 0, "one");
      const answers = await Promise.all([
        append("a", 0, "one"),
        append("b", 0, "late"),
        append("a", 1, "two", "three"),
        append("a", 1, "late"),
        append("c", 0, "one"),
      ]);
      expect(answers).to.deep.equal([{ ok: true }, moved("b"), { ok: true }, moved("a"), { ok: true }]);
      expect(await kindsIn("a")).to.deep.equal(["1 one", "2 two", "3 three"]);
      expect([...(await kindsIn("b")), ...(await kindsIn("c"))]).to.deep.equal(["1 one", "1 one"]);
    });

    it("that is not JSON is refused by itself: others of the same moment are not", async () => {
      const broken = { kind: "broken", at: 1, number: 1n };
      const [first, second] = await Promise.allSettled([
        journal().append([{ stream: "a", expected: 0, facts: [broken] }]),
        append("b", 0, "one"),
      ]);
      expect([first?.status, second?.status]).to.deep.equal(["rejected", "fulfilled"]);
      expect(await kindsIn("a")).to.deep.equal([]);
    });

    it("is won by exactly one of a hundred that come at the same time", async () => {
      const all = await Promise.all(Array.from({ length: 100 }, (_, i) => append("a", 0, `from ${i}`)));
      expect(all.filter(({ ok }) => ok)).to.have.length(1);
      expect(await journal().read("a")).to.have.length(1);
    });

    it("loses nothing of a hundred that each try until they succeed", async () => {
      const persistent = async (kind: string) => {
        while (!(await append("a", (await journal().read("a")).length, kind)).ok);
      };
      await Promise.all(Array.from({ length: 100 }, (_, i) => persistent(`from ${i}`)));
      const all = await journal().read("a");
      expect(all.map(({ version }) => version)).to.deep.equal(Array.from({ length: 100 }, (_, i) => i + 1));
      expect(new Set(all.map(({ fact: { kind } }) => kind)).size).to.equal(100);
    });
  });
}
