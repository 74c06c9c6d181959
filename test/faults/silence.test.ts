// A network that falls silent, for a while or for good, in the middle of a command and while nothing is under way. Nothing is closed, so nobody is told.

import { expect } from "chai";
import type { SshHost } from "../support/ssh-host.ts";
import { until } from "../support/until.ts";
import { expectCause, nothingRuns, type RunningDeploy } from "./deploy.ts";
import { FaultStage, LINGERS } from "./stage.ts";

const LIMIT_MS = 30_000;

describe("a network that falls silent", () => {
  let stage: FaultStage;
  let one: SshHost;
  let other: SshHost;

  beforeEach(async () => {
    stage = await FaultStage.open();
    [one, other] = (await stage.addHosts(["one", "other"], { line: true })) as [SshHost, SshHost];
  });
  afterEach(async () => {
    await one.line?.close();
    await nothingRuns(one);
    await stage.close();
  });

  const commandHasBegun = () => until("the command has begun", async () => (await one.read("begun")) !== null);

  async function bake(order: Parameters<FaultStage["begin"]>[1]): Promise<RunningDeploy> {
    const deploy = await stage.begin(await stage.release({}), order);
    await deploy.told("bakeStarted");
    return deploy;
  }

  it("in the middle of a restart, and comes back: the host is looked at, and finished", async function () {
    this.timeout(2 * LIMIT_MS);
    const release = await stage.release({ restart: LINGERS.replace("sleep 30", "sleep 2") });
    const deploy = await stage.begin(release, { canary: [one.host], batches: [[other.host]] });
    await commandHasBegun();
    one.line?.fallSilent();
    await deploy.told("notSwitched", "one");
    one.line?.recover();
    const { outcome, thread } = await deploy.ended(LIMIT_MS, { deaf: ["one"] });
    expect(outcome).to.equal("deployed");
    expectCause({ thread }, "one", "connectionLost");
  });

  it("in the middle of a restart, for good: the host is told to go back in vain, and named", async function () {
    this.timeout(2 * LIMIT_MS);
    const release = await stage.release({ restart: LINGERS });
    const deploy = await stage.begin(release, { canary: [one.host, other.host], batches: [], concurrency: 1 });
    await commandHasBegun();
    one.line?.fallSilent();
    const { outcome, thread, hosts } = await deploy.ended(LIMIT_MS, { deaf: ["one"] });
    expect(outcome).to.equal("incomplete");
    expect(hosts.get("one")?.is).to.be.oneOf(["switching", "stuck"]);
    expect(hosts.get("other")?.is).to.equal("old");
    expectCause({ thread }, "one", "connectionLost");
    expectCause({ thread }, "one", "unreachable");
    expect(thread).to.contain("The canary host one failed.").and.contain("All hosts but one are back");
  });

  it("during the bake, and comes back, is not even noticed", async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await bake({ canary: [other.host], batches: [[one.host]] });
    one.line?.fallSilent();
    one.line?.recover();
    const { outcome, thread } = await deploy.ended(LIMIT_MS, { deaf: ["one"] });
    expect(outcome).to.equal("deployed");
    expect(thread).to.not.contain("lost the connection");
  });

  it("during the bake, for good: a person is asked, and without an answer all go back", async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await bake({ canary: [other.host], batches: [[one.host]], askMs: 3_000 });
    one.line?.fallSilent();
    const { outcome, thread, hosts } = await deploy.ended(LIMIT_MS, { deaf: ["one"] });
    expect(hosts.get("other")?.is).to.equal("back");
    expect(outcome).to.equal("rolledBack");
    expectCause({ thread }, "one", "unreachable");
    expect(thread)
      .to.contain("Stopped. one failed, which is more than is allowed")
      .and.contain("Nobody answered in time");
  });

  it("during the bake, for good, to a host that may fail: the others get the release, and it is named", async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await bake({ canary: [other.host], batches: [[one.host]], maxFailedHosts: 1 });
    one.line?.fallSilent();
    const { outcome, thread, hosts } = await deploy.ended(LIMIT_MS, { deaf: ["one"] });
    expect(outcome).to.equal("incomplete");
    expect(hosts.get("other")?.is).to.equal("new");
    expectCause({ thread }, "one", "unreachable");
    expect(thread).to.match(/1 of 2 hosts run \S+: all but one\./);
  });
});
