// Hosts whose clock is wrong: what was there before and what is newer is never told by their time.

import { expect } from "chai";
import type { SshHost } from "../support/ssh-host.ts";
import { FaultStage, SITE } from "./stage.ts";

const LIMIT_MS = 30_000;

describe("hosts whose clocks are years ahead and behind", () => {
  let stage: FaultStage;
  let hosts: SshHost[];
  let last: string | null = null;

  before(async function () {
    this.timeout(LIMIT_MS);
    stage = await FaultStage.open();
    hosts = [
      await stage.addHost("ahead", { before: "faketime -f +3y" }),
      await stage.addHost("behind", { before: "faketime -f -3y" }),
      await stage.addHost("right"),
    ];
    const years = await Promise.all(
      hosts.map(async (host) => (await host.throughSsh("date +%Y", stage.key.path)).trim()),
    );
    expect(new Set(years).size, `${years}`).to.equal(3);
  });
  after(() => stage.close());

  const order = () => {
    const [ahead, behind, right] = hosts.map(({ host }) => host);
    const canary = [ahead, behind].filter((host) => host !== undefined);
    return { canary, batches: right ? [[right]] : [], site: { ...SITE, keep: 2 } };
  };
  const releasesOf = async (host: SshHost) => (await host.atConsole("ls /srv/web/releases")).trim().split("\n");

  for (const which of ["a first", "a second", "a third"]) {
    it(`get ${which} release, and keep the one before and no more`, async function () {
      this.timeout(2 * LIMIT_MS);
      const release = await stage.release({});
      const deploy = await stage.begin(release, order());
      const { outcome, facts } = await deploy.ended(LIMIT_MS);
      expect(outcome).to.equal("deployed");
      expect(facts.map(({ kind }) => kind)).to.not.include("notSwitched");
      const before = deploy.before(hosts[0] as SshHost);
      for (const host of hosts) expect(await releasesOf(host), host.name).to.have.members([before, release.name]);
      last = release.name;
    });
  }

  it("go back to the release before, after their clocks were set right and the other way round", async function () {
    this.timeout(2 * LIMIT_MS);
    for (const [i, host] of hosts.entries()) await host.atConsole(`touch -d '${i - 1} years' /srv/web/releases/*`);
    const deploy = await stage.begin(await stage.release({}), order());
    await deploy.told("bakeStarted");
    await deploy.order("rollBack");
    expect((await deploy.ended(LIMIT_MS)).outcome).to.equal("rolledBack");
    for (const host of hosts) expect(await host.runs()).to.equal(last);
  });

  it("have their commands ended in time all the same", async function () {
    this.timeout(2 * LIMIT_MS);
    const restart = '[ "$LOCKSTEP_HOST" = right ] || sleep 600';
    const site = { ...SITE, restartTimeoutMs: 2_000 };
    const deploy = await stage.begin(await stage.release({ restart }), { ...order(), site });
    const { outcome, thread } = await deploy.ended(LIMIT_MS);
    expect(outcome).to.equal("rolledBack");
    expect(thread).to.contain("took longer than its time limit");
  });
});
