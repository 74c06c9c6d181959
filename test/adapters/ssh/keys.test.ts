// Our own keys: files, encrypted ones too, and a real ssh-agent. What cannot be used is said in one sentence, never with the passphrase.

import { execFile, spawn } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { Connections } from "../../../src/adapters/ssh/connections.ts";
import type { KeyOptions } from "../../../src/adapters/ssh/keyring.ts";
import { never } from "../../contracts/fleet.ts";
import { type KeyPair, makeKey, type Sshd, startSshd } from "../../support/sshd.ts";
import { until } from "../../support/until.ts";

const run = promisify(execFile);

describe("our keys", () => {
  let directory = "";
  let sshd: Sshd;
  let knownHosts = "";
  const keys: Record<string, KeyPair> = {};
  const key = (name: string) => keys[name] as KeyPair;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-keys-"));
    for (const type of ["ed25519", "ecdsa", "rsa"]) {
      keys[type] = await makeKey(directory, type, type);
      keys[`locked ${type}`] = await makeKey(directory, `locked-${type}`, type, "sesame");
    }
    keys.stranger = await makeKey(directory, "stranger");
    const welcome = Object.entries(keys).filter(([name]) => name !== "stranger");
    sshd = await startSshd({
      authorizedKey: welcome.map(([, { publicKey }]) => publicKey),
      // As current servers do: RSA keys only with SHA-2.
      settings: ["PubkeyAcceptedAlgorithms ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256"],
    });
    knownHosts = join(directory, "known_hosts");
    await writeFile(knownHosts, sshd.knownHosts);
  });
  after(async () => {
    await sshd.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  async function logIn(options: KeyOptions, connections = connectionsWith(options)): Promise<string> {
    const answer = await connections
      .use(sshd.host("web-1"), never, async () => "in")
      .catch((error) => `${error.trouble}: ${error.message}`);
    await connections.close();
    return answer;
  }

  function connectionsWith(options: KeyOptions): Connections {
    return new Connections({ ...options, knownHosts: [knownHosts] });
  }

  for (const type of ["ed25519", "ecdsa", "rsa"]) {
    it(`may be ${type}, in a file`, async () => {
      expect(await logIn({ privateKey: key(type).path })).to.equal("in");
    });
    it(`may be ${type}, in an encrypted file`, async () => {
      expect(await logIn({ privateKey: key(`locked ${type}`).path, passphrase: "sesame" })).to.equal("in");
    });
  }

  it("are said to be unusable in one sentence, without the passphrase", async () => {
    const { path } = key("locked ed25519");
    expect(await logIn({ privateKey: path, passphrase: "hunter2" })).to.equal(
      `noLogin: the passphrase does not open the private key ${path}`,
    );
    expect(await logIn({ privateKey: path })).to.equal(
      `noLogin: the private key ${path} is encrypted, and no passphrase is given for it`,
    );
    expect(await logIn({ privateKey: "/no/such/key" })).to.equal(
      "noLogin: cannot read the private key /no/such/key: ENOENT",
    );
    const garbage = join(directory, "garbage");
    await writeFile(garbage, "no key at all\n");
    expect(await logIn({ privateKey: garbage })).to.equal(`noLogin: ${garbage} holds no private key that can be read`);
    expect(await logIn({ privateKey: `${key("rsa").path}.pub` })).to.match(/^noLogin: .* holds a public key/);
    expect(await logIn({})).to.equal("noLogin: there is neither a key file nor an agent to log in with");
  });

  it("are read again when the file changes, for the next connection", async () => {
    const path = join(directory, "changing");
    await copyFile(key("stranger").path, path);
    const connections = connectionsWith({ privateKey: path });
    expect(await logIn({}, connections)).to.equal("noLogin: the host accepts none of our keys for this user");
    await copyFile(key("rsa").path, path);
    expect(await logIn({}, connections)).to.equal("in");
    await rm(path);
    expect(await logIn({}, connections)).to.equal(`noLogin: cannot read the private key ${path}: ENOENT`);
    await copyFile(key("ed25519").path, path);
    expect(await logIn({}, connections)).to.equal("in");
  });

  it("are opened once for many connections: a wrong passphrase is not tried for each of them", async () => {
    const connections = connectionsWith({ privateKey: key("locked rsa").path, passphrase: "hunter2" });
    const host = sshd.host("web-1");
    const trying = (user: string) =>
      connections.use({ ...host, user }, never, async () => {}).catch((error) => error.trouble);
    await trying("first");
    const begun = process.cpuUsage();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => trying(`user-${index}`)));
    expect(new Set(answers)).to.deep.equal(new Set(["noLogin"]));
    // Each try would take a third of a second.
    expect(process.cpuUsage(begun).user / 1_000).to.be.lessThan(3_000);
  });

  describe("in an ssh-agent", () => {
    let agent: ReturnType<typeof spawn>;
    let socket = "";
    const agentKeys = (...args: string[]) => run("ssh-add", args, { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    before(async () => {
      socket = join(directory, "agent");
      agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
      await until("the agent answers", () => agentKeys("-l").catch(({ code }) => code === 1));
    });
    after(() => agent.kill());
    beforeEach(() => agentKeys("-q", "-D"));

    for (const type of ["ed25519", "ecdsa", "rsa"]) {
      it(`may be ${type}`, async () => {
        await agentKeys("-q", key(type).path);
        expect(await logIn({ agent: socket })).to.equal("in");
      });
    }

    it("are tried one after the other", async () => {
      await agentKeys("-q", key("stranger").path);
      await agentKeys("-q", key("rsa").path);
      expect(await logIn({ agent: socket })).to.equal("in");
    });

    it("are none of the host's, or none at all", async () => {
      expect(await logIn({ agent: socket })).to.match(/^noLogin: /);
      await agentKeys("-q", key("stranger").path);
      expect(await logIn({ agent: socket })).to.equal("noLogin: the host accepts none of our keys for this user");
    });

    it("are out of reach when the agent is", async () => {
      expect(await logIn({ agent: `${socket}-gone` })).to.match(
        /^noLogin: the SSH agent does not help: Failed to connect/,
      );
    });
  });
});
