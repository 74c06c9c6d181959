// Connections that fall silent: noticed soon while something is under way, later while nothing is, and never when the host still answers.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Connection } from "../../../src/adapters/ssh/connect.ts";
import type { Connections } from "../../../src/adapters/ssh/connections.ts";
import type { Host } from "../../../src/deploy/order.ts";
import { never } from "../../contracts/fleet.ts";
import { type Behind, startBehind } from "../../support/behind-gateway.ts";
import { type FaultyLine, startProxy } from "../../support/proxy.ts";
import { until } from "../../support/until.ts";

const keepaliveMs = 100;

describe("a connection that is kept", function () {
  this.timeout(30_000);
  let behind: Behind;
  let line: FaultyLine;
  let connections: Connections;
  let host: Host;
  before(async () => {
    behind = await startBehind();
  });
  after(() => behind.stop());
  beforeEach(async () => {
    line = await startProxy(behind.sshd.port);
    host = { ...behind.sshd.host("web-1"), port: line.port };
    const known = join(behind.directory, `kept-${line.port}`);
    await writeFile(known, behind.sshd.knownHosts.replace(/:\d+ /, `:${line.port} `));
    connections = await behind.connections({ knownHosts: [known], keepaliveMs });
  });
  afterEach(async () => {
    await line.close();
    await connections.close();
  });

  /** How long it lives in silence. */
  async function lifeInSilence({ over }: Connection): Promise<number> {
    line.fallSilent();
    const begun = performance.now();
    await until("it is over", () => over.aborted);
    return performance.now() - begun;
  }

  it("is over within a few tries when it falls silent while something is under way", async () => {
    const life = await connections.use(host, never, lifeInSilence);
    // Twice two tries, for a machine that is busy.
    expect(life).to.be.lessThan(keepaliveMs * 8 + 1_000);
  });

  it("is over later when it falls silent while nothing is under way", async () => {
    const connection = await connections.use(host, never, async (kept) => kept);
    const life = await lifeInSilence(connection);
    expect(life).to.be.greaterThan(keepaliveMs * 10);
    expect(life).to.be.lessThan(keepaliveMs * 40);
  });

  it("costs a question now and then while it is idle, and a few more while something is under way", async () => {
    const connection = await connections.use(host, never, async (kept) => kept);
    const questions = async () => {
      const before = line.sent();
      await new Promise((resolve) => setTimeout(resolve, keepaliveMs * 40));
      return line.sent() - before;
    };
    const idle = await questions();
    const busy = await connections.use(host, never, questions);
    expect(idle).to.be.greaterThan(0);
    expect(busy).to.be.greaterThan(idle * 3);
    expect(connection.over.aborted).to.equal(false);
  });
});
