// Connections that end, or fall silent, in the middle of a command and while nothing is under way. A line that broke says nothing about the host: it is looked
// at again before anything is decided about it, and what was begun is finished.

import { expect } from "chai";
import { hostSentence } from "../../src/chat/sentences/hosts.ts";
import type { Phase } from "../../src/deploy/facts.ts";
import type { FaultyLine } from "../support/proxy.ts";
import type { SshHost } from "../support/ssh-host.ts";
import { until } from "../support/until.ts";
import { nothingRuns, type RunningDeploy } from "./deploy.ts";
import { FaultStage } from "./stage.ts";

const LIMIT_MS = 25_000;

/** Takes long the first time, and leaves a sign when it has begun. */
const LINGERS = 'echo at work; [ -e "$LOCKSTEP_PATH/begun" ] || { touch "$LOCKSTEP_PATH/begun"; sleep 30; }';

const CUTS: Record<string, (host: SshHost) => unknown> = {
  "is ended": (host) => lineOf(host).finish(),
  "is reset": (host) => lineOf(host).reset(),
  "ends because the session is killed on the host": (host) => host.sshd.killSessions(),
};

function lineOf({ line }: SshHost): FaultyLine {
  if (line === null) throw new Error("this host has no line that could fail");
  return line;
}

describe("a connection that", () => {
  let stage: FaultStage;
  let one: SshHost;
  let other: SshHost;

  before(async () => {
    stage = await FaultStage.open();
    [one, other] = (await stage.addHosts(["one", "other"], { line: true })) as [SshHost, SshHost];
  });
  after(() => stage.close());
  beforeEach(async function () {
    this.timeout(LIMIT_MS + 15_000);
    for (const host of [one, other]) await host.atConsole("rm -f /srv/web/begun");
  });

  /** The host on which something happens is the canary, or of the fleet behind the other one. */
  async function begin(phase: Phase, scripts: { restart?: string }): Promise<RunningDeploy> {
    const [first, last] = phase === "canary" ? [one, other] : [other, one];
    return stage.begin(await stage.release(scripts), { canary: [first.host], batches: [[last.host]] });
  }

  /** A release that takes long on one of them only. */
  const slowOnOne = `[ "$LOCKSTEP_HOST" != one ] || { ${LINGERS}; }`;

  const begun = (host: SshHost) => until("its command has begun", async () => (await host.read("begun")) !== null);

  for (const phase of ["canary", "fleet"] as const) {
    for (const [what, cut] of Object.entries(CUTS)) {
      it(`${what} while the ${phase} restarts is said, and the host gets the release all the same`, async () => {
        const deploy = await begin(phase, { restart: slowOnOne });
        await begun(one);
        await cut(one);
        const { outcome, thread, hosts } = await deploy.ended(LIMIT_MS);
        expect(outcome).to.equal("deployed");
        expect(hosts.get("one")?.is).to.equal("new");
        const lost = hostSentence("one", { trouble: "connectionLost", detail: "" }).slice(0, -1);
        expect(thread).to.contain(lost).and.contain("at work").and.contain("All 2 hosts run");
      });
    }

    for (const [what, cut] of Object.entries(CUTS)) {
      it(`${what} while nothing is under way is not even noticed (${phase})`, async () => {
        const deploy = await begin(phase, {});
        // The other one has not been asked for anything since it was looked at; the canary bakes, then goes back or stays.
        await deploy.told("bakeStarted");
        await cut(one);
        const { outcome, thread } = await deploy.ended(LIMIT_MS);
        expect(outcome).to.equal("deployed");
        expect(thread).to.not.contain("lost the connection");
      });
    }
  }

  it("falls silent while the canary restarts, and comes back: the host is found on the new release", async () => {
    const deploy = await begin("canary", { restart: slowOnOne.replace("sleep 30", "sleep 2") });
    await begun(one);
    lineOf(one).fallSilent();
    await deploy.told("notSwitched", "one");
    lineOf(one).recover();
    const { outcome, thread } = await deploy.ended(LIMIT_MS);
    expect(outcome).to.equal("deployed");
    expect(thread).to.contain("one lost the connection in the middle of the work");
  });

  it("falls silent while nothing is under way, and comes back, is not even noticed", async () => {
    const deploy = await begin("fleet", {});
    await deploy.told("bakeStarted");
    lineOf(one).fallSilent();
    lineOf(one).recover();
    const { outcome, thread } = await deploy.ended(LIMIT_MS, { deaf: ["one"] });
    expect(outcome).to.equal("deployed");
    expect(thread).to.not.contain("lost the connection");
  });
});

describe("a host that falls silent for good", () => {
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

  it("as the canary restarts is told to go back in vain, and named as the one of which nobody knows", async function () {
    this.timeout(LIMIT_MS + 15_000);
    const release = await stage.release({ restart: LINGERS });
    const deploy = await stage.begin(release, { canary: [one.host, other.host], batches: [], concurrency: 1 });
    await until("its command has begun", async () => (await one.read("begun")) !== null);
    lineOf(one).fallSilent();
    const { outcome, thread, hosts } = await deploy.ended(LIMIT_MS, { deaf: ["one"] });
    expect(outcome).to.equal("incomplete");
    expect(hosts.get("one")?.is).to.be.oneOf(["switching", "stuck"]);
    expect(hosts.get("other")?.is).to.equal("old");
    expect(thread)
      .to.contain("one lost the connection in the middle of the work")
      .and.contain("one does not answer")
      .and.contain("The canary host one failed.")
      .and.contain("Not where they belong: one.");
  });

  for (const maxFailedHosts of [0, 1]) {
    const what = maxFailedHosts === 0 ? "is asked about, and without an answer all go back" : "is left out, and named";
    it(`while the canary bakes ${what}`, async function () {
      this.timeout(LIMIT_MS + 15_000);
      const order = { canary: [other.host], batches: [[one.host]], maxFailedHosts, askMs: 3_000 };
      const deploy = await stage.begin(await stage.release({}), order);
      await deploy.told("bakeStarted");
      lineOf(one).fallSilent();
      const { outcome, thread, hosts } = await deploy.ended(LIMIT_MS, { deaf: ["one"] });
      expect(thread).to.contain("one does not answer");
      if (maxFailedHosts === 1) {
        expect(outcome).to.equal("incomplete");
        expect(hosts.get("other")?.is).to.equal("new");
        expect(thread).to.contain("Not where they belong: one.");
      } else {
        expect(hosts.get("other")?.is).to.equal("back");
        expect(thread)
          .to.contain("Stopped. one failed, which is more than is allowed")
          .and.contain("Nobody answered in time");
      }
    });
  }
});
