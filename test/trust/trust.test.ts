// `lockstep trust` against real OpenSSH servers: what is shown, what is asked, and what is written, and nothing else is.

import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { freePort } from "../../playground/ports.ts";
import { sshHostKeys } from "../../src/adapters/ssh/host-keys.ts";
import type { Host } from "../../src/deploy/order.ts";
import { trust } from "../../src/trust/trust.ts";
import { readTrustWords } from "../../src/trust/words.ts";
import { never } from "../contracts/fleet.ts";
import { type Behind, startBehind } from "../support/behind-gateway.ts";
import { bundledProgram } from "../support/program.ts";
import { makeKey } from "../support/sshd.ts";

const run = promisify(execFile);

describe("trusting host keys", function () {
  this.timeout(60_000);
  let behind: Behind;
  let host: Host;
  let file = "";
  let count = 0;
  before(async () => {
    behind = await startBehind();
    const { gateway: _, ...direct } = await behind.host(0);
    host = direct;
  });
  after(() => behind.stop());
  beforeEach(() => {
    file = join(behind.directory, `learnt-${++count}`);
  });

  interface Given {
    hosts?: Host[];
    answers?: string[] | null;
    args?: string[];
  }

  async function learn({ hosts = [host], answers = [], args = [] }: Given) {
    const read = readTrustWords(["web", ...args]);
    if (!read.ok) throw new Error("the words cannot be read");
    const service = { defaultEnvironment: "production", environments: { production: {} } };
    const keys = sshHostKeys({ privateKey: behind.key.path, knownHosts: [file], connectTimeoutMs: 3_000 });
    const said = { out: "", err: "", asked: [] as string[] };
    const exit = await trust(
      read.words,
      {
        configuration: { services: { web: service }, ssh: { knownHosts: [file] } } as never,
        hostsOf: () => hosts,
        keys,
        ask:
          answers &&
          (async (question) => {
            said.asked.push(question);
            return answers.shift() ?? "";
          }),
        out: (text) => {
          said.out += text;
        },
        err: (text) => {
          said.err += text;
        },
      },
      never,
    );
    await keys.close();
    return { exit, ...said };
  }

  const written = () => readFile(file, "utf8").catch(() => null);
  const lineFor = ({ address, port }: Host) =>
    behind
      .known()
      .split("\n")
      .find((line) => line.startsWith(`[${address}]:${port} `));
  /** `SHA256:…`, from ssh-keygen itself. */
  async function fingerprintOf(line: string | undefined): Promise<string> {
    const path = join(behind.directory, `print-${++count}`);
    await writeFile(path, `${line}\n`);
    return (await run("ssh-keygen", ["-lf", path])).stdout.split(" ")[1] ?? "";
  }

  it("shows name, address, type and fingerprint, and writes the key down at a yes", async () => {
    await writeFile(file, "# mine\nweb-9 ssh-ed25519 AAAA", { mode: 0o644 });
    const { exit, out, asked } = await learn({ answers: ["yes"] });
    expect(out).to.match(new RegExp(`^web-0 +\\[127\\.0\\.0\\.1\\]:${host.port} +ssh-ed25519 +SHA256:`, "m"));
    expect(out).to.contain(await fingerprintOf(lineFor(host)));
    expect(asked).to.deep.equal([`Add this key to ${file}? Type yes to trust it: `]);
    expect(exit).to.equal(0);
    expect(await written()).to.equal(`# mine\nweb-9 ssh-ed25519 AAAA\n${lineFor(host)}\n`);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect((await run("ssh-keygen", ["-F", `[127.0.0.1]:${host.port}`, "-f", file])).stdout).to.contain(
      "found: line 3",
    );
    const connections = await behind.connections({ knownHosts: [file] });
    expect(await connections.use(host, never, async () => "in")).to.equal("in");
    expect(await learn({})).to.deep.include({ exit: 0, asked: [], err: "" });
  });

  it("writes nothing at any other answer, or when nobody can be asked", async () => {
    for (const answer of ["", "y", "no", "YES"]) expect(await learn({ answers: [answer] })).to.include({ exit: 1 });
    const { exit, err } = await learn({ answers: null });
    expect(exit).to.equal(2);
    expect(err).to.contain("nobody can be asked");
    expect(await written()).to.equal(null);
  });

  it("asks nobody with --yes", async () => {
    expect(await learn({ answers: null, args: ["--yes"] })).to.deep.include({ exit: 0, asked: [] });
    expect(await written()).to.equal(`${lineFor(host)}\n`);
  });

  it("never replaces a key that has changed", async () => {
    const other = await makeKey(behind.directory, `other-${count}`);
    const line = `[127.0.0.1]:${host.port} ${other.publicKey}\n`;
    await writeFile(file, line);
    const { exit, err, asked } = await learn({ args: ["--yes"] });
    expect(exit).to.equal(1);
    expect(asked).to.deep.equal([]);
    expect(err.replace(/\s+/g, " ")).to.match(
      /web-0 shows another host key .* do not log in\. This command never replaces a key/,
    );
    expect(await written()).to.equal(line);
    await writeFile(file, `@revoked * ${lineFor(host)?.split(" ").slice(1).join(" ")}\n`);
    expect(await learn({ args: ["--yes"] })).to.include({ exit: 1 });
  });

  it("trusts the others when a host does not answer, and says that it does not", async () => {
    const dead = { ...host, name: "web-dead", port: await freePort() };
    const { exit, err } = await learn({ hosts: [dead, host], answers: ["yes"] });
    expect(exit).to.equal(1);
    expect(err).to.contain("web-dead refuses SSH connections");
    expect(await written()).to.equal(`${lineFor(host)}\n`);
  });

  it("begins with gateways, and goes no further when they are not trusted", async () => {
    const hosts = await Promise.all([behind.host(0), behind.host(1)]);
    const refused = await learn({ hosts, answers: ["no"] });
    expect(refused).to.include({ exit: 1 });
    expect(refused.out)
      .to.match(/^bastion +\[127/m)
      .and.not.to.contain("web-0");
    const { exit, asked } = await learn({ hosts, answers: ["yes", "yes"] });
    expect(exit).to.equal(0);
    expect(asked).to.deep.equal([
      `Add this key to ${file}? Type yes to trust it: `,
      `Add these 2 keys to ${file}? Type yes to trust them: `,
    ]);
    expect((await written())?.split("\n")).to.have.length(4);
  });

  it("is a command, which says how to use it and asks only at a terminal", async () => {
    const configuration = join(behind.directory, "lockstep.yml");
    const lockstep = (...args: string[]) =>
      run(process.execPath, [bundledProgram(), "trust", ...args], {
        env: { ...process.env, LOCKSTEP_CONFIG: configuration },
      }).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
      );
    expect((await lockstep("--help")).stdout).to.contain("Exit code: 0 all hosts are known now");
    expect(await lockstep("web")).to.include({ code: 2 });
    await writeFile(configuration, yaml(file, host));
    expect(await lockstep("nothing")).to.include({ code: 2 });
    const unasked = await lockstep("web");
    expect(unasked).to.include({ code: 2 });
    expect(unasked.stderr).to.contain("nobody can be asked");
    const trusted = await lockstep("web", "--environment", "production", "--yes");
    expect(trusted.stderr).to.equal("");
    expect(trusted).to.include({ code: 0 });
    expect(trusted.stdout).to.contain(`Added 1 key to ${file}.`);
    expect(await written()).to.equal(`${lineFor(host)}\n`);
  });
});

function yaml(knownHosts: string, { name, address, port }: Host): string {
  return JSON.stringify({
    channel: "C0123456789",
    ssh: { knownHosts: [knownHosts] },
    environments: { production: { who: { deploy: "everyone", lock: "everyone", rollBack: "everyone" } } },
    services: {
      web: {
        repository: "/srv/git/web",
        defaultEnvironment: "production",
        release: { path: "/srv/web", restart: "true" },
        environments: { production: { hosts: [{ name, address, port }], canary: "none" } },
      },
    },
  });
}
