// A gateway with forty hosts behind it that is cut off, dies, or falls silent: all of them are unknown at once, each is looked at again or named, and the hosts
// that are reached without it are not held up.

import { expect } from "chai";
import type { Gateway, Host, Order } from "../../src/deploy/order.ts";
import type { SshHost } from "../support/ssh-host.ts";
import { until } from "../support/until.ts";
import { expectCause, nothingRuns, type RunningDeploy } from "./deploy.ts";
import { FaultStage, LINGERS } from "./stage.ts";

const LIMIT_MS = 60_000;
const BEHIND = Array.from({ length: 40 }, (_, i) => `behind-${String(i + 1).padStart(2, "0")}`);

describe("a gateway with forty hosts behind it", () => {
  let stage: FaultStage;
  let gateway: SshHost;
  let behind: SshHost[];
  let well: SshHost;
  /** Each test has a gateway of its own. */
  let count = 0;

  before(async function () {
    this.timeout(LIMIT_MS);
    stage = await FaultStage.open();
    well = await stage.addHost("well");
    behind = await stage.addHosts(BEHIND);
  });
  after(() => stage.close());
  beforeEach(async function () {
    this.timeout(LIMIT_MS);
    gateway = await stage.addHost(`gateway-${++count}`, { line: true });
    await Promise.all(behind.map((host) => host.atConsole("rm -f /srv/web/begun")));
  });

  function through(host: SshHost): Host {
    const { address, port, user } = gateway.host;
    const way: Gateway = { name: "gateway", address, port, user };
    return { ...host.host, gateway: way };
  }

  async function begin(restart: string, order: Partial<Order> = {}): Promise<RunningDeploy> {
    const hosts = { canary: [well.host], batches: [behind.map(through)], concurrency: 40 };
    return stage.begin(await stage.release({ restart }), { ...hosts, ...order });
  }

  /** A release that takes long on those behind the gateway, once. */
  const slowBehind = `[ "$LOCKSTEP_HOST" = well ] || { ${LINGERS}; }`;

  async function allAtWork(deploy: RunningDeploy): Promise<void> {
    const begun = behind.map((host) =>
      until("its command has begun", async () => (await host.read("begun")) !== null, 30_000),
    );
    await Promise.all(begun).catch(async (error: Error) => {
      throw new Error(`${error.message}; ${await deploy.troubles()}`);
    });
  }

  it("that is cut off in the middle of their restarts is called again, and all of them get the release", async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await begin(slowBehind);
    await allAtWork(deploy);
    gateway.line?.reset();
    const { outcome, thread } = await deploy.ended(LIMIT_MS);
    expect(outcome).to.equal("deployed");
    expect(thread).to.contain("lost the connection in the middle of the work");
  });

  it("that dies in the middle of their restarts: they are named, nothing runs on them, and nobody is called well", async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await begin(slowBehind, { askMs: 3_000 });
    await allAtWork(deploy);
    await gateway.down();
    const ended = await deploy.ended(LIMIT_MS);
    expect(ended.outcome).to.equal("incomplete");
    expect(ended.hosts.get("well")?.is).to.equal("back");
    for (const name of BEHIND) expect(ended.hosts.get(name)?.is).to.be.oneOf(["switching", "stuck"]);
    expect(ended.thread).to.contain("All hosts but behind-01 … behind-40 (40 hosts) are back");
    expectCause(ended, "behind-01", "gatewayDown");
  });

  it("that dies while the canary bakes: they are left on what they run, and the canary goes back", async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await begin("true", { askMs: 3_000 });
    await deploy.told("bakeStarted");
    await gateway.down();
    const ended = await deploy.ended(LIMIT_MS);
    expect(ended.outcome).to.equal("rolledBack");
    for (const host of behind) expect(await host.runs()).to.equal(deploy.before(host));
    expectCause(ended, "behind-01", "gatewayDown");
  });

  it("that is down from the beginning: nothing is touched", async function () {
    this.timeout(2 * LIMIT_MS);
    await gateway.down();
    const ended = await (await begin("true")).ended(LIMIT_MS);
    expect(ended.outcome).to.equal("untouched");
    expectCause(ended, "behind-01", "gatewayDown");
  });

  it("that falls silent in the middle of their restarts: all are named in time", async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await begin(slowBehind, { askMs: 3_000 });
    await allAtWork(deploy);
    gateway.line?.fallSilent();
    const ended = await deploy.ended(LIMIT_MS, { deaf: BEHIND });
    expect(ended.outcome).to.equal("incomplete");
    expect(ended.thread).to.contain("All hosts but behind-01 … behind-40 (40 hosts) are back");
    await gateway.line?.close();
    for (const host of behind) await nothingRuns(host);
  });
});
