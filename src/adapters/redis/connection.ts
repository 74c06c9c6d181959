// A connection to the server that has our keys: notices one that is silent, and follows the keys through a cluster. Fails closed: without an answer a
// request is a `StoreUnreachable`. Knows no key.

import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../../ports/log.ts";
import { CONNECT_MS, type RedisClient, redisClient } from "./client.ts";
import { type Node, ownerNamed, refusalIn, storeError } from "./trouble.ts";

/** An answer that takes longer is taken for a broken connection. */
export const ANSWER_MS = 5_000;
/** Tries at one node of a cluster before another one is asked. */
const TRIES = 3;
/** How often the keys may move while one request is under way. */
const MOST_MOVES = 3;

export class Connection {
  #url: string;
  #log: Log;
  #answerMs: number;
  #waitsMs: number;
  /** Where the client is connected to; null is what the URL names. */
  #at: Node | null = null;
  /** All nodes of the cluster, if it is one. */
  #nodes: Node[] = [];
  #client: RedisClient;
  #connected: Promise<unknown>;
  #pulse: NodeJS.Timeout;
  #feeling = false;
  #closed = false;
  #trouble: Error | null = null;
  #found = 0;

  /** An answer may take `answerMs`, and a request may first wait at the server for `waitsMs`. */
  constructor(url: string, log: Log, { answerMs, waitsMs }: { answerMs: number; waitsMs: number }) {
    this.#url = url;
    this.#log = log;
    this.#answerMs = answerMs;
    this.#waitsMs = waitsMs;
    this.#client = this.#connect(null);
    this.#connected = this.#client.connect();
    this.#connected.catch(() => {});
    this.#pulse = setInterval(() => void this.#feel(), answerMs / 2);
  }

  /** How often the server was found again after it was gone, or another one took its place. */
  get gaps(): number {
    return Math.max(0, this.#found - 1);
  }

  /** Why there is no connection just now; null when there is one, or not yet a reason. */
  get trouble(): Error | null {
    return this.#trouble;
  }

  /** Resolves once there is a connection, and after `ms` in any case. */
  async settle(ms: number): Promise<void> {
    const late = new AbortController();
    await Promise.race([this.#connected, pause(ms, null, { signal: late.signal })]).catch(() => {});
    late.abort();
  }

  /** Asks the server that has our keys. Rejects with `StoreUnreachable` unless it answers; all other errors are bugs. */
  async ask<T>(question: (client: RedisClient) => Promise<T>): Promise<T> {
    for (let moves = 0; ; moves += 1) {
      const client = this.#client;
      try {
        const answer = await question(client);
        if (this.#trouble) this.#say(null);
        return answer;
      } catch (error) {
        const owner = moves < MOST_MOVES ? ownerNamed(error) : null;
        if (owner === null) throw this.#refused(error, client);
        // Nothing was done, so it may be asked again elsewhere.
        if (client === this.#client) this.#moveTo(owner);
        await this.settle(CONNECT_MS);
      }
    }
  }

  /** Lets what is under way end, if it does so in time. */
  async close(): Promise<void> {
    this.#end();
    const late = setTimeout(() => this.#client.destroy(), this.#answerMs);
    await this.#client.close().catch(() => {});
    clearTimeout(late);
  }

  /** Ends at once: what is under way is lost. */
  destroy(): void {
    this.#end();
    this.#client.destroy();
  }

  #end(): void {
    this.#closed = true;
    clearInterval(this.#pulse);
  }

  #refused(error: unknown, client: RedisClient): unknown {
    // Its name may lead to another server by now: one that was the master until just before is a replica.
    if (refusalIn(error) === "READONLY" && client === this.#client) this.#moveTo(null);
    return storeError(error);
  }

  #connect(at: Node | null): RedisClient {
    this.#at = at;
    const client = redisClient(this.#url, at, 2 * (this.#answerMs + this.#waitsMs));
    let failed = 0;
    client.on("error", (error: Error) => {
      if (client !== this.#client) return;
      this.#say(error);
      failed += 1;
      if (failed >= TRIES && this.#nodes.length > 0) this.#moveTo(this.#nextNode());
    });
    client.on("ready", () => {
      failed = 0;
      this.#found += 1;
      // Another node of a cluster may be there, but not take what belongs to the one that is gone: that is seen when it is asked.
      if (this.#nodes.length === 0) this.#say(null);
      void this.#learnNodes(client);
    });
    return client;
  }

  #moveTo(node: Node | null): void {
    if (this.#closed) return;
    const before = this.#client;
    const named = node?.host === "" ? { ...node, host: this.#at?.host ?? new URL(this.#url).hostname } : node;
    this.#client = this.#connect(named);
    this.#connected = this.#client.connect();
    this.#connected.catch(() => {});
    // Others may still wait for an answer there.
    before.close().catch(() => {});
    setTimeout(() => before.destroy(), this.#answerMs).unref();
  }

  /** Nodes take turns. Outside of a cluster there is one. */
  #nextNode(): Node | null {
    const next = this.#nodes.shift();
    if (next === undefined) return null;
    this.#nodes.push(next);
    return next;
  }

  /** Whom to ask for the keys when this node is gone. A server that is no cluster refuses to say. */
  async #learnNodes(client: RedisClient): Promise<void> {
    const slots = await client.clusterSlots().catch(() => []);
    const nodes = slots.flatMap(({ master, replicas }) => [master, ...replicas]).filter(({ host }) => host);
    const found = new Map(nodes.map(({ host, port }) => [`${host}:${port}`, { host, port }]));
    if (found.size > 0) this.#nodes = [...found.values()];
  }

  /** Redis answers in order: once this is answered, so is everything that was asked before. Asked twice in the time that an answer may take. */
  async #feel(): Promise<void> {
    const client = this.#client;
    if (!client.isReady || this.#feeling) return;
    this.#feeling = true;
    const late = setTimeout(() => this.#giveUp(client), this.#answerMs / 2 + this.#waitsMs);
    await client.ping().catch(() => {});
    clearTimeout(late);
    this.#feeling = false;
  }

  #giveUp(client: RedisClient): void {
    if (client !== this.#client || this.#closed) return;
    this.#say(new Error(`no answer within ${this.#answerMs / 1000} s`));
    this.#moveTo(this.#nextNode());
    client.destroy();
  }

  #say(trouble: Error | null): void {
    if (this.#closed) return;
    if (trouble && this.#trouble?.message !== trouble.message)
      this.#log.warn("Redis cannot be reached; deploys and locks wait until it can", { detail: trouble.message });
    if (!trouble && this.#trouble) this.#log.info("Redis is reached again");
    this.#trouble = trouble;
  }
}
