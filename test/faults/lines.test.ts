// Connections that end in the middle of a command and while nothing is under way. A line that broke says nothing about the host: it is looked at again before
// anything is decided about it, and what was begun is finished.

import { expect } from "chai";
import type { SshHost } from "../support/ssh-host.ts";
import { until } from "../support/until.ts";
import { CUTS, openCutHosts } from "./cuts.ts";
import { type Ended, expectCause, type RunningDeploy } from "./deploy.ts";
import { type FaultStage, LINGERS } from "./stage.ts";

const LIMIT_MS = 30_000;

/** What runs in the session is to live on here, and only loses its line. */
const CUT_HERE: typeof CUTS = { ...CUTS, "loses its session": ({ sshd }) => sshd.killLogins() };

describe("a connection", () => {
  let stage: FaultStage;
  let cut: SshHost[];
  let well: SshHost;

  before(async function () {
    this.timeout(LIMIT_MS);
    ({ stage, cut, well } = await openCutHosts());
  });
  after(() => stage.close());

  async function begin(phase: "canary" | "fleet", restart = "true"): Promise<RunningDeploy> {
    for (const host of stage.hosts) await host.atConsole("rm -f /srv/web/begun");
    const hosts = cut.map(({ host }) => host);
    const order =
      phase === "canary" ? { canary: hosts, batches: [[well.host]] } : { canary: [well.host], batches: [hosts] };
    return stage.begin(await stage.release({ restart }), { ...order, concurrency: 4 });
  }

  const cutAll = () => Promise.all(cut.map((host) => CUT_HERE[host.name]?.(host)));

  for (const phase of ["canary", "fleet"] as const) {
    describe(`in the middle of the ${phase}'s restart`, () => {
      let ended: Ended;
      before(async function () {
        this.timeout(2 * LIMIT_MS);
        const deploy = await begin(phase, `[ "$LOCKSTEP_HOST" = well ] || { ${LINGERS}; }`);
        for (const host of cut) await until("its command has begun", async () => (await host.read("begun")) !== null);
        await cutAll();
        ended = await deploy.ended(LIMIT_MS);
      });

      it("that breaks does not keep the deploy from its end", () => {
        expect(ended.outcome).to.equal("deployed");
        expect(ended.thread).to.contain("All 4 hosts run");
      });

      for (const what of Object.keys(CUTS)) {
        it(`that ${what} is named, and its host gets the release all the same`, () => {
          expect(ended.hosts.get(what)?.is).to.equal("new");
          expectCause(ended, what, "connectionLost");
        });
      }
    });
  }

  describe("while the canary bakes and nothing is under way", () => {
    it("that breaks is not even noticed when its host gets the release", async function () {
      this.timeout(2 * LIMIT_MS);
      const deploy = await begin("fleet");
      await deploy.told("bakeStarted");
      await cutAll();
      const { outcome, thread } = await deploy.ended(LIMIT_MS);
      expect(outcome).to.equal("deployed");
      expect(thread).to.not.contain("lost the connection");
    });

    it("that breaks is not even noticed when its host goes back", async function () {
      this.timeout(2 * LIMIT_MS);
      const deploy = await begin("canary");
      await deploy.told("bakeStarted");
      await cutAll();
      await deploy.order("rollBack");
      const { outcome, thread } = await deploy.ended(LIMIT_MS);
      expect(outcome).to.equal("rolledBack");
      expect(thread).to.not.contain("lost the connection");
    });
  });

  describe("on the way back", () => {
    it("that breaks in the middle of a restart does not keep its host from going back", async function () {
      this.timeout(2 * LIMIT_MS);
      const deploy = await begin("canary");
      await deploy.told("bakeStarted");
      for (const host of cut) {
        const script = `/srv/web/releases/${deploy.before(host)}/bin/restart`;
        await host.atConsole(`printf '%s' '${LINGERS}' >${script}`);
      }
      await deploy.order("rollBack");
      for (const host of cut) await until("its command has begun", async () => (await host.read("begun")) !== null);
      await cutAll();
      const { outcome, thread } = await deploy.ended(LIMIT_MS);
      expect(outcome).to.equal("rolledBack");
      for (const { name } of cut) expectCause({ thread }, name, "connectionLost");
    });
  });

  describe("to a host that goes down for good while the canary bakes", () => {
    it("is tried, a person is asked, and told why", async function () {
      this.timeout(2 * LIMIT_MS);
      const gone = await stage.addHost("gone");
      const order = { canary: [well.host], batches: [[gone.host]], askMs: 3_000, retries: 1 };
      const deploy = await stage.begin(await stage.release({}), order);
      await deploy.told("bakeStarted");
      await gone.down();
      const ended = await deploy.ended(LIMIT_MS);
      expect(ended.outcome).to.equal("rolledBack");
      expect(ended.thread).to.contain("Stopped. gone failed, which is more than is allowed");
      expectCause(ended, "gone", "refused");
    });
  });
});
