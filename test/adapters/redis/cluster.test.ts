// A Redis Cluster of three: any of its nodes may be named, and the keys may move to another one.

import { expect } from "chai";
import { type RedisServer, startRedisCluster } from "../../support/redis.ts";
import { until } from "../../support/until.ts";
import { endOf, one, openAt, rawClient, untilAnswered } from "./opening.ts";

/** What a move takes along: all in one slot. */
const KEYS = ["{lockstep}:heads", "{lockstep}:news", "{lockstep}:stream:a", "{lockstep}:lease:web"];

describe("a Redis Cluster", () => {
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  let slot: number;

  before(async function () {
    this.timeout(60_000);
    cluster = await startRedisCluster();
    const raw = await rawClient(cluster.nodes[0]?.url ?? "");
    slot = await raw.clusterKeySlot("{lockstep}");
    await raw.close();
  });
  after(() => cluster.stop());
  afterEach(async () => {
    const raw = await rawClient((await owner()).url);
    await raw.flushAll();
    await raw.close();
  });

  async function owner(): Promise<RedisServer> {
    const raw = await rawClient(cluster.nodes[0]?.url ?? "");
    const slots = await raw.clusterSlots();
    await raw.close();
    const port = slots.find(({ from, to }) => from <= slot && slot <= to)?.master.port;
    const found = cluster.nodes.find((node) => node.port === port);
    if (!found) throw new Error("nobody has the slot");
    return found;
  }

  /** Every key of ours, and the slot, as an operator does it. */
  async function move(from: RedisServer, to: RedisServer): Promise<void> {
    const [source, target] = await Promise.all([rawClient(from.url), rawClient(to.url)]);
    const [sourceId, targetId] = [await source.clusterMyId(), await target.clusterMyId()];
    const set = (client: typeof source, ...words: string[]) =>
      client.sendCommand(["CLUSTER", "SETSLOT", String(slot), ...words]);
    await set(target, "IMPORTING", sourceId);
    await set(source, "MIGRATING", targetId);
    await source.sendCommand(["MIGRATE", "127.0.0.1", String(to.port), "", "0", "5000", "KEYS", ...KEYS]);
    await set(target, "NODE", targetId);
    await set(source, "NODE", targetId);
    await Promise.all([source.close(), target.close()]);
  }

  it("is used from whichever node is named, and all of them tell of the same facts", async () => {
    const stores = await Promise.all(cluster.nodes.map(({ url }) => openAt(url)));
    const heard = stores.map(({ journal }) => new Promise<string>((resolve) => journal.watch(resolve)));
    expect(await stores[0]?.journal.append([...one("a", 0), ...one("b", 0)])).to.deep.equal({ ok: true });
    expect(await Promise.all(heard)).to.deep.equal(["a", "a", "a"]);
    for (const [i, { journal, leases }] of stores.entries()) {
      expect(await journal.append(one("a", i + 1))).to.deep.equal({ ok: true });
      expect(await journal.streams("")).to.deep.equal(["a", "b"]);
      expect((await leases.acquire("web", `owner ${i}`, 60_000)).held).to.equal(i === 0);
    }
    await Promise.all(stores.map(({ journal }) => journal.close()));
  });

  it("may move the keys to another node: nobody notices", async () => {
    const from = await owner();
    const to = cluster.nodes.find((node) => node !== from) as RedisServer;
    const { journal, leases } = await openAt(from.url);
    const mine = await leases.acquire("web", "me", 60_000);
    await journal.append(one("a", 0));
    const heard: string[] = [];
    journal.watch((stream) => heard.push(stream));
    await move(from, to);
    expect(await journal.append(one("a", 1))).to.deep.equal({ ok: true });
    expect(await journal.read("a")).to.have.length(2);
    expect(await leases.acquire("web", "me", 60_000)).to.include({ token: mine.held && mine.token });
    await until("the listener hears of it", () => heard.includes("a"));
    await journal.close();
  });

  it("is lost with the node that has the keys, and there again with it", async function () {
    this.timeout(60_000);
    const named = cluster.nodes.find((node) => node !== cluster.nodes[0]) as RedisServer;
    const { journal } = await openAt(named.url);
    await journal.append(one("a", 0));
    const lost = await owner();
    await lost.crash();
    while ((await endOf(journal.append(one("a", 1)))) === "answered");
    await lost.start();
    const found = await untilAnswered(() => journal.read("a"));
    expect(await untilAnswered(() => journal.append(one("a", found.length)))).to.deep.equal({ ok: true });
    await journal.close();
  });
});
