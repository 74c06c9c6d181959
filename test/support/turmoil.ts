// Deploys on every target without an end, bots that are killed meanwhile, and what must be so after it. For a crowd on one Redis. Knows no kind of fault but the
// death of a process.

import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { createClient } from "redis";
import { leaseKey } from "../../src/adapters/redis/scripts.ts";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import { deployFact } from "../../src/deploy/facts.ts";
import { type Deploy, fold } from "../../src/deploy/fold.ts";
import type { Journal } from "../../src/ports/journal.ts";
import { parseFacts, targetOf, targetStream } from "../../src/runner/stored.ts";
import { Targets } from "../../src/runner/targets.ts";
import { CHANNEL, YOU } from "./conversation.ts";
import type { Crowd } from "./crowd.ts";
import { silentLog } from "./parts.ts";
import { until } from "./until.ts";

/** Numbers from 0 to 1, the same ones for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export class Turmoil {
  readonly crowd: Crowd;
  readonly random: () => number;
  /** Commands by service, acknowledged or not. */
  readonly typed = new Map<string, number>();
  kills = 0;
  readonly #journal: Journal;

  private constructor(crowd: Crowd, random: () => number, journal: Journal) {
    this.crowd = crowd;
    this.random = random;
    this.#journal = journal;
  }

  static async in(crowd: Crowd, random: () => number): Promise<Turmoil> {
    const store = await openRedisStore(crowd.redis?.url ?? "", silentLog);
    if (!store.ok) throw new Error(JSON.stringify(store.problems));
    return new Turmoil(crowd, random, store.journal);
  }

  /** On every target one deploy after the other, until `stop` aborts. */
  async deploy(stop: AbortSignal): Promise<void> {
    await Promise.all(this.crowd.options.services.map((service) => this.#deployAgainAndAgain(service, stop)));
  }

  async #deployAgainAndAgain(service: string, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const before = (await this.#deploysOf(service)).length;
      this.typed.set(service, (this.typed.get(service) ?? 0) + 1);
      await this.crowd.slack.type(YOU, CHANNEL, `/deploy ${service}`);
      // A command that its bot took with it is typed again.
      const begun = async () => stop.aborted || (await this.#deploysOf(service)).length > before;
      await until(`/deploy ${service} has begun`, begun, 4_000).catch(() => undefined);
      await until(`${service} is free`, async () => stop.aborted || (await this.#isFree(service)), 120_000);
      await pause(this.random() * 200);
    }
  }

  /** One of the bots after the other, at random moments of at most `mostMs`, a few of them told to stop instead; each started again at once, until `stop` aborts. */
  async kill(mostMs: number, stop: AbortSignal): Promise<void> {
    const { crowd } = this;
    while (!stop.aborted) {
      await pause(this.random() * mostMs);
      const names = [...crowd.bots.keys()];
      const name = names[Math.floor(this.random() * names.length)] ?? "";
      await crowd.bots.get(name)?.stop(this.random() < TOLD_TO_STOP ? "SIGTERM" : "SIGKILL");
      this.kills += 1;
      await crowd.startBot(name);
    }
  }

  /** Leases that nobody has renewed when it was time run out at once, until `stop` aborts: all that a wait of fifteen seconds would bring. */
  async hurryLeases(stop: AbortSignal): Promise<void> {
    const client = createClient({ url: this.crowd.redis?.url ?? "" }).on("error", () => {});
    await client.connect();
    while (!stop.aborted) {
      await pause(250);
      const now = Number((await client.time())[0]) * 1_000;
      for (const key of await client.keys(leaseKey("*"))) {
        const left = Number(await client.hGet(key, "until")) - now;
        if (left > 0 && left < NOT_RENEWED_MS) await client.hSet(key, "until", "0");
      }
    }
    await client.close();
  }

  /** Resolves when every target is free. */
  async over(withinMs: number): Promise<void> {
    for (const service of this.crowd.options.services)
      await until(`${service} is free`, () => this.#isFree(service), withinMs);
  }

  /** All that was acknowledged ends, and nothing was done twice. Resolves to the number of deploys. */
  async expectNothingLost(withinMs: number): Promise<number> {
    let deploys = 0;
    for (const service of this.crowd.options.services) {
      const told = this.#told(service);
      // A command that was typed last may begin one only now.
      const ended = async () => {
        const all = await this.#deploysOf(service);
        return all.every(({ stage }) => stage === "ended") && all;
      };
      const all = await until(`all deploys of ${service} have ended`, ended, withinMs);
      deploys += all.length;
      expect(all.length, `deploys of ${service} for its commands`).to.be.at.most(this.typed.get(service) ?? 0);
      expect(all.length, `deploys of ${service} that people were told of`).to.be.at.least(told);
      for (const { name } of this.crowd.fleet.hosts) await this.#expectRestarts(service, name, all);
    }
    return deploys;
  }

  async close(): Promise<void> {
    await this.#journal.close();
  }

  /** Each release once, and once more at most for each time that somebody died: nobody knows then how far it had come. */
  async #expectRestarts(service: string, host: string, deploys: Deploy[]): Promise<void> {
    const lines = await this.crowd.restarts(service, host);
    expect(lines.filter((line) => line.startsWith("overlap"))).to.deep.equal([]);
    const done = lines.filter((line) => line.startsWith("end "));
    const passed = deploys.filter((deploy) => deploy.stage === "ended" && deploy.outcome === "deployed");
    // Of two deploys of one commit that begin in the same second the release has the same name, and the second one finds it running.
    const releases = new Set(passed.map(({ order }) => order.release.name));
    const missing = [...releases].filter((release) => !done.includes(`end ${release}`));
    expect(missing, `releases of ${service} that ${host} has not come to`).to.deep.equal([]);
    expect(done.length - new Set(done).size, `restarts once more on ${host}`).to.be.at.most(this.kills);
  }

  #told(service: string): number {
    const replies = this.crowd
      .conversation()
      .ephemeral()
      .map(({ text }) => text);
    return replies.filter((text) => text.startsWith(`The deploy of ${service} `) && text.includes("has begun")).length;
  }

  async #isFree(service: string): Promise<boolean> {
    const target = targetOf(targetStream({ service, environment: "production" }));
    const targets = new Targets({ journal: this.#journal, clock: { now: Date.now, until: async () => {} } });
    return target !== null && (await targets.read(target)).running === null;
  }

  async #deploysOf(service: string): Promise<Deploy[]> {
    const streams = await this.#journal.streams("deploy/");
    const deploys = streams.map(async (stream) =>
      fold(parseFacts(stream, await this.#journal.read(stream), deployFact)),
    );
    return (await Promise.all(deploys))
      .filter((deploy) => deploy !== null)
      .filter((deploy) => deploy.order.target.service === service);
  }
}

/** The part of them that is not killed. */
const TOLD_TO_STOP = 0.25;
/** Held for fifteen seconds and renewed every four: less than that is left only of one that nobody renews. */
const NOT_RENEWED_MS = 10_000;
