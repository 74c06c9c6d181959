// What doctor sees of real hosts: what is there, what is missing, and every way in which one cannot be looked at. Nothing is changed on them.

import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { freePort } from "../../../playground/ports.ts";
import { sshExams } from "../../../src/adapters/ssh/examine.ts";
import type { FromHost, HostExam, HostExams, HostQuestions } from "../../../src/ports/examination.ts";
import { startProxy } from "../../support/proxy.ts";
import { sshStages } from "../../support/ssh-stage.ts";
import { makeKey, type Sshd, startSshd } from "../../support/sshd.ts";

const run = promisify(execFile);
const never = new AbortController().signal;
const isRoot = process.getuid?.() === 0;

const NOTHING = { paths: [], sudo: [] };

/** All that a deploy needs, and what the exam itself uses. */
const programs = (
  "sh tar gzip head cat mkdir rmdir ln mv rm ls wc touch env sleep readlink " + "flock setsid timeout ps df date id"
).split(" ");

function value(answer: FromHost<HostExam>): HostExam {
  if (!answer.ok) throw new Error(`${answer.trouble}: ${answer.detail}`);
  return answer.value;
}

describe("a host that doctor looks at", () => {
  const stages = sshStages();
  let exams: HostExams;
  let odd: Sshd | undefined;
  before(() => stages.start());
  after(() => stages.stop());
  beforeEach(async () => {
    exams = await examsFor(stages.sshd);
  });
  afterEach(async () => {
    await exams.close();
    await odd?.stop();
    odd = undefined;
  });

  const examsFor = async (sshd: Sshd) =>
    sshExams({
      privateKey: stages.key.path,
      knownHosts: [await stages.knownHosts(sshd.knownHosts)],
      connectTimeoutMs: 1_000,
    });
  const look = (...paths: string[]) => ask({ paths, sudo: [] });
  const ask = (questions: HostQuestions) => exams.host((odd ?? stages.sshd).host("web-1"), questions, never);

  /** From here on the host has these programs and no others; the ones with a text are scripts. */
  async function onlyWith(changes: Record<string, string | null>): Promise<void> {
    const folder = await mkdtemp(join(stages.directory, "path-"));
    for (const name of programs.filter((one) => !(one in changes)))
      await symlink(`/usr/bin/${name}`, join(folder, name));
    for (const [name, text] of Object.entries(changes)) {
      if (text === null) continue;
      await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
      await chmod(join(folder, name), 0o755);
    }
    odd = await startSshd({ authorizedKey: stages.key.publicKey, settings: [`SetEnv PATH=${folder}`] });
    exams = await examsFor(odd);
  }

  it("has everything: programs, a path to write, space, and our time; nothing is left behind there", async () => {
    const path = join(stages.sshd.directory, "web");
    await mkdir(join(path, "releases"), { recursive: true });
    const exam = value(await look(path, join(stages.sshd.directory, "new/deep")));
    expect(exam).to.deep.include({ missing: [], clockMs: 0 });
    expect(exam.lacking.filter((tool) => !["curl", "wget"].includes(tool))).to.deep.equal([]);
    expect(exam.paths.map(({ state, at }) => [state, at])).to.deep.equal([
      ["writable", path],
      ["creatable", stages.sshd.directory],
    ]);
    expect(exam.paths[0]?.freeKiB).to.be.greaterThan(0);
    expect(await readdir(stages.sshd.directory)).to.deep.equal(["web"]);
    expect(await readdir(path)).to.deep.equal(["releases"]);
  });

  it("may have no right to write there, a file in the way, or a current that is no link", async () => {
    const file = join(stages.sshd.directory, "file");
    await writeFile(file, "");
    const path = join(stages.sshd.directory, "odd");
    await mkdir(join(path, "current"), { recursive: true });
    await writeFile(join(path, "releases"), "");
    const exam = value(await look("/proc/lockstep/web", join(file, "web"), path));
    expect(exam.paths.map(({ state, at, currentIsNoLink }) => [state, at, currentIsNoLink])).to.deep.equal([
      ["notPermitted", "/proc", false],
      ["notDirectory", file, false],
      ["notDirectory", join(path, "releases"), true],
    ]);
  });

  it("may have a deploy path that takes nothing, and one that is nearly full", async () => {
    const disk = await mkdtemp(join(tmpdir(), "lockstep-disk-"));
    if (isRoot) {
      await run("mount", ["-t", "tmpfs", "-o", "size=64k,nr_inodes=5", "tmpfs", disk]);
      await run("dd", ["if=/dev/zero", `of=${join(disk, "full")}`, "bs=1k", "count=60"]);
    } else {
      const table = (free: number) => `echo 'tmpfs 64 ${64 - free} ${free} 90% ${disk}'`;
      await onlyWith({
        df: `case $1 in -Pk) ${table(4)} ;; *) ${table(3)} ;; esac`,
        mkdir: `echo "mkdir: cannot create: Read-only file system" >&2; exit 1`,
      });
    }
    try {
      const [full] = value(await look(disk)).paths;
      expect([full?.state, full?.freeKiB, full?.freeFiles]).to.deep.equal(["writable", 4, 3]);
      if (isRoot) await run("mount", ["-o", "remount,ro", disk]);
      else await chmod(disk, 0o555);
      const [frozen] = value(await look(join(disk, "web"))).paths;
      expect([frozen?.state, frozen?.at]).to.deep.equal(["readOnly", disk]);
    } finally {
      if (isRoot) await run("umount", [disk]);
      await rm(disk, { recursive: true });
    }
  });

  it("may lack programs: some are needed, some are only better to have, or wanted by some services", async () => {
    await onlyWith({ gzip: null, tar: null, flock: null, ps: null });
    expect(value(await look())).to.deep.include({
      missing: ["tar", "gzip"],
      lacking: ["flock", "ps", "curl", "wget"],
    });
  });

  it("may have another time than ours, of which a slow answer is no sign", async () => {
    await onlyWith({ date: "echo $(($(/usr/bin/date +%s) + 90))" });
    expect(value(await look()).clockMs).to.be.within(88_000, 90_000);
    await odd?.stop();
    await onlyWith({ date: "echo $(($(/usr/bin/date +%s) - 90))" });
    expect(value(await look()).clockMs).to.be.within(-90_000, -88_000);
    await odd?.stop();
    await onlyWith({ date: "/usr/bin/date +%s; exec /usr/bin/sleep 2" });
    expect(value(await look()).clockMs).to.equal(0);
  });

  it("may say more when somebody logs in: that is not taken for an answer", async () => {
    odd = await startSshd({
      authorizedKey: stages.key.publicKey,
      settings: [`ForceCommand printf 'Welcome\\n::nonsense\\n'; exec sh -c "$SSH_ORIGINAL_COMMAND"`],
    });
    exams = await examsFor(odd);
    expect(value(await look("/tmp")).paths).to.have.length(1);
  });

  it("is asked what sudo lets this user do without a password, and nothing is run", async () => {
    // As sudo 1.9 answers: it lists what is allowed, is silent about what is not, and says when it would ask for a password.
    const listing = `[ "$1 $2" = "-n -l" ] || { touch ${stages.directory}/run; exit 0; }; shift 2; case "$*" in`;
    await onlyWith({
      sudo: `${listing} ''|'systemctl restart web') echo "/usr/bin/$*" ;; 'id -u') exit 1 ;; *) echo 'sudo: a password is required' >&2; exit 1 ;; esac`,
    });
    const sudo = ["sudo", "sudo systemctl restart web", "sudo id -u", "sudo -u app /srv/web/run"];
    expect(value(await ask({ paths: ["/tmp"], sudo })).refused).to.deep.equal([
      { command: "sudo id -u", detail: "" },
      { command: "sudo -u app /srv/web/run", detail: "sudo: a password is required" },
    ]);
    expect(await readdir(stages.directory)).to.not.include("run");
    await odd?.stop();
    await onlyWith({});
    expect(value(await ask({ paths: ["/tmp"], sudo: ["sudo"] })).refused).to.deep.equal([
      { command: "sudo", detail: "there is no sudo" },
    ]);
  });

  it("may let us log in and run nothing", async () => {
    odd = await startSshd({
      authorizedKey: stages.key.publicKey,
      settings: ["ForceCommand echo 'This account is not available.'; exit 1"],
    });
    exams = await examsFor(odd);
    expect(await look("/tmp")).to.deep.equal({
      ok: false,
      trouble: "noShell",
      detail: "This account is not available.",
    });
  });

  it("may not be reached: nothing there, silence, another key, an unknown key, no login", async () => {
    const { sshd } = stages;
    const host = sshd.host("web-1");
    const silent = await startProxy(sshd.port);
    silent.fallSilent();
    const stranger = await makeKey(await mkdtemp(join(stages.directory, "key-")));
    const knowing = async (text: string, privateKey = stages.key.path) =>
      sshExams({ privateKey, knownHosts: [await stages.knownHosts(text)], connectTimeoutMs: 700 });
    const wrong = sshd.knownHosts.replace(/ssh-ed25519 \S+/, stranger.publicKey);
    const everywhere = sshd.knownHosts + sshd.knownHosts.replace(`:${sshd.port}`, `:${silent.port}`);
    const asked = await Promise.all([
      exams.host({ ...host, port: await freePort() }, NOTHING, never),
      (await knowing(everywhere)).host({ ...host, port: silent.port }, NOTHING, never),
      (await knowing(wrong)).host(host, NOTHING, never),
      (await knowing("")).host(host, NOTHING, never),
      (await knowing(sshd.knownHosts, stranger.path)).host(host, NOTHING, never),
    ]);
    await silent.close();
    expect(asked.map((one) => (one.ok ? "ok" : one.trouble))).to.deep.equal([
      ...["refused", "unreachable", "wrongHostKey", "unknownHostKey", "noLogin"],
    ]);
  });

  it("is left when nobody waits any more", async () => {
    await onlyWith({ date: "exec /usr/bin/sleep 60" });
    const stop = new AbortController();
    const asked = exams.host((odd as Sshd).host("web-1"), NOTHING, stop.signal);
    setTimeout(() => stop.abort(), 300);
    expect(await asked).to.deep.include({ ok: false, trouble: "aborted" });
  });
});

describe("a gateway that doctor looks at", () => {
  const stages = sshStages({ settings: ["ForceCommand /bin/false"] });
  before(() => stages.start());
  after(() => stages.stop());

  const bastion = () => {
    const { address, port, user } = stages.sshd.host("");
    return { name: "bastion", address, port, user };
  };
  const examsKnowing = async (knownHosts: string) =>
    sshExams({ privateKey: stages.key.path, knownHosts: [await stages.knownHosts(knownHosts)] });

  it("is only logged in to: it may run nothing", async () => {
    const exams = await examsKnowing(stages.sshd.knownHosts);
    expect(await exams.gateway(bastion(), never)).to.deep.equal({ ok: true, value: null });
    await exams.close();
    const stranger = await examsKnowing("");
    expect(await stranger.gateway(bastion(), never)).to.deep.include({ trouble: "unknownHostKey" });
  });

  it("leads to the hosts behind it, or is named where it does not", async () => {
    const inner = await startSshd({ authorizedKey: stages.key.publicKey });
    const exams = await examsKnowing(stages.sshd.knownHosts + inner.knownHosts);
    const behind = (port: number) => ({ ...inner.host("web-1"), gateway: { ...bastion(), port } });
    try {
      expect(
        value(await exams.host(behind(stages.sshd.port), { paths: [inner.directory], sudo: [] }, never)).paths,
      ).to.have.length(1);
      const closed = await exams.host(behind(await freePort()), NOTHING, never);
      expect(closed).to.deep.include({ ok: false, trouble: "gatewayDown" });
    } finally {
      await exams.close();
      await inner.stop();
    }
  });
});

describe("the bot's own side of a login", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-login-"));
    await makeKey(directory, "plain");
    await makeKey(directory, "locked", "ed25519", "correct horse");
    await writeFile(join(directory, "text"), "no key");
  });
  after(() => rm(directory, { recursive: true }));

  const login = (key: string | undefined, passphrase?: string, agent?: string) =>
    sshExams({
      privateKey: key && join(directory, key),
      passphrase,
      agent,
      knownHosts: [join(directory, "text"), join(directory, "none")],
    }).login();

  it("has a key that can be used, or says why not", async () => {
    const asked = [login("plain"), login("none"), login("text"), login("locked"), login("locked", "wrong")];
    const problems = (await Promise.all(asked)).map(({ key }) => key?.problem);
    expect(problems).to.deep.equal([null, "missing", "noKey", "passphrase", "passphrase"]);
    expect((await login("locked", "correct horse")).key?.problem).to.equal(null);
  });

  it("has known_hosts files, or says which are missing", async () => {
    expect((await login("plain")).knownHosts.map(({ problem }) => problem)).to.deep.equal([null, "missing"]);
  });

  it("asks the agent where there is no key", async () => {
    expect((await login(undefined, undefined, join(directory, "no-agent"))).agentKeys).to.equal(null);
    const socket = join(directory, "agent");
    const { stdout } = await run("ssh-agent", ["-a", socket]);
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]);
    try {
      expect((await login(undefined, undefined, socket)).agentKeys).to.equal(0);
      await run("ssh-add", ["-q", join(directory, "plain")], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      expect((await login(undefined, undefined, socket)).agentKeys).to.equal(1);
    } finally {
      process.kill(pid);
    }
  });
});
