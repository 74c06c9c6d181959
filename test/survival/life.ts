// One deploy from its first command to its end, through one bot after the other: each but the last dies at its edge. Knows no store.

import { inspect } from "node:util";
import { onCall } from "../support/build.ts";
import { type Edge, Mortal } from "./mortal.ts";
import type { Scenario } from "./scenarios.ts";
import { World } from "./world.ts";

/** With what was behind it: of a store that is away the error itself only says so. */
function inFull(error: unknown): string {
  return inspect(error, { depth: 4, breakLength: 160 });
}

export class Life {
  readonly world: World;
  /** Where its bots die, one after the other. */
  readonly deaths: Edge[];
  /** Deaths that did not come, because the bot did not get there. */
  readonly missed: Edge[] = [];
  bot: Mortal | null = null;
  /** How many bots have begun. */
  lives = 0;

  constructor(scenario: Scenario, { name, deaths }: { name: string; deaths: Edge[] }, store: World["store"]) {
    this.world = new World(scenario, name, store);
    this.deaths = deaths;
  }

  /** Starts the next bot and lets it live until it dies, or until nothing happens any more. */
  async next(tell: (edge: Edge) => void = () => {}): Promise<void> {
    const { world } = this;
    const death = this.deaths[this.lives] ?? null;
    const first = this.lives === 0;
    this.lives += 1;
    const bot = new Mortal(world, death, tell);
    this.bot = bot;
    if (first) await world.begin();
    const living = (async () => {
      await bot.begin();
      if (first) await this.#order(bot);
      world.goOn();
    })();
    living.catch((error: unknown) => world.faults.push(inFull(error)));
    await Promise.race([bot.died, living]);
    if (bot.dead) world.goOn();
    const waits = await world.time.untilQuiet();
    if (waits && !bot.dead) world.faults.push("somebody waits for what does not come");
    if (death && !bot.dead) this.missed.push(death);
  }

  async #order({ bot }: Mortal): Promise<void> {
    const { begins, target } = this.world.scenario;
    const wanted = begins === "deploy" ? bot.deploy(target, {}, onCall) : bot.rollBack(target, {}, onCall);
    const answer = await wanted;
    if (!answer.ok) this.world.faults.push(`refused: ${JSON.stringify(answer.refusal)}`);
  }
}
