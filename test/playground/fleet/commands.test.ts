import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { NodeSSH } from "node-ssh";
import { type DemoFleet, type DemoHost, startFleet } from "../../../playground/fleet/hosts.ts";
import { makeKey } from "../../../playground/fleet/keys.ts";
import { connect, exec, finish, run } from "./client.ts";
import { isAlive, until } from "./until.ts";

describe("a demo host", () => {
  let directory: string;
  let fleet: DemoFleet;
  let host: DemoHost;
  let other: DemoHost;
  let client: NodeSSH;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleet-"));
    process.env.FLEET_TEST_SECRET = "not for the hosts";
    fleet = await startFleet({ directory, count: 2, environment: "staging" });
    [host, other] = fleet.hosts as [DemoHost, DemoHost];
    client = await connect(fleet, host);
  });

  after(async () => {
    delete process.env.FLEET_TEST_SECRET;
    client.dispose();
    await fleet.close();
    await rm(directory, { recursive: true });
  });

  async function text(command: string): Promise<string> {
    return (await run(client, command)).stdout.toString();
  }

  describe("logging in", () => {
    it("keeps the client's key from other users of the machine", async () => {
      expect((await stat(fleet.privateKeyPath)).mode & 0o777).to.equal(0o600);
    });

    it("shows each host's own key, as known_hosts says", async () => {
      const lines = (await readFile(fleet.knownHostsPath, "utf8")).trim().split("\n");
      expect(lines.map((line) => line.split(" ")[0])).to.deep.equal(
        fleet.hosts.map(({ address, port }) => `[${address}]:${port}`),
      );
      expect(new Set(lines.map((line) => line.split(" ")[2])).size).to.equal(2);
      (await connect(fleet, other)).dispose();
    });

    it("is refused with another key", async () => {
      const error = await refusal(connect(fleet, host, makeKey("stranger").private));
      expect(error.message).to.match(/authentication methods failed/);
    });

    it("is refused to another user", async () => {
      const error = await refusal(connect(fleet, { ...host, user: "root" }));
      expect(error.message).to.match(/authentication methods failed/);
    });

    it("gives no terminal, no shell, no SFTP and no forwarding", async () => {
      const ssh = client.connection;
      if (!ssh) throw new Error("not connected");
      const tried = await Promise.all([
        new Promise((done) => ssh.exec("true", { pty: true }, done)),
        new Promise((done) => ssh.shell(false, done)),
        new Promise((done) => ssh.sftp(done)),
        new Promise((done) => ssh.forwardOut("127.0.0.1", 1, "127.0.0.1", host.port, done)),
        new Promise((done) => ssh.forwardIn("127.0.0.1", 0, done)),
      ]);
      for (const answer of tried) expect(answer).to.be.an("error");
      expect(await text("echo still here")).to.equal("still here\n");
    });
  });

  describe("running a command", () => {
    it("tells the exit code and keeps the two outputs apart", async () => {
      const finished = await run(client, "echo out; echo err >&2; exit 7");
      expect(finished.stdout.toString()).to.equal("out\n");
      expect(finished.stderr.toString()).to.equal("err\n");
      expect(finished.code).to.equal(7);
    });

    it("tells the signal that ended it", async () => {
      const finished = await run(client, "kill -KILL $$");
      expect(finished).to.include({ code: null, signal: "SIGKILL" });
    });

    it("passes 5 MB of standard input unchanged", async () => {
      const release = randomBytes(5 * 1024 * 1024);
      const digest = createHash("sha256").update(release).digest("hex");
      await run(client, "cat > uploaded", release);
      const stored = await readFile(join(host.directory, "uploaded"));
      expect(createHash("sha256").update(stored).digest("hex")).to.equal(digest);
    });

    it("passes 6 MB on each output at once, each byte once", async () => {
      const many = (letter: string) => `head -c 6000000 /dev/zero | tr '\\0' ${letter}`;
      const { stdout, stderr } = await run(client, `${many("o")} & ${many("e")} >&2; wait`);
      expect(stdout.equals(Buffer.alloc(6_000_000, "o"))).to.equal(true);
      expect(stderr.equals(Buffer.alloc(6_000_000, "e"))).to.equal(true);
    });

    it("holds back a sender that is faster than the command", async () => {
      await run(client, "mkfifo go");
      const channel = await exec(client, "read line < go; wc -c");
      const finished = finish(channel);
      channel.end(Buffer.alloc(20_000_000));
      for (let i = 0; i < 5; i += 1) await text("echo the connection goes on");
      expect(channel.writableLength, "bytes still with the sender").to.be.greaterThan(0);
      await run(client, "echo > go");
      expect(Number((await finished).stdout.toString())).to.equal(20_000_000);
    });

    it("ends although nobody reads the input", async () => {
      const finished = await run(client, "exit 4", randomBytes(3_000_000));
      expect(finished.code).to.equal(4);
    });

    it("runs several at a time on one connection", async () => {
      const waiting = run(client, "mkfifo both; read word < both; echo got $word");
      await until("the first waits", async () => (await text("test -p both && echo yes")) === "yes\n");
      await run(client, "echo hello > both");
      expect((await waiting).stdout.toString()).to.equal("got hello\n");
    });

    it("tells the exit code at once, and the end when a background child lets go of the output", async () => {
      const channel = await exec(client, "mkfifo letgo; (read x < letgo; echo late) & exit 5");
      const finished = finish(channel);
      const [code] = await once(channel, "exit");
      expect(code).to.equal(5);
      await run(client, "echo > letgo");
      expect((await finished).stdout.toString()).to.equal("late\n");
    });
  });

  describe("ending a command from outside", () => {
    async function started(command: string) {
      const channel = await exec(client, `echo $$; ${command}`);
      const [first] = await once(channel, "data");
      return { channel, pid: Number(first.toString()) };
    }

    it("passes a signal on to the whole process group", async () => {
      const { channel, pid } = await started("sleep 600 & wait");
      const finished = finish(channel);
      channel.signal("TERM");
      expect(await finished).to.include({ code: null, signal: "SIGTERM" });
      expect(await isAlive(pid)).to.equal(false);
    });

    it("ends its input when its channel is closed", async () => {
      const { channel, pid } = await started("cat > /dev/null");
      channel.close();
      await until("it is gone", async () => !(await isAlive(pid)));
    });

    it("lets it run when the connection breaks, as OpenSSH does: its input ends, and nobody reads what it prints", async () => {
      const mine = await connect(fleet, host);
      const channel = await exec(
        mine,
        "trap 'echo unheard > told' PIPE; echo $$; cat; until [ -e told ]; do echo; sleep 0.05; done; sleep 600",
      );
      const [first] = await once(channel, "data");
      const pid = Number(first.toString());
      mine.connection?.destroy();
      await until("it was told", async () => (await text("cat told 2>/dev/null; true")) === "unheard\n");
      expect(await isAlive(pid)).to.equal(true);
      await run(client, `kill -KILL -${pid}`);
      await until("it is gone", async () => !(await isAlive(pid)));
    });

    it("leaves alone what a finished command started in the background", async () => {
      const { stdout } = await run(client, "sleep 600 > /dev/null 2>&1 & echo $!");
      const pid = Number(stdout.toString());
      const mine = await connect(fleet, host);
      mine.dispose();
      expect(await isAlive(pid)).to.equal(true);
      await run(client, `kill ${pid}`);
    });
  });

  describe("what a command finds", () => {
    it("is its own home directory and the facts of its host", async () => {
      expect(await text("pwd; echo $HOME")).to.equal(`${host.directory}\n${host.directory}\n`);
      const facts = await text('echo "$DEMO_HOST|$DEMO_PORT|$DEMO_ENV|$DEMO_STATSD"');
      expect(facts).to.equal(`web-01|${host.servicePort}|staging|\n`);
    });

    it("is nothing else of the playground's environment", async () => {
      const names = (await text("env"))
        .trim()
        .split("\n")
        .map((line) => line.split("=")[0]);
      expect(names).to.include("PATH").and.not.include("FLEET_TEST_SECRET");
      const own = ["DEMO_ENV", "DEMO_FLEET", "DEMO_HOST", "DEMO_PARENT", "DEMO_PORT", "DEMO_STATSD"];
      const usual = ["HOME", "LANG", "PATH", "PWD", "OLDPWD", "SHLVL", "_"];
      expect([...own, ...usual]).to.include.members(names);
    });

    it("is a /srv of its own on each host", async () => {
      await run(client, "echo first > /srv/web/who");
      await fleet.run(other, "echo second > '/srv/web/who'");
      expect(await readFile(join(host.realPath, "who"), "utf8")).to.equal("first\n");
      expect(await readFile(join(other.realPath, "who"), "utf8")).to.equal("second\n");
      expect(await text("echo my/srv/web /srvs/web")).to.equal("my/srv/web /srvs/web\n");
    });

    it("is the node that runs the playground", async () => {
      expect(await text("node --version")).to.equal(`${process.version}\n`);
    });
  });
});

async function refusal(attempt: Promise<unknown>): Promise<Error> {
  try {
    await attempt;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was let in");
}
