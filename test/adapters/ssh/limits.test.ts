// How many at a time: connections that begin, hosts that are worked on, and servers that turn away whoever comes above their own limit.

import { connect, createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import type { Connections } from "../../../src/adapters/ssh/connections.ts";
import type { NoConnection } from "../../../src/adapters/ssh/trouble.ts";
import type { Host } from "../../../src/deploy/order.ts";
import { never } from "../../contracts/fleet.ts";
import { type Behind, startBehind } from "../../support/behind-gateway.ts";
import { until } from "../../support/until.ts";

describe("limits of connections", function () {
  this.timeout(60_000);
  let behind: Behind;
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  before(async () => {
    behind = await startBehind();
  });
  after(() => behind.stop());
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });

  /** Takes every call and says nothing. */
  async function blackHole(): Promise<number> {
    const server = createServer((socket) => {
      sockets.add(socket.on("error", () => {}));
      socket.on("close", () => sockets.delete(socket));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as { port: number }).port;
  }

  async function directly(count: number): Promise<Host[]> {
    const hosts = await Promise.all(Array.from({ length: count }, (_, index) => behind.host(index)));
    return hosts.map(({ gateway: _, ...host }) => host);
  }

  const troubleOf = (opening: Promise<unknown>): Promise<NoConnection | null> =>
    opening.then(
      () => null,
      (error) => error,
    );

  describe("that begin", () => {
    it("are so many for each server", async () => {
      const port = await blackHole();
      const connections = await behind.connections({ limits: { starts: 3 }, connectTimeoutMs: 400 });
      let most = 0;
      servers[0]?.on("connection", () => {
        most = Math.max(most, sockets.size);
      });
      const hosts = Array.from({ length: 8 }, (_, index) => ({
        name: "web",
        address: "127.0.0.1",
        port,
        user: `u${index}`,
      }));
      const answers = hosts.map((host) => troubleOf(connections.use(host, never, async () => {})));
      await Promise.race(answers);
      expect(most).to.equal(3);
      for (const answer of await Promise.all(answers)) expect(answer).to.include({ trouble: "unreachable" });
      await connections.close();
    });

    it("do not wait for hosts that hang: of 100 hosts the good half is there before the first of the others is given up", async () => {
      const good = await directly(50);
      const holes = await Promise.all(Array.from({ length: 50 }, blackHole));
      const connections = await behind.connections({ limits: { atOnce: 10 }, connectTimeoutMs: 15_000 });
      const stop = new AbortController();
      let givenUp = 0;
      const hanging = holes.map((port) =>
        troubleOf(
          connections.use({ name: "hole", address: "127.0.0.1", port, user: "x" }, stop.signal, async () => {}),
        ).then(() => {
          givenUp += 1;
        }),
      );
      await Promise.all(good.map((host) => connections.use(host, never, async () => {})));
      expect(givenUp).to.equal(0);
      stop.abort();
      await Promise.all(hanging);
      await connections.close();
    });
  });

  describe("of the server itself (MaxStartups)", () => {
    it("are met by trying again, until all are there", async () => {
      const strict = await startBehind(["MaxStartups 2"]);
      const hosts = await Promise.all(Array.from({ length: 30 }, (_, index) => strict.host(index)));
      // The strict one is the gateway here, called directly, once for each of many connections of ours.
      const direct = { ...(hosts[0] as Host), name: "strict", port: strict.gateway.port, gateway: undefined };
      const all = await Promise.all(Array.from({ length: 30 }, () => strict.connections({ connectTimeoutMs: 20_000 })));
      await Promise.all(all.map((connections) => connections.use(direct, never, async () => {})));
      await strict.stop();
    });

    it("are named when they last", async () => {
      const strict = await startBehind(["MaxStartups 1"]);
      const holding = connect(strict.line.port, "127.0.0.1").on("error", () => {});
      await new Promise((resolve) => holding.once("data", resolve));
      const host = await strict.host(0);
      const connections = await strict.connections({ connectTimeoutMs: 1_000 });
      const direct = { ...host, port: strict.gateway.port, gateway: undefined };
      const error = await troubleOf(connections.use(direct, never, async () => {}));
      expect(error).to.include({ trouble: "refused" });
      expect(error?.message).to.match(/^Exceeded MaxStartups \(tried [2-9] times in 1 s\)$/);
      holding.destroy();
      await strict.stop();
    });
  });

  describe("of hosts that are worked on", () => {
    async function mostAtWork(connections: Connections, hosts: Host[]): Promise<number> {
      let now = 0;
      let most = 0;
      let begun = 0;
      const go = until(
        "all that may have begun",
        () => begun > 0 && now === most && begun >= Math.min(hosts.length, 3),
      );
      await Promise.all(
        hosts.map((host) =>
          connections.use(host, never, async () => {
            begun += 1;
            now += 1;
            most = Math.max(most, now);
            await go;
            now -= 1;
          }),
        ),
      );
      return most;
    }

    it("hold over all deploys, and are not used up by several that work on the same host", async () => {
      const connections = await behind.connections({ limits: { atOnce: 3 } });
      const hosts = await directly(8);
      expect(await mostAtWork(connections, hosts)).to.equal(3);
      const [host] = hosts as [Host];
      expect(await mostAtWork(connections, [host, host, host, host, host])).to.equal(5);
      await connections.close();
    });

    it("hold behind each gateway", async () => {
      const connections = await behind.connections({ limits: { perGateway: 3 } });
      const hosts = await Promise.all(Array.from({ length: 8 }, (_, index) => behind.host(index)));
      expect(await mostAtWork(connections, hosts)).to.equal(3);
      await connections.close();
    });

    it("are not held by somebody who has stopped waiting", async () => {
      const connections = await behind.connections({ limits: { atOnce: 1 } });
      const [first, second, third] = (await directly(3)) as [Host, Host, Host];
      let end = () => {};
      let begun = false;
      const working = connections.use(first, never, () => {
        begun = true;
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      });
      await until("the first works", () => begun);
      const stop = new AbortController();
      const waiting = troubleOf(connections.use(second, stop.signal, async () => {}));
      const last = connections.use(third, never, async () => "done");
      stop.abort();
      expect(await waiting).to.include({ trouble: "aborted" });
      end();
      await working;
      expect(await last).to.equal("done");
      await connections.close();
    });
  });
});
