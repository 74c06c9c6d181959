// What goes wrong while the release is put on hosts that wait, beside the bake of the canary: it holds nothing up, and what runs there is not touched.

import { randomBytes } from "node:crypto";
import { expect } from "chai";
import type { Order } from "../../src/deploy/order.ts";
import type { SshHost } from "../support/ssh-host.ts";
import { big, CUTS, MB, openCutHosts } from "./cuts.ts";
import { expectCause, type RunningDeploy } from "./deploy.ts";
import { FaultStage, QUICK_BAKE } from "./stage.ts";

const LIMIT_MS = 40_000;
/** Hurried: six seconds, so that there is something beside which to prepare. */
const LONG_BAKE = { ...QUICK_BAKE, forMs: 60_000, pollMs: 5_000 };

describe("beside the bake, the connection to a host that gets the release", () => {
  let stage: FaultStage;
  let cut: SshHost[];
  let well: SshHost;

  before(async function () {
    this.timeout(LIMIT_MS);
    ({ stage, cut, well } = await openCutHosts());
  });
  after(() => stage.close());

  /** Each of the hosts is caught in the middle of the upload. */
  async function inTheMiddle(order: Partial<Order>, fault: (host: SshHost) => unknown): Promise<RunningDeploy> {
    const release = await stage.release({ files: big() });
    const hosts = { canary: [well.host], batches: [cut.map(({ host }) => host)], concurrency: 4 };
    const deploy = await stage.begin(release, { ...hosts, prepareEarly: true, bake: LONG_BAKE, ...order });
    await deploy.told("preparing");
    const before = cut.map(({ line }) => line?.sent() ?? 0);
    const caught = cut.map(async (host, i) => {
      await host.line?.untilSent((before[i] ?? 0) + 4 * MB);
      await fault(host);
    });
    await Promise.all(caught);
    return deploy;
  }

  it(`${Object.keys(CUTS).join(", or ")}: it is said, and made up for when its batch is due`, async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await inTheMiddle({}, (host) => CUTS[host.name]?.(host));
    for (const { name } of cut) await deploy.told("notPrepared", name);
    const { outcome, thread } = await deploy.ended(LIMIT_MS);
    expect(outcome).to.equal("deployed");
    expect(thread).to.contain("It still runs what it ran");
    for (const { name } of cut) expect(thread).to.match(new RegExp(`${name} (?:lost the connection|did not receive)`));
    for (const host of cut) expect(await host.atConsole("ls -A /srv/web/releases")).to.not.contain(".part");
  });

  it("is of no use any more when the canary goes back: nothing of it is left, and what runs is not touched", async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await inTheMiddle({}, () => {});
    await deploy.order("rollBack");
    const { outcome, hosts } = await deploy.ended(LIMIT_MS);
    expect(outcome).to.equal("rolledBack");
    for (const { name } of cut) expect(hosts.get(name)?.is).to.equal("old");
    for (const host of cut) expect(await host.atConsole("ls -A /srv/web/releases")).to.not.contain(".part");
  });

  it("falls silent for good: a person is asked, and without an answer the canary goes back", async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await inTheMiddle({ askMs: 3_000 }, ({ line }) => line?.fallSilent());
    const { outcome, thread } = await deploy.ended(LIMIT_MS, { deaf: cut.map(({ name }) => name) });
    expect(outcome).to.equal("rolledBack");
    expect(thread).to.contain("Stopped.").and.contain("Nobody answered in time");
    for (const { name } of cut) expect(thread).to.contain(name);
    expect(await Promise.all(cut.map((host) => host.runs()))).to.deep.equal(cut.map((host) => deploy.before(host)));
  });
});

describe("beside the bake, a host whose disk is full", () => {
  let stage: FaultStage;
  before(async () => {
    stage = await FaultStage.open();
  });
  after(() => stage.close());

  it("is named before its batch is due, and gets the release when there is room by then", async function () {
    this.timeout(2 * LIMIT_MS);
    const [full, well] = (await stage.addHosts(["full", "well"], { diskMiB: 8 })) as [SshHost, SshHost];
    await full.atConsole("head -c 6M /dev/zero >/srv/ballast");
    const release = await stage.release({ files: { "big.bin": randomBytes(2 * MB) } });
    const order = { canary: [well.host], batches: [[full.host]], prepareEarly: true, bake: LONG_BAKE };
    const deploy = await stage.begin(release, order);
    await deploy.told("notPrepared", "full");
    await full.atConsole("rm /srv/ballast");
    const ended = await deploy.ended(LIMIT_MS);
    expect(ended.outcome).to.equal("deployed");
    expectCause(ended, "full", "diskFull");
  });
});
