// A network, a host or a command on a bad day, in the middle of a roll-out: what is known of the host afterwards must be true.

import { randomBytes } from "node:crypto";
import { expect } from "chai";
import type { Site } from "../../../src/deploy/order.ts";
import type { HostOutcome } from "../../../src/ports/fleet.ts";
import { expectOk, expectTrouble, type FleetStage, never, tracedSite } from "../../contracts/fleet.ts";
import { type FaultyLine, startProxy } from "../../support/proxy.ts";
import { sshStages } from "../../support/ssh-stage.ts";
import { untilEnded } from "../../support/sshd.ts";

/** Longer than sockets and channels can swallow, so that a transfer can be caught in the middle. */
const bigBytes = 24 * 1024 * 1024;

describe("in the middle of a roll-out", () => {
  const stages = sshStages();
  let proxy: FaultyLine;
  let at: FleetStage;
  let site: Site;

  before(() => stages.start());
  after(() => stages.stop());
  beforeEach(async () => {
    proxy = await startProxy(stages.sshd.port);
    const known = stages.sshd.knownHosts.replaceAll(`:${stages.sshd.port} `, `:${proxy.port} `);
    at = await stages.stage({ knownHosts: [await stages.knownHosts(known)], keepaliveMs: 300, uploadStallMs: 500 });
    at.host.port = proxy.port;
    site = tracedSite(at.path);
  });
  afterEach(async () => {
    await at.fleet.close();
    await proxy.close();
  });

  async function rollOut(
    release: string,
    change: Partial<Site> = {},
    content: string | Buffer = "1",
  ): Promise<HostOutcome> {
    const archive = await at.archive({ content });
    return at.fleet.rollOut(at.host, { site: { ...site, ...change }, release, archive, token: 1 }, never);
  }

  /** What runs on the host now, asked over a new connection past the proxy. */
  async function inspect() {
    const straight = await stages.stage();
    const answer = await straight.fleet.inspect(straight.host, site, never);
    await straight.fleet.close();
    return answer;
  }

  async function untilThere(path: string): Promise<string> {
    for (;;) {
      const text = await at.read(path);
      if (text) return text;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  const lingering = 'echo $$ >"$LOCKSTEP_PATH/pid"; echo begun; sleep 30';

  for (const [what, cut] of Object.entries({
    "the connection is reset": () => proxy.reset(),
    "the connection is ended": () => proxy.finish(),
    "the session is killed on the host": () => stages.sshd.killSessions(),
    "the network falls silent": () => proxy.fallSilent(),
  })) {
    it(`knows that it has switched when ${what} during the restart`, async () => {
      expectOk(await rollOut("r1"));
      const work = rollOut("r2", { restart: lingering });
      const pid = await untilThere(`${at.path}/pid`);
      // An answer on the same line comes after everything that the program has said before.
      await at.fleet.inspect(at.host, site, never);
      await cut();
      const outcome = expectTrouble(await work);
      expect(outcome).to.include({ trouble: "connectionLost", touched: "yes", previous: "r1" });
      expect(outcome.output).to.equal("begun\n");
      expect(await inspect()).to.include({ current: "r2", healthy: "r1" });
      if (what.startsWith("the network")) await proxy.close();
      await untilEnded(Number(pid));
    });
  }

  for (const [what, cut] of Object.entries({
    "the connection is reset": () => proxy.reset(),
    "the session is killed on the host": () => stages.sshd.killSessions(),
    "the network falls silent": () => proxy.fallSilent(),
  })) {
    it(`knows that nothing was touched when ${what} during the upload`, async () => {
      expectOk(await rollOut("r1"));
      const before = proxy.sent();
      const work = rollOut("r2", {}, randomBytes(bigBytes));
      await proxy.untilSent(before + 4 * 1024 * 1024);
      await cut();
      const outcome = expectTrouble(await work);
      expect(outcome).to.include({ touched: "no", previous: "r1" });
      expect(outcome.trouble).to.be.oneOf(["connectionLost", "uploadFailed"]);
      expect(await inspect()).to.deep.include({ current: "r1", healthy: "r1", releases: ["r1"] });
    });
  }

  it("goes on after a lost connection where it stopped, with a new one", async () => {
    expectOk(await rollOut("r1"));
    const work = rollOut("r2", { restart: lingering });
    const pid = await untilThere(`${at.path}/pid`);
    proxy.reset();
    expectTrouble(await work);
    expect(expectOk(await rollOut("r2")).previous).to.equal("r1");
    await untilEnded(Number(pid));
    expect(await inspect()).to.include({ current: "r2", healthy: "r2" });
  });

  it("does not let an upload that stalls hold the host's lock", async () => {
    const slow = rollOut("r1", {}, randomBytes(bigBytes));
    await proxy.untilSent(4 * 1024 * 1024);
    proxy.fallSilent();
    const straight = await stages.stage();
    const archive = await at.archive({ content: "2" });
    const outcome = await straight.fleet.rollOut(straight.host, { site, release: "r2", archive, token: 2 }, never);
    expectOk(outcome);
    await straight.fleet.close();
    expect(expectTrouble(await slow)).to.include({ touched: "no" });
  });

  it("touches nothing when it is stopped during the upload, and is over soon", async () => {
    const stop = new AbortController();
    const archive = await at.archive({ content: randomBytes(bigBytes) });
    const work = at.fleet.rollOut(at.host, { site, release: "r1", archive, token: 1 }, stop.signal);
    await proxy.untilSent(4 * 1024 * 1024);
    const stopped = Date.now();
    stop.abort();
    expect(expectTrouble(await work)).to.include({ trouble: "aborted", touched: "no" });
    expect(Date.now() - stopped).to.be.lessThan(2_000);
    expect(await inspect()).to.deep.include({ current: null, releases: [] });
  });

  it("survives a connection that dies while it is idle", async () => {
    expectOk(await rollOut("r1"));
    proxy.reset();
    expectOk(await rollOut("r2"));
  });

  it("answers when everything is closed under a running command", async () => {
    const work = rollOut("r1", { restart: lingering });
    const pid = await untilThere(`${at.path}/pid`);
    await at.fleet.close();
    expect(expectTrouble(await work)).to.include({ trouble: "connectionLost", touched: "yes" });
    await untilEnded(Number(pid));
  });
});

describe("an archive that is not what was promised", () => {
  const stages = sshStages();
  let at: FleetStage;
  before(() => stages.start());
  after(() => stages.stop());
  beforeEach(async () => {
    at = await stages.stage();
  });
  afterEach(() => at.fleet.close());

  const content = { a: "1", b: randomBytes(100_000) };

  for (const [what, change] of Object.entries({
    "is missing": { path: "/no/such/archive.tar.gz" },
    "is shorter": { bytes: 10_000_000 },
    "is longer": { bytes: 1_000 },
    "has another digest": { sha256: "0".repeat(64) },
  })) {
    it(`${what}: the upload has failed, nothing is touched, nothing is left`, async () => {
      const archive = { ...(await at.archive(content)), ...change };
      const site = tracedSite(at.path);
      const outcome = await at.fleet.rollOut(at.host, { site, release: "r1", archive, token: 1 }, never);
      expect(expectTrouble(outcome)).to.include({ trouble: "uploadFailed", touched: "no" });
      expect(await at.fleet.inspect(at.host, site, never)).to.deep.include({ current: null, releases: [] });
      const good = await at.archive(content);
      expectOk(await at.fleet.rollOut(at.host, { site, release: "r1", archive: good, token: 1 }, never));
    });
  }
});

describe("a command that prints a lot", () => {
  const stages = sshStages();
  before(() => stages.start());
  after(() => stages.stop());

  it("costs no memory to speak of", async () => {
    const at = await stages.stage();
    const archive = await at.archive({ a: "1" });
    const restart = "printf 'é%.0s' $(seq 500); head -c 100000000 /dev/zero | tr '\\0' x >&2; echo; echo the end";
    const before = process.memoryUsage.rss();
    let highest = 0;
    const sampling = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage.rss() - before);
    }, 20);
    const site = tracedSite(at.path, { restart, restartTimeoutMs: 60_000 });
    const { output } = expectOk(await at.fleet.rollOut(at.host, { site, release: "r1", archive, token: 1 }, never));
    clearInterval(sampling);
    await at.fleet.close();
    expect(output.length).to.be.within(1_500, 2_000);
    expect(output)
      .to.match(/^é+/)
      .and.match(/characters left out/)
      .and.match(/x\nthe end\n$/)
      .and.not.contain("\ufffd");
    expect(highest).to.be.within(0, 150 * 1024 * 1024);
  });
});
