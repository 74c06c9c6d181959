// Uploads that are cut or fall silent on their way. Whatever comes of them, nothing that runs is touched before the whole release is there.

import { expect } from "chai";
import type { SshHost } from "../support/ssh-host.ts";
import { big, CUTS, MB, openCutHosts } from "./cuts.ts";
import type { RunningDeploy } from "./deploy.ts";
import type { FaultStage } from "./stage.ts";

const LIMIT_MS = 40_000;

describe("an upload in the middle of which the connection", () => {
  let stage: FaultStage;
  let cut: SshHost[];
  let well: SshHost;

  before(async function () {
    this.timeout(LIMIT_MS);
    ({ stage, cut, well } = await openCutHosts());
  });
  after(() => stage.close());

  /** Catches each of them on its way. */
  async function inTheMiddle(phase: "canary" | "fleet", fault: (host: SshHost) => unknown): Promise<RunningDeploy> {
    const hosts = cut.map(({ host }) => host);
    const order = phase === "canary" ? { canary: hosts, batches: [[well.host]] } : { batches: [hosts, [well.host]] };
    const release = await stage.release({ files: big() });
    const deploy = await stage.begin(release, { ...order, concurrency: 4, maxFailedHosts: 3 });
    const before = cut.map(({ line }) => line?.sent() ?? 0);
    await Promise.all(
      cut.map(async (host, i) => {
        await host.line?.untilSent((before[i] ?? 0) + 4 * MB);
        await fault(host);
      }),
    );
    return deploy;
  }

  for (const phase of ["canary", "fleet"] as const) {
    it(`${Object.keys(CUTS).join(", or ")} is begun again, and nothing of it is left (${phase})`, async function () {
      this.timeout(2 * LIMIT_MS);
      const deploy = await inTheMiddle(phase, (host) => CUTS[host.name]?.(host));
      const { outcome, thread, grewBytes } = await deploy.ended(LIMIT_MS);
      expect(outcome).to.equal("deployed");
      for (const { name } of cut)
        expect(thread).to.match(new RegExp(`${name} (?:lost the connection|did not receive)`));
      for (const host of cut) expect(await host.atConsole("ls -A /srv/web/releases")).to.not.contain(".part");
      expect(grewBytes).to.be.below(150 * MB);
    });
  }

  it("falls silent for good leaves the host on what it runs, and the canary ends", async function () {
    this.timeout(2 * LIMIT_MS);
    const deploy = await inTheMiddle("canary", ({ line }) => line?.fallSilent());
    const { outcome, thread } = await deploy.ended(LIMIT_MS, { deaf: cut.map(({ name }) => name) });
    expect(outcome).to.be.oneOf(["untouched", "incomplete"]);
    for (const { name } of cut) expect(thread).to.contain(name);
    expect(await Promise.all(cut.map((host) => host.runs()))).to.deep.equal(cut.map((host) => deploy.before(host)));
  });
});
