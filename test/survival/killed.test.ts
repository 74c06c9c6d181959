// A bot is killed at every edge of a deploy, and another one goes on: on both stores, as they really are. The edges are found, not listed.

import { expect } from "chai";
import { bothStores, type Store, type StoreUnderTest } from "../support/stores.ts";
import { randomFrom } from "../support/turmoil.ts";
import { Edges, type Part, STEPS, type StepKind } from "./edges.ts";
import { expectAGoodEnd } from "./ends.ts";
import { Life } from "./life.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** Deploys that are under way at the same time. */
const TOGETHER = 60;

/** A loaded machine is no Redis that is away: that is tried elsewhere. */
const PATIENCE_MS = 60_000;
/** Minutes of work in one piece, where others want the processor too. */
const LONG_MS = 300_000;
/** Deploys through four bots, of which three die at any edge. */
const AGAIN_AND_AGAIN = 40;

/** The store between two bots: as it is when one has died and the next one comes. */
class Generations {
  readonly under: StoreUnderTest;
  #store: Store | null = null;

  constructor(under: StoreUnderTest) {
    this.under = under;
  }

  readonly store = (): Store => {
    if (!this.#store) throw new Error("the store is not open");
    return this.#store;
  };

  async open(): Promise<void> {
    this.#store = await this.under.open();
  }

  /** The process is gone: its store is opened again, or its leases run out. */
  async next(): Promise<void> {
    await this.under.left();
    await this.open();
  }
}

for (const under of bothStores(PATIENCE_MS)) {
  describe(`a bot that is killed, on ${under.name},`, function () {
    // Deploys have their names in the store: a second try would find those of the first one, and no longer say what was wrong.
    this.retries(0);
    const generations = new Generations(under);
    const edges = new Edges();
    before(async function () {
      this.timeout(LONG_MS);
      await under.start();
      await generations.open();
    });
    after(() => under.stop());

    const lifeOf = (scenario: number, name: string, edge: Edges["found"][number]["edge"] | null) => {
      const { died } = scenarios[scenario] ?? {};
      const deaths = [...(died ? [died] : []), ...(edge ? [edge] : [])];
      const one = scenarios[scenario];
      if (!one) throw new Error("no such scenario");
      return new Life(one, { name, deaths }, generations.store);
    };

    /** Nobody knows where to kill bots when the first test was broken off. */
    function expectAllEdges(): void {
      expect(edges.all.size, "deploys whose edges are known").to.equal(scenarios.length);
    }

    async function live(lives: Life[], tell?: (life: Life) => Parameters<Life["next"]>[0]): Promise<void> {
      let open = lives;
      while (open.length > 0) {
        await Promise.all(open.map((life) => life.next(tell?.(life))));
        open = open.filter(({ bot }) => bot?.dead);
        if (open.length > 0) await generations.next();
      }
    }

    it("leaves deploys that end, when it is not killed", async function () {
      this.timeout(LONG_MS);
      const lives = scenarios.map((_, i) => lifeOf(i, `undisturbed${i}`, null));
      await live(lives, (life) => {
        const last = life.deaths.length;
        const scenario = lives.indexOf(life);
        return (edge) => life.lives > last && edges.take(scenario, edge, life);
      });
      for (const life of lives) await expectAGoodEnd(life);
    });

    it("leaves deploys that end also when those who go on die again and again", async function () {
      this.timeout(LONG_MS);
      expectAllEdges();
      const seed = Number(process.env.SEED ?? Date.now() % 100_000);
      const random = randomFrom(seed);
      const oneOf = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
      const lives = Array.from({ length: AGAIN_AND_AGAIN }, (_, i) => {
        const [scenario, own] = oneOf([...edges.all].filter(([i]) => !scenarios[i]?.died));
        const deaths = [oneOf(own), oneOf(own), oneOf(own)];
        return new Life(scenarios[scenario] as Scenario, { name: `again${i}`, deaths }, generations.store);
      });
      console.log(`      seed ${seed}`);
      await live(lives);
      for (const life of lives) {
        life.missed.length = 0; // what the one before has done, the next one does not come to
        await expectAGoodEnd(life);
      }
    });

    it("can be killed before, within and after each step that the plan knows", () => {
      const missing = (Object.entries(STEPS) as [StepKind, Part[]][]).flatMap(([step, parts]) =>
        parts.filter((part) => !edges.parts.get(step)?.has(part)).map((part) => `${part} ${step}`),
      );
      expect(missing).to.deep.equal([]);
    });

    it("leaves deploys that the next one ends as if nothing had happened, wherever it dies", async function () {
      this.timeout(LONG_MS);
      expectAllEdges();
      const { found } = edges;
      for (let from = 0; from < found.length; from += TOGETHER) {
        const lives = found
          .slice(from, from + TOGETHER)
          .map(({ scenario, edge }, i) => lifeOf(scenario, `${from + i}`, edge));
        await live(lives);
        for (const life of lives) await expectAGoodEnd(life);
      }
      console.log(`      ${found.length} edges`);
    });
  });
}
