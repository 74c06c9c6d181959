// Disks that are full, become full, take nothing, or have lost what was on them.

import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { hostAdvice } from "../../src/chat/sentences/hosts.ts";
import type { HostTrouble } from "../../src/ports/fleet.ts";
import type { SshHost } from "../support/ssh-host.ts";
import { type Ended, expectCause } from "./deploy.ts";
import { FaultStage } from "./stage.ts";

const LIMIT_MS = 30_000;
const MB = 1024 * 1024;

/** Also while somebody has a file open there. */
const READ_ONLY = "mount --bind /srv /srv && mount -o remount,bind,ro /srv";

/** Each host is named after its disk. It has 8 MiB; the release has two, and unpacks to six. */
const DISKS: Record<string, { spoil: string; trouble: HostTrouble }> = {
  "is full": { spoil: "head -c 8M /dev/zero >/srv/ballast 2>/dev/null; true", trouble: "diskFull" },
  "has no room for the whole archive": { spoil: "head -c 7M /dev/zero >/srv/ballast", trouble: "diskFull" },
  "has room for the archive, but not for its content": {
    spoil: "head -c 5M /dev/zero >/srv/ballast",
    trouble: "diskFull",
  },
  "is read-only": { spoil: READ_ONLY, trouble: "readOnly" },
};

const LOSSES: Record<string, string> = {
  "has lost the deploy path": "rm -rf /srv/web",
  "has lost the releases": "rm -rf /srv/web/releases",
  "has lost what the bot remembers": "rm -rf /srv/web/.lockstep",
};

describe("a host whose disk", () => {
  let stage: FaultStage;
  let spoiled: SshHost[];
  let lossy: SshHost[];
  let well: SshHost;

  before(async function () {
    this.timeout(LIMIT_MS);
    stage = await FaultStage.open();
    spoiled = await stage.addHosts(Object.keys(DISKS), { diskMiB: 8 });
    lossy = await stage.addHosts(Object.keys(LOSSES));
    well = await stage.addHost("well");
    for (const host of spoiled) await host.atConsole(DISKS[host.name]?.spoil ?? "");
  });
  after(() => stage.close());

  /** Another one each time: what a host has it is not sent again. */
  const release = () => stage.release({ files: { "big.bin": randomBytes(2 * MB), "zeros.bin": Buffer.alloc(4 * MB) } });

  function expectSaid(ended: Ended, name: string): void {
    const { trouble } = DISKS[name] as { trouble: HostTrouble };
    expectCause(ended, name, trouble);
    expect(ended.thread).to.contain(hostAdvice(trouble));
  }

  describe("is of the canary and", () => {
    let ended: Ended;
    before(async function () {
      this.timeout(2 * LIMIT_MS);
      const canary = [...spoiled, well].map(({ host }) => host);
      ended = await (await stage.begin(await release(), { canary, concurrency: 8 })).ended(LIMIT_MS);
    });

    it("takes no release lets all go back", () => {
      expect(ended.outcome).to.be.oneOf(["untouched", "rolledBack"]);
    });

    for (const name of Object.keys(DISKS)) {
      it(`${name} keeps what it runs, and is named with its cause`, () => {
        expect(ended.hosts.get(name)).to.include({ is: "ill", touched: false });
        expectSaid(ended, name);
      });
    }
  });

  describe("is of the fleet and", () => {
    let ended: Ended;
    before(async function () {
      this.timeout(2 * LIMIT_MS);
      const order = { canary: [well.host], batches: [spoiled.map(({ host }) => host)], maxFailedHosts: spoiled.length };
      ended = await (await stage.begin(await release(), { ...order, concurrency: 8 })).ended(LIMIT_MS);
    });

    it("takes no release leaves the deploy not done", () => {
      expect(ended.outcome).to.equal("incomplete");
      expect(ended.hosts.get("well")?.is).to.equal("new");
    });

    for (const name of Object.keys(DISKS)) {
      it(`${name} keeps what it runs, and is named with its cause`, () => {
        expect(ended.hosts.get(name)).to.include({ is: "ill", touched: false });
        expectSaid(ended, name);
      });
    }
  });

  describe("becomes read-only during the bake", () => {
    it("cannot go back, is told so several times, and is named with its cause", async function () {
      this.timeout(2 * LIMIT_MS);
      const host = await stage.addHost("becomes read-only");
      const deploy = await stage.begin(await release(), { canary: [host.host, well.host] });
      await deploy.told("bakeStarted");
      await host.atConsole(READ_ONLY);
      await deploy.order("rollBack");
      const { outcome, hosts, thread } = await deploy.ended(LIMIT_MS);
      expect(outcome).to.equal("incomplete");
      expect(hosts.get(host.name)).to.include({ is: "stuck", trouble: "readOnly" });
      expect(hosts.get("well")?.is).to.equal("back");
      expect(await host.runs()).to.not.equal(deploy.before(host));
      expectCause({ thread }, host.name, "readOnly");
      expect(thread).to.contain("All hosts but becomes read-only are back");
    });
  });

  describe("is new", () => {
    it("gets its deploy path made, and has nothing left of it on the way back", async function () {
      this.timeout(2 * LIMIT_MS);
      const host = await stage.addHost("is new");
      await host.atConsole("rm -rf /srv/web");
      const first = await stage.begin(await release(), { canary: [host.host], batches: [[well.host]] });
      await first.told("bakeStarted");
      await first.order("rollBack");
      expect((await first.ended(LIMIT_MS)).outcome).to.equal("rolledBack");
      expect(await host.runs()).to.equal(null);
      const second = await stage.begin(await release(), { canary: [host.host], batches: [[well.host]] });
      expect((await second.ended(LIMIT_MS)).outcome).to.equal("deployed");
    });
  });

  describe("during the bake", () => {
    it(`${Object.keys(LOSSES).join(", ")} gets the release all the same`, async function () {
      this.timeout(2 * LIMIT_MS);
      const order = { canary: [well.host], batches: [lossy.map(({ host }) => host)] };
      const deploy = await stage.begin(await release(), order);
      await deploy.told("bakeStarted");
      for (const host of lossy) await host.atConsole(LOSSES[host.name] ?? "");
      const { outcome } = await deploy.ended(LIMIT_MS);
      expect(outcome).to.equal("deployed");
    });

    it("has lost the release to go back to is named, with what to do", async function () {
      this.timeout(2 * LIMIT_MS);
      const [host] = lossy as [SshHost];
      const deploy = await stage.begin(await release(), { canary: [host.host], batches: [[well.host]] });
      await deploy.told("bakeStarted");
      await host.atConsole(`rm -rf /srv/web/releases/${deploy.before(host)}`);
      await deploy.order("rollBack");
      const { outcome, thread } = await deploy.ended(LIMIT_MS);
      expect(outcome).to.equal("incomplete");
      expectCause({ thread }, host.name, "noSuchRelease");
    });
  });
});
