// Many hosts at once, half of them down, and hosts that turn callers away because too many come at once.

import { connect, type Socket } from "node:net";
import { expect } from "chai";
import type { Host } from "../../src/deploy/order.ts";
import type { SshHost } from "../support/ssh-host.ts";
import { until } from "../support/until.ts";
import { expectCause } from "./deploy.ts";
import { FaultStage } from "./stage.ts";
import { Strangers } from "./strangers.ts";

const LIMIT_MS = 40_000;

const numbered = (name: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${name}-${String(from + i).padStart(2, "0")}`);

describe("twenty hosts, of which half take every call and never answer", () => {
  const strangers = new Strangers();
  let stage: FaultStage;
  let well: SshHost[];
  let holes: Host[];

  before(async function () {
    this.timeout(LIMIT_MS);
    stage = await FaultStage.open();
    well = await stage.addHosts(numbered("well", 1, 10));
    holes = await Promise.all(numbered("hole", 1, 10).map((name) => strangers.host(name, "never answers")));
  });
  after(async () => {
    await strangers.stop();
    await stage.close();
  });

  /** One that answers, one that does not, and so on. */
  const mixed = () => well.slice(1).flatMap(({ host }, i) => [holes[i] as Host, host]);

  it("are deployed to where they answer, in the time of a few calls, and the others are named", async function () {
    this.timeout(2 * LIMIT_MS);
    const canary = [(well[0] as SshHost).host];
    const batches = [mixed(), holes.slice(9)];
    const order = { canary, batches, maxFailedHosts: holes.length, concurrency: 2 };
    const { outcome, hosts, thread } = await (await stage.begin(await stage.release({}), order)).ended(LIMIT_MS);
    expect(outcome).to.equal("incomplete");
    for (const { name } of well) expect(hosts.get(name)?.is).to.equal("new");
    for (const { name } of holes) expect(hosts.get(name)).to.include({ is: "unreachable", trouble: "unreachable" });
    // However few are worked on at a time: who does not answer keeps nobody waiting.
    expect(strangers.mostAtOnce).to.equal(holes.length);
    expect(thread).to.match(/hole-01 … hole-10.*(?:10 hosts|10 more)/);
  });
});

describe("a host that turns callers away because too many are logging in", () => {
  let stage: FaultStage;
  let busy: SshHost;
  let well: SshHost;
  let callers: Socket[] = [];

  before(async function () {
    this.timeout(LIMIT_MS);
    stage = await FaultStage.open();
    // Through a line, so that the callers are not taken for connections of the deploy.
    busy = await stage.addHost("busy", { line: true, settings: ["LoginGraceTime 120", "MaxStartups 3:100:3"] });
    well = await stage.addHost("well");
  });
  after(() => stage.close());

  /** As many as it takes that never log in. */
  async function crowd(): Promise<void> {
    callers = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const socket = connect(busy.straight.port, "127.0.0.1").on("error", () => {});
        await new Promise((greeted) => socket.once("data", greeted));
        return socket;
      }),
    );
  }

  const leave = () => {
    for (const socket of callers.splice(0)) socket.destroy();
  };

  it("is asked again, and gets the release once there is room", async function () {
    this.timeout(2 * LIMIT_MS);
    await crowd();
    const deploy = await stage.begin(await stage.release({}), { canary: [busy.host], batches: [[well.host]] });
    await deploy.told("notReached", "busy");
    leave();
    expect((await deploy.ended(LIMIT_MS)).outcome).to.equal("deployed");
  });

  it("is named with its own words when there never is", async function () {
    this.timeout(2 * LIMIT_MS);
    await crowd();
    const deploy = await stage.begin(await stage.release({}), { canary: [busy.host], batches: [[well.host]] });
    const ended = await deploy.ended(LIMIT_MS).finally(leave);
    expect(ended.outcome).to.equal("untouched");
    expectCause(ended, "busy", "refused");
    expect(ended.thread).to.match(/MaxStartups|ended the connection/);
  });

  it("takes a whole fleet's calls one after the other where it lets few in at a time", async function () {
    this.timeout(2 * LIMIT_MS);
    const few = await stage.addHosts(numbered("few", 1, 6), { settings: ["MaxStartups 1:100:1"] });
    const order = { canary: [well.host], batches: [few.map(({ host }) => host)], concurrency: 6 };
    const deploy = await stage.begin(await stage.release({}), order);
    expect((await deploy.ended(LIMIT_MS)).outcome).to.equal("deployed");
    await until("nobody is left", () => few.every((host) => host.processes().length === 0));
  });
});
