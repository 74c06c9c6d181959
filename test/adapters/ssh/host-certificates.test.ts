// Host certificates signed by an authority of known_hosts, shown by real OpenSSH servers and signed by real ssh-keygen; its client is the judge where it has an opinion.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { Connections } from "../../../src/adapters/ssh/connections.ts";
import type { NoConnection } from "../../../src/adapters/ssh/trouble.ts";
import { never } from "../../contracts/fleet.ts";
import { type KeyPair, makeKey, type Sshd, startSshd } from "../../support/sshd.ts";

const run = promisify(execFile);

describe("a host with a certificate", function () {
  this.timeout(60_000);
  let directory = "";
  let user: KeyPair;
  let authority: KeyPair;
  let count = 0;
  const servers: Sshd[] = [];
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-certificates-"));
    user = await makeKey(directory);
    authority = await makeKey(directory, "authority");
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  interface Signing {
    type?: string;
    by?: KeyPair;
    options?: string[];
  }

  /** A server that shows a new key with a certificate for it. */
  async function serverWith({ type = "ed25519", by = authority, options = ["-n", "127.0.0.1"] }: Signing = {}) {
    const key = await makeKey(directory, `host-${++count}`, type);
    const signing = ["-q", "-s", by.path, "-I", "test", "-h", ...options];
    await run("ssh-keygen", [
      ...(by.publicKey.startsWith("ssh-rsa") ? ["-t", "rsa-sha2-512"] : []),
      ...signing,
      `${key.path}.pub`,
    ]);
    const settings = [`HostKey ${key.path}`, `HostCertificate ${key.path}-cert.pub`];
    const server = await startSshd({ authorizedKey: user.publicKey, hostKeys: [], settings });
    servers.push(server);
    return { server, key };
  }

  const vouching = ({ port }: Sshd, by = authority) => `@cert-authority [127.0.0.1]:${port} ${by.publicKey}\n`;

  /** What our connection and what `ssh` say with these lines: null for accepted. */
  async function told({ port, host }: Sshd, lines: string): Promise<string | null> {
    const knownHosts = join(directory, `known-${++count}`);
    await writeFile(knownHosts, lines);
    const connections = new Connections({ privateKey: user.path, knownHosts: [knownHosts] });
    const ours = await connections.use(host("web-1"), never, async () => null).catch((error: NoConnection) => error);
    await connections.close();
    const options = [
      "StrictHostKeyChecking=yes",
      `UserKnownHostsFile=${knownHosts}`,
      "GlobalKnownHostsFile=none",
      "BatchMode=yes",
    ];
    const client = ["-F", "none", "-i", user.path, "-p", String(port), ...options.flatMap((one) => ["-o", one])];
    const theirs = await run("ssh", [...client, "127.0.0.1", "true"]).then(
      () => "accepted",
      () => "refused",
    );
    expect(theirs, "what ssh says").to.equal(ours === null ? "accepted" : "refused");
    return ours && `${ours.trouble}: ${ours.message}`;
  }

  for (const type of ["ed25519", "ecdsa", "rsa"]) {
    it(`is accepted with its ${type} key when an authority of known_hosts has signed it`, async () => {
      const { server } = await serverWith({ type });
      expect(await told(server, vouching(server))).to.equal(null);
    });
    it(`is accepted when the authority's key is ${type}`, async () => {
      const by = await makeKey(directory, `authority-${type}`, type);
      const { server } = await serverWith({ by });
      expect(await told(server, vouching(server, by))).to.equal(null);
    });
  }

  it("is accepted by a line for many hosts, and before and after its keys are exchanged anew", async () => {
    const { server } = await serverWith({ type: "rsa" });
    expect(await told(server, `@cert-authority * ${authority.publicKey}\n`)).to.equal(null);
    const again = await startSshd({
      authorizedKey: user.publicKey,
      hostKeys: [],
      settings: ["RekeyLimit 16K", ...(await settingsOf())],
    });
    servers.push(again);
    const knownHosts = join(directory, "rekeyed");
    await writeFile(knownHosts, `@cert-authority * ${authority.publicKey}\n`);
    const connections = new Connections({ privateKey: user.path, knownHosts: [knownHosts] });
    const bytes = await connections.use(again.host("web-1"), never, ({ client, over }) => {
      return new Promise<number>((resolve, reject) => {
        over.addEventListener("abort", () => reject(new Error("the connection was lost")));
        client.exec("head -c 200000 /dev/zero", (error, channel) => {
          if (error) return reject(error);
          let heard = 0;
          channel.on("data", (piece: Buffer) => {
            heard += piece.length;
          });
          channel.on("close", () => resolve(heard));
        });
      });
    });
    expect(bytes).to.equal(200_000);
    await connections.close();
  });

  const settingsOf = async () => {
    const { key } = await serverWith({ type: "rsa" });
    return [`HostKey ${key.path}`, `HostCertificate ${key.path}-cert.pub`];
  };

  it("is refused when the certificate is for another host, out of its time, for users, or demands what nobody knows", async () => {
    const signed: [Signing, RegExp][] = [
      [{ options: ["-n", "web-9,web-8"] }, /its certificate is for web-9, web-8, not for 127\.0\.0\.1$/],
      [{ options: ["-n", "127.0.0.1", "-V", "20200101:20210101"] }, /its certificate was valid until 20/],
      [{ options: ["-n", "127.0.0.1", "-V", "20600101:20700101"] }, /its certificate is valid only from 20(59|60)-/],
      [
        { options: ["-n", "127.0.0.1", "-O", "critical:obey@example.com"] },
        /its certificate demands .* obey@example\.com$/,
      ],
    ];
    for (const [signing, words] of signed) {
      const { server } = await serverWith(signing);
      expect(await told(server, vouching(server)))
        .to.match(/^unknownHostKey: the host shows the /)
        .and.match(words);
    }
  });

  it("is refused when nobody we know has signed it", async () => {
    const stranger = await makeKey(directory, "stranger");
    const { server } = await serverWith({ by: stranger });
    expect(await told(server, vouching(server))).to.match(
      /its certificate is signed by ssh-ed25519 key SHA256:.* no authority/,
    );
  });

  it("is refused when the authority's key or its own is revoked", async () => {
    const { server, key } = await serverWith();
    const lines = vouching(server);
    expect(await told(server, `${lines}@revoked * ${authority.publicKey}\n`)).to.match(
      /^wrongHostKey: .*signed by.*revoked/,
    );
    expect(await told(server, `${lines}@revoked * ${key.publicKey}\n`)).to.match(/^wrongHostKey: .*revoked/);
  });

  it("is accepted by its plain key when that is known, whatever its certificate says", async () => {
    const { server, key } = await serverWith({ options: ["-n", "web-9"] });
    const plain = `[127.0.0.1]:${server.port} ${key.publicKey}\n`;
    expect(await told(server, plain)).to.equal(null);
    expect(await told(server, `${vouching(server)}${plain}`)).to.equal(null);
  });

  it("is refused when the certificate was tampered with, also with a signature that was valid", async () => {
    const { key } = await serverWith({ options: ["-n", "web-9"] });
    const [type, encoded] = (await readFile(`${key.path}-cert.pub`, "utf8")).split(" ") as [string, string];
    const forged = Buffer.from(encoded, "base64");
    forged.write("web-1", forged.indexOf("web-9"));
    const { refuseKey } = await import("../../../src/adapters/ssh/host-key.ts");
    const blob = Buffer.from(authority.publicKey.split(" ")[1] ?? "", "base64");
    const keys = [{ mark: "authority" as const, type: "ssh-ed25519", blob, where: "known:1" }];
    const now = Math.floor(Date.now() / 1_000);
    expect(type).to.equal("ssh-ed25519-cert-v01@openssh.com");
    const honest = Buffer.from(encoded, "base64");
    expect(refuseKey(honest, { address: "web-9", keys, files: [] }, now)).to.equal(null);
    const refusal = refuseKey(forged, { address: "web-1", keys, files: [] }, now);
    expect(refusal?.detail).to.match(/a signature that is not its authority's/);
  });

  it("is refused when it does not sign with the key that the certificate is about", async () => {
    const { server } = await serverWith();
    const signature = Buffer.concat([
      Buffer.from([0, 0, 0, 11]),
      Buffer.from("ssh-ed25519"),
      Buffer.from([0, 0, 0, 64]),
    ]);
    let spoilt = 0;
    const between = createServer((client) => {
      const host = connect(server.port, "127.0.0.1");
      client.pipe(host);
      host.on("data", (piece) => {
        // The last one in the answer is the signature of the exchange; the one in the certificate is before it.
        const at = piece.lastIndexOf(signature) + signature.length;
        if (at > signature.length) {
          piece[at] = (piece[at] ?? 0) ^ 1;
          spoilt += 1;
        }
        client.write(piece);
      });
      client.on("error", () => {}).on("close", () => host.destroy());
      host.on("error", () => {}).on("close", () => client.destroy());
    });
    await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
    const { port } = between.address() as AddressInfo;
    const knownHosts = join(directory, "spoilt");
    await writeFile(knownHosts, `@cert-authority * ${authority.publicKey}\n`);
    const connections = new Connections({ privateKey: user.path, knownHosts: [knownHosts] });
    const refused = await connections
      .use({ ...server.host("web-1"), port }, never, async () => null)
      .catch((error) => error);
    expect(spoilt).to.equal(1);
    expect(refused).to.include({ trouble: "refused" });
    expect(refused.message).to.match(/signature verification failed/);
    await connections.close();
    await new Promise((resolve) => between.close(resolve));
  });
});
