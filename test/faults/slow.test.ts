// A link that only creeps: whoever takes part of a release all the time has not stalled, and is not lost either. Knows no other fault.

import { randomBytes } from "node:crypto";
import { expect } from "chai";
import type { SshHost } from "../support/ssh-host.ts";
import { FaultStage } from "./stage.ts";

const LIMIT_MS = 40_000;
const MB = 1024 * 1024;

describe("a slow link", () => {
  let stage: FaultStage;
  before(async () => {
    stage = await FaultStage.open();
  });
  after(() => stage.close());

  it("takes its time, and nothing of it is called a stall", async function () {
    this.timeout(2 * LIMIT_MS);
    const [slow] = (await stage.addHosts(["slow"], { line: true })) as [SshHost];
    const release = await stage.release({ files: { "big.bin": randomBytes(3 * MB) } });
    // The whole takes about six seconds, each of which is longer than silence is suffered.
    slow.line?.slowDown(MB / 2);
    const deploy = await stage.begin(release, { canary: [slow.host] });
    const { outcome, thread, tookMs } = await deploy.ended(LIMIT_MS);
    expect(thread).to.not.contain("took nothing");
    expect(outcome).to.equal("deployed");
    expect(tookMs).to.be.above(5_000);
  });
});
