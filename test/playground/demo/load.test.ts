import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { type Load, type LoadTarget, startLoad } from "../../../playground/load/load.ts";
import { until } from "../fleet/until.ts";

describe("the load", () => {
  const servers: Server[] = [];
  let load: Load;

  afterEach(async () => {
    load.stop();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  });

  async function serve(seen: (path: string, port: number) => void, port = 0): Promise<LoadTarget & { server: Server }> {
    const server = createServer((request, response) => {
      seen(request.url ?? "", request.socket.remotePort ?? 0);
      response.end("ok");
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    return { name: "web-01", address: "127.0.0.1", port: (server.address() as AddressInfo).port, server };
  }

  it("asks every host, mostly for searches, over few connections", async () => {
    const paths: string[] = [];
    const connections = new Set<number>();
    const hear = (path: string, port: number) => {
      paths.push(path);
      connections.add(port);
    };
    const targets = await Promise.all([serve(hear), serve(hear)]);
    load = startLoad(targets, { requestsPerSecondPerHost: 100 });
    await until("there were 60 answers", () => load.counts.answered >= 60);
    expect(load.counts.failed).to.equal(0);
    expect(connections.size).to.be.lessThan(20);
    expect(paths.filter((path) => path.startsWith("/search?q=")).length).to.be.greaterThan(paths.length / 2);
  });

  it("keeps about the rate it was given, not in bursts", async () => {
    const times: number[] = [];
    const target = await serve(() => times.push(performance.now()));
    load = startLoad([target], { requestsPerSecondPerHost: 50 });
    await until("there were 40 requests", () => times.length >= 40);
    const gaps = times.slice(1).map((time, i) => time - (times[i] as number));
    const mean = gaps.reduce((total, gap) => total + gap, 0) / gaps.length;
    expect(mean).to.be.greaterThan(14).and.lessThan(200);
    expect(gaps.filter((gap) => gap > 5).length).to.be.greaterThan(gaps.length / 2);
  });

  it("goes on when a host was away", async () => {
    const target = await serve(() => {});
    load = startLoad([target], { requestsPerSecondPerHost: 100 });
    await until("it is answered", () => load.counts.answered > 0);
    target.server.closeAllConnections();
    await new Promise((closed) => target.server.close(closed));
    servers.length = 0;
    await until("requests fail", () => load.counts.failed > 3);
    const before = load.counts.answered;
    await serve(() => {}, target.port);
    await until("it is answered again", () => load.counts.answered > before);
  });

  it("asks nothing more after it was stopped", async () => {
    let asked = 0;
    const target = await serve(() => {
      asked += 1;
    });
    load = startLoad([target], { requestsPerSecondPerHost: 200 });
    await until("it is asked", () => asked > 5);
    load.stop();
    const other = startLoad([await serve(() => {})], { requestsPerSecondPerHost: 200 });
    const atStop = asked;
    await until("another load has gone on", () => other.counts.answered > 20);
    other.stop();
    expect(asked - atStop).to.be.lessThan(5);
  });
});
