// Of the fourteen: a driver whose lease is not renewed, and what hosts do with its orders.

import { expect } from "chai";
import { type Journal, StoreUnreachable } from "../../src/ports/journal.ts";
import type { Leases } from "../../src/ports/leases.ts";
import { orderToken } from "../../src/runner/orderToken.ts";
import { targetStream } from "../../src/runner/stored.ts";
import { expectOk, expectTrouble, Play } from "../contracts/fleet-stage.ts";
import { HOSTS, WEB } from "../support/bots.ts";
import { you } from "../support/build.ts";
import { hurriedClock, hurriedLeases } from "../support/hurry.ts";
import { sshStages } from "../support/ssh-stage.ts";
import type { Store } from "../support/stores.ts";
import { until } from "../support/until.ts";
import type { FourteenStage } from "./fourteen-stage.ts";

const DRIVING = targetStream(WEB);

/** Leases that cannot be reached for a while. */
class Unsteady implements Leases {
  /** So many more questions about the driver's lease get no answer; infinite: nothing does. */
  failures = 0;
  /** Answers about the driver's lease, since the last failure. */
  answers = 0;
  #leases: Leases;

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  async acquire(name: string, owner: string, forMs: number) {
    const driving = name === DRIVING;
    if (this.failures > 0 && (driving || this.failures === Number.POSITIVE_INFINITY)) {
      this.failures--;
      this.answers = 0;
      throw new StoreUnreachable("the store blinked", { done: "no", cause: null });
    }
    const lease = await this.#leases.acquire(name, owner, forMs);
    if (driving) this.answers++;
    return lease;
  }

  async release(name: string, owner: string) {
    if (this.failures > 0) throw new StoreUnreachable("the store is away", { done: "no", cause: null });
    await this.#leases.release(name, owner);
  }
}

/** A process that is stopped when it is about to write that it switches this host. */
function standsStillBefore(host: string) {
  let begin = () => {};
  let wake = () => {};
  let appended = false;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const journal = (real: Journal): Journal => ({
    ...real,
    async append(writes) {
      const [fact] = writes[0]?.facts ?? [];
      const here = fact?.kind === "switching" && fact.host === host;
      if (here) begin();
      if (here) await woken;
      const done = await real.append(writes);
      appended ||= here;
      return done;
    },
  });
  return { begun, wake, journal, over: () => appended };
}

/** Which of the drivers gave an order. */
const driverOf = ({ token }: { token: number }) => Math.floor(token / orderToken(ONE));
const ONE = { lease: { token: 1 }, log: { facts: [] } } as unknown as Parameters<typeof orderToken>[0];

export function describeRenewal(on: FourteenStage): void {
  describe("4. a lease that cannot be renewed", () => {
    let unsteady: Unsteady;
    const hurried = { store: (store: Store) => ({ ...store, leases: hurriedLeases(store.leases) }) };
    const parts = { clock: hurriedClock };
    const startDriver = () =>
      on.bots.start({
        parts,
        store: (store) => {
          unsteady = new Unsteady(hurriedLeases(store.leases));
          return { ...store, leases: unsteady };
        },
      });

    it("once is kept: the deploy goes on, in the same hands", async () => {
      const { fleet } = on.bots;
      const hold = fleet.hold(HOSTS[1] ?? "");
      const driver = await startDriver();
      await driver.type("/deploy web", you);
      await hold.begun;
      const other = await on.bots.start({ parts, ...hurried });
      unsteady.failures = 1;
      await until("a renewal has failed and two have not", () => unsteady.failures === 0 && unsteady.answers >= 2);
      hold.letGo();
      expect(await on.ended(other)).to.equal("deployed");
      expect(new Set(fleet.ordered.map(driverOf)).size).to.equal(1);
      for (const host of HOSTS) expect(fleet.at(host).restarts, host).to.have.length(1);
    });

    it("for longer than it lasts is lost: the driver stops before the next host, and another process finishes", async () => {
      const { fleet } = on.bots;
      const [, second = "", ...rest] = HOSTS;
      const hold = fleet.hold(second);
      const driver = await startDriver();
      await driver.type("/deploy web", you);
      await hold.begun;
      const other = await on.bots.start({ parts, ...hurried });
      unsteady.failures = Number.POSITIVE_INFINITY;
      const before = fleet.ordered.map(({ host }) => host);
      expect(before).to.deep.equal(HOSTS.slice(0, 2));
      expect(await on.ended(other)).to.equal("deployed");
      const [first = 0, next = 0, ...others] = [...new Set(fleet.ordered.map(driverOf))];
      expect(others).to.deep.equal([]);
      expect(next).to.be.greaterThan(first);
      const byFirst = fleet.ordered.filter((order) => driverOf(order) === first);
      expect(byFirst.map(({ host, became }) => [host, became])).to.deep.equal([
        [HOSTS[0], "done"],
        [second, "aborted"],
      ]);
      for (const host of [HOSTS[0] ?? "", ...rest]) expect(fleet.at(host).restarts, host).to.have.length(1);
      const { release } = await other.target();
      for (const host of HOSTS)
        expect(fleet.at(host), host).to.include({ current: release?.name, healthy: release?.name });
    });

    it("is lost while the driver stands still just before the next host: it wakes up too late to change anything", async () => {
      const { fleet } = on.bots;
      const [, , third = ""] = HOSTS;
      const asleep = standsStillBefore(third);
      const driver = await on.bots.start({
        parts,
        store: (store) => {
          unsteady = new Unsteady(hurriedLeases(store.leases));
          return { journal: asleep.journal(store.journal), leases: unsteady };
        },
      });
      await driver.type("/deploy web", you);
      await asleep.begun;
      unsteady.failures = Number.POSITIVE_INFINITY;
      const other = await on.bots.start({ parts, ...hurried });
      expect(await on.ended(other)).to.equal("deployed");
      const [deploy = ""] = await other.parts.journal.streams("deploy/");
      const facts = await other.parts.journal.read(deploy);
      asleep.wake();
      await until("the driver has let go", () => asleep.over());
      expect((await other.parts.journal.read(deploy)).slice(facts.length).map(({ fact }) => fact)).to.deep.equal([]);
      for (const host of HOSTS) expect(fleet.at(host).restarts, host).to.have.length(1);
    });
  });
}

export function describeFencing(on: FourteenStage): void {
  describe("5. a driver whose lease another one has by now", () => {
    const stages = sshStages();
    const play = new Play();
    before(() => stages.start());
    after(() => stages.stop());
    beforeEach(() => play.begin(stages));
    afterEach(() => play.at.fleet.close());

    it("is refused by a host that the other one has reached, which keeps the other's release", async () => {
      const { leases } = await on.store.open();
      const order = (token: number, facts: number) =>
        orderToken({
          ...ONE,
          lease: { ...ONE.lease, token },
          log: { facts: Array(facts) } as unknown as typeof ONE.log,
        });
      const old = await leases.acquire(DRIVING, "one", 50);
      if (!old.held) expect.fail();
      expectOk(await play.rollOut("r1", {}, order(old.token, 4)));
      const { token } = await until("the other one has it", async () => {
        const lease = await leases.acquire(DRIVING, "another", 60_000);
        return lease.held && lease;
      });
      expectOk(await play.rollOut("r2", {}, order(token, 0)));
      const trace = await play.trace();

      const late = order(old.token, 900_000);
      expect(expectTrouble(await play.rollOut("r3", {}, late))).to.include({ trouble: "fenced", touched: "no" });
      expect(expectTrouble(await play.rollBack("r1", {}, late))).to.include({ trouble: "fenced", touched: "no" });
      expect(await play.fence(late)).to.include({ ok: false, trouble: "fenced" });
      expect(await play.inspect()).to.deep.include({ current: "r2", healthy: "r2", releases: ["r1", "r2"] });
      expect(await play.trace()).to.deep.equal(trace);
      expectOk(await play.rollOut("r3", {}, order(token, 1)));
    });
  });
}
