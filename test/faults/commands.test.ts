// Commands of a release that hang, fail, leave something running or say too much, on the canary and in the fleet.

import { expect } from "chai";
import type { HostState } from "../../src/deploy/hosts.ts";
import type { Order, Site } from "../../src/deploy/order.ts";
import type { SshHost } from "../support/ssh-host.ts";
import { until } from "../support/until.ts";
import type { Ended } from "./deploy.ts";
import { FaultStage, LINGERS, SITE } from "./stage.ts";

const LIMIT_MS = 40_000;
const MB = 1024 * 1024;

interface Case {
  restart?: string;
  health?: string;
  /** What the thread says of the host; null when it is well. */
  said: RegExp | null;
}

/** Each host is named after what the release does there. */
const CASES: Record<string, Case> = {
  "hangs in its restart": { restart: "echo hanging; sleep 600", said: /took longer than its time limit .*\n?.*/ },
  "hangs in a child of its restart": {
    restart: "(trap '' TERM; sleep 600) & wait",
    said: /took longer than its time limit/,
  },
  "hangs in its health check": { health: "sleep 600", said: /did not become healthy in time/ },
  "fails its restart": {
    restart: "echo no such database; exit 3",
    said: /could not restart .*exited with 3.*\n?(?:.*\n)*no such database/,
  },
  "ends its restart with a signal": { restart: "kill -9 $$", said: /could not restart/ },
  "prints what is no UTF-8 and fails": {
    restart: "printf '\\377\\376 caf\\303 \\200 \\033[31mred\\n'; exit 4",
    said: /could not restart .*exited with 4/,
  },
  "leaves a child with its output": { restart: "sleep 300 &", said: null },
  "prints what is no UTF-8": { restart: "printf '\\377\\376 caf\\303 \\200\\n'", said: null },
};

const ILL = Object.keys(CASES).filter((name) => CASES[name]?.said);

/** What the release does depends on the host. */
function script(which: "restart" | "health"): string {
  const cases = Object.entries(CASES).flatMap(([name, one]) => (one[which] ? [`"${name}") ${one[which]} ;;`] : []));
  return `case $LOCKSTEP_HOST in\n${cases.join("\n")}\nesac`;
}

describe("a release whose command", () => {
  const site: Site = {
    ...SITE,
    restartTimeoutMs: 2_000,
    health: { command: "sh bin/health", timeoutMs: 2_000, intervalMs: 50 },
  };
  let stage: FaultStage;
  let hosts: SshHost[];
  let well: SshHost;

  before(async function () {
    this.timeout(LIMIT_MS);
    stage = await FaultStage.open();
    hosts = await stage.addHosts(Object.keys(CASES));
    well = await stage.addHost("well");
  });
  after(() => stage.close());

  async function run(order: Partial<Order>): Promise<Ended> {
    const release = await stage.release({ restart: script("restart"), health: script("health") });
    const deploy = await stage.begin(release, { site, concurrency: 16, ...order });
    return deploy.ended(LIMIT_MS, { stays: /^sleep 300$/ });
  }

  describe("does that on the canary", () => {
    let ended: Ended;
    before(async function () {
      this.timeout(2 * LIMIT_MS);
      ended = await run({ canary: hosts.map(({ host }) => host), batches: [[well.host]] });
    });

    it("goes back from every host, and the fleet never gets it", () => {
      expect(ended.outcome).to.equal("rolledBack");
      expect(ended.hosts.get("well")?.is).to.equal("old");
      for (const { name } of hosts) expect(ended.hosts.get(name)?.is).to.equal("back");
    });

    for (const name of ILL) {
      it(`${name} is named, with its cause and what it printed`, () => expectSaid(ended, name));
    }
  });

  describe("does that in the fleet, where hosts may fail", () => {
    let ended: Ended;
    before(async function () {
      this.timeout(2 * LIMIT_MS);
      const batches = [hosts.map(({ host }) => host)];
      ended = await run({ canary: [well.host], batches, maxFailedHosts: hosts.length });
    });

    it("ends as not done", () => {
      expect(ended.outcome).to.equal("incomplete");
      expect(ended.hosts.get("well")?.is).to.equal("new");
    });

    for (const [name, { said }] of Object.entries(CASES)) {
      const what = said ? "stays ill, and is named" : "does no harm, and is waited for no longer";
      it(`${name} ${what}`, () => {
        const is: HostState["is"] = said ? "ill" : "new";
        expect(ended.hosts.get(name)?.is).to.equal(is);
        if (said) expectSaid(ended, name);
      });
    }
  });

  it("hangs in the fleet once is tried again when a person wants it", async function () {
    this.timeout(2 * LIMIT_MS);
    const [host] = hosts as [SshHost];
    const release = await stage.release({ restart: `[ "$LOCKSTEP_HOST" = well ] || { ${LINGERS}; }` });
    const deploy = await stage.begin(release, { site, canary: [well.host], batches: [[host.host]] });
    await deploy.told("asked");
    await deploy.order("retry");
    const { outcome, thread } = await deploy.ended(LIMIT_MS, { stays: /^sleep 300$/ });
    expect(outcome).to.equal("deployed");
    expect(thread).to.contain(`Stopped. ${host.name} failed`).and.contain("asked to try again");
  });

  for (const wish of ["abort", "rollBack"] as const) {
    it(`is under way ends with everything it has started when a person orders to ${wish}`, async function () {
      this.timeout(2 * LIMIT_MS);
      for (const host of stage.hosts) await host.atConsole("rm -f /srv/web/begun");
      const release = await stage.release({ restart: LINGERS.replace("sleep 30", "sleep 555 & sleep 556") });
      const deploy = await stage.begin(release, { canary: hosts.slice(0, 3).map(({ host }) => host), concurrency: 3 });
      for (const host of hosts.slice(0, 3)) {
        await until("its command has begun", async () => (await host.read("begun")) !== null);
      }
      await deploy.order(wish);
      const { outcome } = await deploy.ended(LIMIT_MS, { stays: /^sleep 300$/ });
      expect(outcome).to.equal("rolledBack");
    });
  }
});

function expectSaid({ thread }: Ended, name: string): void {
  const said = thread.slice(thread.indexOf(`${name} `));
  expect(said).to.match(CASES[name]?.said as RegExp);
}

describe("a restart that prints 100 MB on each of four hosts", () => {
  let stage: FaultStage;
  let ended: Ended;
  before(async function () {
    this.timeout(2 * LIMIT_MS);
    stage = await FaultStage.open();
    const hosts = await stage.addHosts(["one", "two", "three", "four"]);
    const flood =
      "echo first; head -c 25000000 /dev/zero | tr '\\0' x; head -c 75000000 /dev/zero | tr '\\0' '\\n' >&2; echo last";
    const restart = `${flood}; [ "$LOCKSTEP_HOST" != four ] || exit 5`;
    const site = { ...SITE, restartTimeoutMs: 60_000 };
    const canary = hosts.map(({ host }) => host);
    ended = await (await stage.begin(await stage.release({ restart }), { site, canary, concurrency: 4 })).ended(
      LIMIT_MS,
    );
  });
  after(() => stage.close());

  it("costs no memory to speak of", () => {
    expect(ended.grewBytes).to.be.below(150 * MB);
  });

  it("keeps the beginning and the end of it, in the thread and on record", () => {
    expect(ended.outcome).to.equal("rolledBack");
    expect(ended.thread)
      .to.match(/four could not restart .*exited with 5/)
      .and.contain("first")
      .and.contain("last");
    expect(ended.thread).to.contain("left out");
    expect(JSON.stringify(ended.facts).length).to.be.below(100_000);
  });
});
