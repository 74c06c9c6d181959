// Hosts of every kind: other shells, fewer programs, no rights, a full disk, and what already lies where a release should go.

import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Site } from "../../../src/deploy/order.ts";
import { expectOk, expectTrouble, type FleetStage, never, tracedSite } from "../../contracts/fleet.ts";
import { sshStages } from "../../support/ssh-stage.ts";
import { type Sshd, startSshd, untilEnded } from "../../support/sshd.ts";

const needed = [
  "tar",
  "gzip",
  "head",
  "mkdir",
  "ln",
  "mv",
  "readlink",
  "env",
  "rm",
  "touch",
  "wc",
  "ls",
  "cat",
  "sleep",
];

/** Shells that a host may have as its sh. */
const shells: Record<string, string> = { bash: "/bin/bash", dash: "/bin/dash", "busybox sh": "/bin/busybox sh" };

describe("a host", () => {
  const stages = sshStages();
  let at: FleetStage;
  let site: Site;
  let odd: Sshd | undefined;

  before(() => stages.start());
  after(() => stages.stop());
  beforeEach(async () => {
    at = await stages.stage();
    site = tracedSite(at.path);
  });
  afterEach(async () => {
    await at.fleet.close();
    await odd?.stop();
    odd = undefined;
  });

  const rollOut = async (release: string, change: Partial<Site> = {}, token = 1) => {
    const archive = await at.archive({ "version.txt": release });
    return at.fleet.rollOut(at.host, { site: { ...site, ...change }, release, archive, token }, never);
  };

  /** From here on the host has these programs and no others; the ones with a text are scripts. */
  async function onlyWith(programs: Record<string, string | null>): Promise<void> {
    const folder = join(
      stages.directory,
      `path-${Object.keys(programs).length}-${Math.random().toString(36).slice(2)}`,
    );
    await mkdir(folder);
    for (const [name, text] of Object.entries(programs)) {
      const path = join(folder, name);
      if (text === null) await symlink(`/usr/bin/${name}`, path);
      else {
        await writeFile(path, `#!/bin/sh\n${text}\n`);
        await chmod(path, 0o755);
      }
    }
    odd = await startSshd({ authorizedKey: stages.key.publicKey, settings: [`SetEnv PATH=${folder}`] });
    const knownHosts = [await stages.knownHosts(odd.knownHosts)];
    at = { ...(await stages.stage({ knownHosts })), host: odd.host("odd-1"), path: join(odd.directory, "site") };
    site = tracedSite(at.path);
  }
  const plain = (...names: string[]) => Object.fromEntries(names.map((name) => [name, null]));

  it("may have neither flock nor setsid nor timeout", async () => {
    await onlyWith(plain("sh", "ps", ...needed));
    expectOk(await rollOut("r1"));
    expect(expectOk(await rollOut("r2")).previous).to.equal("r1");
    const kept = await readdir(join(at.path, ".lockstep"));
    expect(kept).to.have.members(["from.r1", "from.r2", "lock", "state", "token"]);
    const slow = expectTrouble(
      await rollOut("r3", { restart: 'sleep 30 & echo $! >"$LOCKSTEP_PATH/child"; wait', restartTimeoutMs: 200 }),
    );
    expect(slow).to.include({ trouble: "timedOut", touched: "yes" });
    await untilEnded(Number(await at.read(join(at.path, "child"))));
  });

  it("without flock: takes over the lock of a program that is dead, and waits for one that lives", async () => {
    await onlyWith(plain("sh", "ps", ...needed));
    expectOk(await rollOut("r1"));
    const lock = join(at.path, ".lockstep", "lock.d");
    await mkdir(lock);
    await writeFile(join(lock, "owner"), "4194305\n");
    expectOk(await rollOut("r2"));
    const results = await Promise.all(["r3", "r4", "r5"].map((release) => rollOut(release)));
    for (const result of results) expectOk(result);
  });

  for (const [shell, ...more] of [
    ["bash", "timeout"],
    ["bash", "setsid"],
    ["dash", "timeout"],
    ["dash", "setsid"],
    ["busybox sh", "timeout"],
    ["busybox sh", "setsid"],
  ] as [string, string][]) {
    it(`may have ${shell} as its sh, and ${more} to hold a command together`, async () => {
      await onlyWith({ sh: `exec ${shells[shell]} "$@"`, ...plain("flock", "ps", ...more, ...needed) });
      expect(expectOk(await rollOut("r1")).output)
        .to.match(/restarted r1\n$/)
        .and.not.contain("illed");
      const failed = expectTrouble(await rollOut("r2", { restart: "exit 4", shared: ["log"] }));
      expect(failed).to.include({ trouble: "restartFailed", previous: "r1" });
      const hanging = expectTrouble(
        await rollOut("r2", { health: { command: "sleep 30", timeoutMs: 200, intervalMs: 50 } }),
      );
      expect(hanging).to.include({ trouble: "unhealthy" });
      expectOk(await at.fleet.rollBack(at.host, { site, to: "r1", token: 1 }, never));
    });
  }

  for (const [shell, line] of Object.entries(shells)) {
    it(`tells newer tokens from older ones with ${shell}, however long they are`, async () => {
      await onlyWith({ sh: `exec ${line} "$@"`, ...plain("flock", "setsid", "ps", ...needed) });
      const tokens = [0, 9, 10, 999_999_999, 1_000_000_000, 1_000_000_008, 1_000_000_009, 2_147_483_648];
      const long = [1_799_999_999_999, 1_800_000_000_000, 1_800_000_000_001, Number.MAX_SAFE_INTEGER];
      const back = (token: number) => at.fleet.rollBack(at.host, { site, to: null, token }, never);
      let last = -1;
      for (const token of [...tokens, ...long]) {
        expectOk(await back(token));
        expectOk(await back(token));
        if (last >= 0) expect(expectTrouble(await back(last))).to.include({ trouble: "fenced", touched: "no" });
        last = token;
      }
      const { detail } = expectTrouble(await back(1_800_000_000_000));
      expect(detail).to.equal("this host has seen fencing token 9007199254740991, newer than 1800000000000");
    });
  }

  it("says which program is missing", async () => {
    await onlyWith(plain("sh", ...needed.filter((name) => name !== "tar")));
    const outcome = expectTrouble(await rollOut("r1"));
    expect(outcome).to.include({
      trouble: "scriptFailed",
      touched: "no",
      detail: "the program tar is missing on this host",
    });
  });

  it("may have a full disk", async () => {
    await onlyWith({
      ...plain("sh", "flock", ...needed),
      tar: "echo 'tar: web/x: Cannot write: No space left on device' >&2; exit 2",
    });
    expect(expectTrouble(await rollOut("r1"))).to.include({ trouble: "diskFull", touched: "no" });
    expect(await readdir(join(at.path, "releases"))).to.deep.equal([]);
  });

  it("may get an archive that cannot be unpacked", async () => {
    const archive = await at.archive({ a: "1" });
    await writeFile(archive.path, "no archive");
    const sha256 = createHash("sha256").update("no archive").digest("hex");
    const bad = { ...archive, bytes: 10, sha256 };
    const outcome = expectTrouble(
      await at.fleet.rollOut(at.host, { site, release: "r1", archive: bad, token: 1 }, never),
    );
    expect(outcome).to.include({ trouble: "unpackFailed", touched: "no" });
    expect(await readdir(join(at.path, "releases"))).to.deep.equal([]);
  });

  it("may not let us write the deploy path", async () => {
    site = { ...site, path: process.getuid?.() === 0 ? "/sys/lockstep" : "/lockstep" };
    expect(expectTrouble(await rollOut("r1"))).to.include({ trouble: "notPermitted", touched: "no" });
  });

  it("may have a directory where current should be", async () => {
    await mkdir(join(at.path, "current"), { recursive: true });
    const outcome = expectTrouble(await rollOut("r1"));
    expect(outcome).to.include({ trouble: "scriptFailed", touched: "no", detail: "current is not a symbolic link" });
  });

  it("may have a current that somebody has switched by hand", async () => {
    for (const release of ["r1", "r2"]) expectOk(await rollOut(release));
    await rm(join(at.path, "current"));
    await symlink(join(at.path, "releases", "r1"), join(at.path, "current"));
    expect(await at.fleet.inspect(at.host, site, never)).to.include({ current: "r1" });
    expect(expectOk(await rollOut("r3")).previous).to.equal("r1");
  });

  it("may hold what a killed deploy has left, which is removed", async () => {
    expectOk(await rollOut("r1"));
    await mkdir(join(at.path, "releases", ".r0.4194305.part", "release"), { recursive: true });
    expectOk(await rollOut("r2"));
    await at.fleet.inspect(at.host, site, never); // what is removed after the answer is gone before the next one
    expect((await readdir(join(at.path, "releases"))).sort()).to.deep.equal(["r1", "r2"]);
  });

  it("may die between the intent and the switch", async () => {
    for (const release of ["r1", "r2"]) expectOk(await rollOut(release));
    const state = join(at.path, ".lockstep", "state");
    await writeFile(state, "release=r3\nprevious=r2\nrestarted=no\nproved=no\nhealthy=r2\n");
    expect(expectOk(await rollOut("r3")).previous).to.equal("r2");
    expect(await readFile(state, "utf8")).to.match(
      /^release=r3\nprevious=r2\nrestarted=yes\nproved=yes\nhealthy=r3\nln=(yes|no) .*\n\.\n\n*$/,
    );
  });

  it("may take its time to remove old releases, which is in no other bot's way", async () => {
    const slow = join(stages.directory, "slow");
    await onlyWith({
      ...plain("sh", "flock", "ps", "timeout", ...needed.filter((name) => name !== "rm")),
      rm: `case "$*" in *.part*) while [ -e ${slow} ]; do sleep 0.05; done ;; esac; exec /bin/rm "$@"`,
    });
    for (const release of ["r1", "r2"]) expectOk(await rollOut(release, { keep: 1 }));
    await at.fleet.inspect(at.host, site, never); // what is removed after the answer is gone before the next one
    await writeFile(slow, "");
    expectOk(await rollOut("r3", { keep: 1 }));
    const knownHosts = [await stages.knownHosts((odd as Sshd).knownHosts)];
    const { fleet } = await stages.stage({ knownHosts });
    const begun = Date.now();
    expect(await fleet.fence(at.host, { site, token: 2 }, never)).to.include({ ok: true, current: "r3" });
    expect(Date.now() - begun).to.be.lessThan(10_000);
    await rm(slow);
    await fleet.close();
  });

  it("does not follow a link in a release when a shared path is put in its place", async () => {
    const precious = join(stages.directory, "precious");
    await mkdir(join(precious, "log"), { recursive: true });
    await writeFile(join(precious, "log", "file"), "keep me");
    expectTrouble(await rollOut("r1", { restart: `ln -s ${precious} var; exit 1` }));
    const outcome = expectTrouble(await rollOut("r1", { shared: ["var/log"] }));
    expect(outcome).to.include({ trouble: "scriptFailed" });
    expect(await readFile(join(precious, "log", "file"), "utf8")).to.equal("keep me");
  });

  it("lets one deploy at a time through, and both come to their end", async () => {
    const restart = 'mkdir "$LOCKSTEP_PATH/busy" || exit 9; sleep 0.1; rmdir "$LOCKSTEP_PATH/busy"';
    const outcomes = await Promise.all(["r1", "r2", "r3"].map((release) => rollOut(release, { restart })));
    for (const outcome of outcomes) expectOk(outcome);
    expect(outcomes.map((outcome) => outcome.previous)).to.include(null);
  });

  it("is not waited for by a deploy that is stopped while another one has the lock", async () => {
    const first = rollOut("r1", { restart: 'echo 1 >"$LOCKSTEP_PATH/begun"; sleep 1.5' });
    while ((await at.read(join(at.path, "begun"))) === null) await new Promise((resolve) => setTimeout(resolve, 20));
    const stop = new AbortController();
    const second = at.fleet.rollBack(at.host, { site, to: null, token: 1 }, stop.signal);
    await at.fleet.inspect(at.host, site, never); // an answer on the same line: the second one has begun by now
    const stopped = Date.now();
    stop.abort();
    expect(expectTrouble(await second)).to.include({ trouble: "aborted", touched: "no" });
    expect(Date.now() - stopped).to.be.lessThan(2_000);
    expectOk(await first);
  });

  it("lets the same release be asked for twice at the same time", async () => {
    const [one, two] = await Promise.all([rollOut("r1"), rollOut("r1")]);
    expect([expectOk(one).previous, expectOk(two).previous]).to.deep.equal([null, null]);
    expect(await at.read(join(at.path, "trace"))).to.equal("restart r1\nhealth r1\n");
  });

  it("is not waited for when the restart leaves a child that keeps its output open", async () => {
    const begun = Date.now();
    expectOk(await rollOut("r1", { restart: 'sleep 20 & echo $! >"$LOCKSTEP_PATH/child"' }));
    expect(Date.now() - begun).to.be.lessThan(10_000);
    process.kill(Number(await at.read(join(at.path, "child"))), "SIGKILL");
  });

  it("keeps a child of a restart that went well, and its lock is free meanwhile", async () => {
    const restart = '(exec sleep 20) >/dev/null 2>&1 & echo $! >"$LOCKSTEP_PATH/child"';
    expectOk(await rollOut("r1", { restart }));
    const child = Number(await at.read(join(at.path, "child")));
    expectOk(await rollOut("r2"));
    expect(process.kill(child, 0)).to.equal(true);
    process.kill(child, "SIGKILL");
  });
});
