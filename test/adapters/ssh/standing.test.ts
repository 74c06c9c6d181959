// The program that stands on a host: one for all orders to a site, gone when nobody needs it, and in nobody's way.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { Until } from "../../../src/adapters/ssh/until.ts";
import type { Site } from "../../../src/deploy/order.ts";
import type { Fleet } from "../../../src/ports/fleet.ts";
import type { Archive } from "../../../src/ports/source.ts";
import { expectOk, expectTrouble, type FleetStage, never, tracedSite } from "../../contracts/fleet.ts";
import { sshStages } from "../../support/ssh-stage.ts";
import { startSshd } from "../../support/sshd.ts";
import { until } from "../../support/until.ts";

const run = promisify(execFile);

describe("the program that stands on a host", () => {
  const stages = sshStages();
  let at: FleetStage;
  let site: Site;
  let archive: Archive;
  const others: Fleet[] = [];

  before(() => stages.start());
  after(() => stages.stop());
  beforeEach(async () => {
    at = await stages.stage();
    site = tracedSite(at.path);
    archive = await at.archive({ "version.txt": "1" });
  });
  afterEach(async () => {
    await at.fleet.close();
    for (const fleet of others.splice(0)) await fleet.close();
  });

  const rollOut = (release: string, change: Partial<Site> = {}, fleet = at.fleet) =>
    fleet.rollOut(at.host, { site: { ...site, ...change }, release, archive, token: 1 }, never);

  async function anotherBot(): Promise<Fleet> {
    const { fleet } = await stages.stage();
    others.push(fleet);
    return fleet;
  }

  /** The numbers of the programs for this path, those apart that are beside one at an order. */
  async function programs(path: string): Promise<number[]> {
    const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,args=", "-ww"], { maxBuffer: 2 ** 28 });
    const lines = stdout.split("\n").filter((line) => line.includes(` lockstep ${path} `) && / sh -c /.test(line));
    const found = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
    return found.filter(([, parent]) => !found.some(([pid]) => pid === parent)).map(([pid]) => pid);
  }

  it("is one for all orders to a site, and ends with the connection", async () => {
    await at.fleet.inspect(at.host, site, never);
    const first = await programs(at.path);
    expect(first).to.have.length(1);
    for (const release of ["r1", "r2"]) expectOk(await rollOut(release));
    await at.fleet.fence(at.host, { site, token: 2 }, never);
    expect(await programs(at.path)).to.deep.equal(first);
    await at.fleet.close();
    await until("it is gone", async () => (await programs(at.path)).length === 0);
  });

  it("remembers as much after many orders as after a few", async () => {
    for (const release of ["r1", "r2"]) expectOk(await rollOut(release));
    const back = (to: string) => at.fleet.rollBack(at.host, { site, to, token: 1 }, never);
    const remembered = async () => (await at.read(`${at.path}/.lockstep/state`))?.length;
    for (const to of ["r1", "r2"]) expectOk(await back(to));
    const before = await remembered();
    for (const to of ["r1", "r2", "r1", "r2"]) expectOk(await back(to));
    expect(await remembered()).to.equal(before);
  });

  it("is another one for another site", async () => {
    expectOk(await rollOut("r1"));
    const other = { ...site, path: `${at.path}-other` };
    expectOk(await rollOut("r1", { path: other.path }));
    expect(await programs(at.path)).to.have.length(1);
    expect(await programs(other.path)).to.have.length(1);
  });

  it("is started anew when somebody has ended it", async () => {
    expectOk(await rollOut("r1"));
    const [pid] = await programs(at.path);
    process.kill(pid as number, "SIGKILL");
    expect(expectOk(await rollOut("r2")).previous).to.equal("r1");
    // What it was about to get with its order, because a look has told that it is not there, the next one gets.
    expect(await at.fleet.inspect(at.host, site, never)).to.deep.include({ ok: true, releases: ["r1", "r2"] });
    for (const each of await programs(at.path)) process.kill(each, "SIGKILL");
    expect(expectOk(await rollOut("r3")).previous).to.equal("r2");
  });

  it("leaves a host whose order nobody saw the end of in doubt when it is killed", async () => {
    expectOk(await rollOut("r1"));
    const restart = 'echo 1 >"$LOCKSTEP_PATH/begun"; until [ -e "$LOCKSTEP_PATH/go" ]; do sleep 0.05; done';
    const work = rollOut("r2", { restart, environment: { GO: "1" } });
    await until("it has begun", () => at.read(join(at.path, "begun")));
    for (const pid of await programs(at.path)) process.kill(pid, "SIGKILL");
    // Not a failure of the host's: the deploy looks at it before it decides anything.
    expect(expectTrouble(await work)).to.include({ trouble: "connectionLost", touched: "yes" });
    const bot = await anotherBot();
    const looking = bot.fence(at.host, { site, token: 1 }, never);
    await run("touch", [join(at.path, "go")]);
    // What was beside the shell has kept the lock, and ended when it had nobody to answer to.
    expect(await looking).to.include({ ok: true, current: "r2" });
    expect(expectOk(await rollOut("r2", {}, bot)).previous).to.equal("r1");
  });

  it("leaves a host in doubt when it is killed behind a login shell that waits for it", async () => {
    const shell = 'ForceCommand sh -c "$SSH_ORIGINAL_COMMAND"; exit $?';
    const odd = await startSshd({ authorizedKey: stages.key.publicKey, settings: [shell] });
    const { fleet } = await stages.stage({ knownHosts: [await stages.knownHosts(odd.knownHosts)] });
    others.push(fleet);
    const restart = 'echo 1 >"$LOCKSTEP_PATH/begun"; until [ -e "$LOCKSTEP_PATH/go" ]; do sleep 0.05; done';
    await at.fleet.prepare(at.host, { site, release: "r2", archive }, never);
    const first = rollOut("r1", { restart });
    await until("another bot is at work", () => at.read(join(at.path, "begun")));
    const theirs = await programs(at.path);
    const work = fleet.rollOut(odd.host("odd-1"), { site, release: "r2", archive, token: 1 }, never);
    const ours = await until("it waits", async () => (await programs(at.path)).find((pid) => !theirs.includes(pid)));
    await until("its order is beside it", async () => (await run("pgrep", ["-P", String(ours)])).stdout);
    process.kill(ours, "SIGKILL");
    expect(expectTrouble(await work)).to.include({ trouble: "connectionLost", touched: "unknown" });
    await run("touch", [join(at.path, "go")]);
    expectOk(await first);
    // It was left beside the program, and had its turn.
    await until("it is out", async () => (await at.link(join(at.path, "current"))) === "releases/r2");
    await fleet.close();
    await odd.stop();
  });

  it("makes room for another bot at once while it has nothing to do", async () => {
    expectOk(await rollOut("r1"));
    const bot = await anotherBot();
    const begun = Date.now();
    expect(expectOk(await rollOut("r2", {}, bot)).previous).to.equal("r1");
    expect(expectOk(await rollOut("r3")).previous).to.equal("r2");
    expect(Date.now() - begun).to.be.lessThan(10_000);
  });

  it("makes room for another bot also after an order that came to nothing", async () => {
    expectOk(await rollOut("r1"));
    await run("mv", [join(at.path, "releases"), join(at.path, "elsewhere")]);
    await run("touch", [join(at.path, "releases")]);
    const prepared = await at.fleet.prepare(at.host, { site, release: "r2", archive }, never);
    expect(prepared).to.include({ ok: false, trouble: "scriptFailed" });
    await run("rm", ["-f", join(at.path, "releases")]);
    await run("mv", [join(at.path, "elsewhere"), join(at.path, "releases")]);
    const bot = await anotherBot();
    const begun = Date.now();
    expectOk(await rollOut("r2", {}, bot));
    expect(Date.now() - begun).to.be.lessThan(10_000);
  });

  it("is waited for by another bot while it is at work", async () => {
    const restart = 'mkdir "$LOCKSTEP_PATH/busy" || exit 9; sleep 0.3; rmdir "$LOCKSTEP_PATH/busy"';
    expectOk(await rollOut("r0", { restart }));
    const bots = [at.fleet, await anotherBot(), await anotherBot()];
    // It is not at work while an archive comes, and makes room then.
    for (const [i, bot] of bots.entries()) await bot.prepare(at.host, { site, release: `r${i + 1}`, archive }, never);
    const outcomes = await Promise.all(bots.map((bot, i) => rollOut(`r${i + 1}`, { restart }, bot)));
    for (const outcome of outcomes) expectOk(outcome);
  });

  it("works behind a login that greets", async () => {
    const greeting = 'ForceCommand echo "::Welcome to web-1"; printf ready; exec sh -c "$SSH_ORIGINAL_COMMAND"';
    const odd = await startSshd({ authorizedKey: stages.key.publicKey, settings: [greeting] });
    const { fleet } = await stages.stage({ knownHosts: [await stages.knownHosts(odd.knownHosts)] });
    others.push(fleet);
    at.host = odd.host("odd-1");
    for (const release of ["r1", "r2"]) expectOk(await rollOut(release, {}, fleet));
    expect(await fleet.inspect(at.host, site, never)).to.deep.include({ current: "r2", healthy: "r2" });
    await fleet.close();
    await odd.stop();
  });
});

describe("output up to a mark", () => {
  function read(...pieces: string[]): { text: string; passed: boolean } {
    let text = "";
    const output = new Until("\n::over 1\n", (bytes) => {
      text += bytes.toString();
    });
    for (const piece of pieces) output.read(Buffer.from(piece));
    output.flush();
    return { text, passed: output.passed };
  }

  it("ends before the mark, however it is cut", () => {
    const whole = "a\n::ov\n::over 1\nlate";
    for (let cut = 0; cut <= whole.length; cut += 1) {
      for (let more = cut; more <= whole.length; more += 1) {
        const seen = read(whole.slice(0, cut), whole.slice(cut, more), whole.slice(more));
        expect(seen).to.deep.equal({ text: "a\n::ov", passed: true });
      }
    }
  });

  it("is all there is without one", () => {
    expect(read("a\n::over 2\n", "\n::over")).to.deep.equal({ text: "a\n::over 2\n\n::over", passed: false });
  });
});
