// What every adapter of the leases port must do. Knows no store: a bench opens it, as often as it is asked, and removes it.

import { expect } from "chai";
import type { Lease, Leases } from "../../src/ports/leases.ts";

export interface LeasesBench {
  /** Opens the same store again; the one before has been closed. Empty at first. */
  open(): Promise<{ leases: Leases; close(): Promise<void> }>;
  remove(): Promise<void>;
}

const LONG_MS = 60_000;

export function leasesContract(name: string, prepare: () => Promise<LeasesBench>): void {
  describe(`leases in ${name}`, () => {
    let bench: LeasesBench;
    let store: Awaited<ReturnType<LeasesBench["open"]>>;

    beforeEach(async () => {
      bench = await prepare();
      store = await bench.open();
    });

    afterEach(async () => {
      await store.close();
      await bench.remove();
    });

    const take = (owner: string, { of = "web", forMs = LONG_MS } = {}) => store.leases.acquire(of, owner, forMs);
    const token = (lease: Lease) => (lease.held ? lease.token : null);

    /** Resolves once `owner` has got the lease. */
    async function takenBy(owner: string): Promise<Lease> {
      for (;;) {
        const lease = await take(owner);
        if (lease.held) return lease;
        await new Promise((resolve) => setTimeout(resolve, Math.max(1, lease.until - Date.now())));
      }
    }

    it("are given to one, who is told until when, and to nobody else meanwhile", async () => {
      const before = Date.now();
      const mine = await take("me");
      expect(mine.held).to.equal(true);
      expect(mine.until).to.be.within(before + LONG_MS, Date.now() + LONG_MS);
      const other = await take("another");
      expect(other.held).to.equal(false);
      expect(other.until, "the same end, but for how long the question took").to.be.closeTo(mine.until, 500);
    });

    it("are given to exactly one of many who come at the same time", async () => {
      const all = await Promise.all(Array.from({ length: 50 }, (_, i) => take(`owner ${i}`)));
      expect(all.filter(({ held }) => held)).to.have.length(1);
    });

    it("are renewed for their owner with the same token and a later end", async () => {
      const first = await take("me", { forMs: 30_000 });
      const again = await take("me");
      expect(token(again)).to.equal(token(first));
      expect(again.until).to.be.greaterThan(first.until);
    });

    it("are free once given back, and then have a higher token", async () => {
      const first = await take("me");
      await store.leases.release("web", "me");
      const next = await take("another");
      expect(token(next)).to.be.greaterThan(token(first) ?? Number.NaN);
    });

    it("are not given back by somebody whose they are not", async () => {
      await take("me");
      await store.leases.release("web", "another");
      await store.leases.release("nothing", "another");
      expect((await take("another")).held).to.equal(false);
    });

    it("run out, and the next owner has a higher token", async () => {
      const first = await take("me", { forMs: 20 });
      const next = await takenBy("another");
      expect(token(next)).to.be.greaterThan(token(first) ?? Number.NaN);
      expect((await take("me")).held).to.equal(false);
    });

    it("that ran out and are another's by now are not given back by the one who had them", async () => {
      await take("me", { forMs: 20 });
      const next = await takenBy("another");
      await store.leases.release("web", "me");
      expect(await take("a third")).to.include({ held: false });
      expect(token(await take("another"))).to.equal(token(next));
    });

    it("are each had by one at a time, and by everybody in the end, when many want them", async () => {
      let holders = 0;
      const tokens: (number | null)[] = [];
      const worker = async (owner: string) => {
        for (;;) {
          const lease = await take(owner);
          if (lease.held) {
            holders += 1;
            expect(holders).to.equal(1);
            tokens.push(token(lease));
            await new Promise((resolve) => setImmediate(resolve));
            holders -= 1;
            return store.leases.release("web", owner);
          }
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, i) => worker(`owner ${i}`)));
      expect(tokens).to.deep.equal([...new Set(tokens)].sort((a, b) => Number(a) - Number(b)));
      expect(tokens).to.have.length(20);
    });

    it("have a higher token also for the same owner, when they had been given back or had run out", async () => {
      const tokens = [token(await take("me"))];
      await store.leases.release("web", "me");
      tokens.push(token(await take("me", { forMs: 1 })));
      await takenBy("another");
      await store.leases.release("web", "another");
      tokens.push(token(await take("me")));
      expect(tokens).to.deep.equal([...new Set(tokens)].sort((a, b) => Number(a) - Number(b)));
    });

    it("of different names do not know of each other", async () => {
      await take("me");
      expect((await take("another", { of: "api" })).held).to.equal(true);
    });

    it("have higher tokens after everything was closed and opened again", async () => {
      const first = await take("me");
      await store.leases.release("web", "me");
      await store.close();
      store = await bench.open();
      expect(token(await take("another"))).to.be.greaterThan(token(first) ?? Number.NaN);
    });

    it("have higher tokens also when the store was lost, because the hosts remember them", async () => {
      await take("me");
      await store.leases.release("web", "me");
      const last = token(await take("another")) ?? Number.NaN;
      await store.close();
      await bench.remove();
      while (Date.now() / 1000 <= last + 1) await new Promise((resolve) => setTimeout(resolve, 10));
      store = await bench.open();
      expect(token(await take("me"))).to.be.greaterThan(last);
    });

    it("have tokens that are whole numbers and grow, however fast the owners change", async () => {
      const tokens: (number | null)[] = [];
      for (let round = 0; round < 20; round += 1) {
        tokens.push(token(await take("me")));
        await store.leases.release("web", "me");
      }
      expect(tokens.filter((one) => !Number.isSafeInteger(one))).to.deep.equal([]);
      expect(new Set(tokens).size).to.equal(tokens.length);
      expect(tokens).to.deep.equal([...tokens].sort((a, b) => Number(a) - Number(b)));
    });
  });
}
