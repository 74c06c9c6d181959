// known_hosts as OpenSSH writes it: checked against ssh-keygen where it has an opinion.

import { execFile } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { preferredTypes, refuseKey } from "../../../src/adapters/ssh/host-key.ts";
import { KnownHosts, type KnownKey } from "../../../src/adapters/ssh/known-hosts.ts";
import { makeKey } from "../../support/sshd.ts";

const run = promisify(execFile);
const blob = (name: string) => Buffer.from(`key of ${name}`);
const line = (names: string, key: string, type = "ssh-ed25519") =>
  `${names} ${type} ${blob(key).toString("base64")} a comment`;

describe("a known_hosts file", () => {
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-known-"));
  });
  after(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

  async function find(text: string, address: string, port = 22): Promise<KnownKey[]> {
    const path = join(directory, "known_hosts");
    await writeFile(path, text);
    return new KnownHosts([path]).keysOf(address, port);
  }
  const names = (keys: KnownKey[]) => keys.map((key) => key.blob.toString());

  it("lists names and addresses with commas, in any case of letters", async () => {
    const text = line("Web-1.example.com,10.0.0.1", "web-1");
    expect(names(await find(text, "web-1.EXAMPLE.com"))).to.deep.equal(["key of web-1"]);
    expect(names(await find(text, "10.0.0.1"))).to.deep.equal(["key of web-1"]);
    expect(await find(text, "10.0.0.10")).to.deep.equal([]);
  });

  it("says ports in brackets; another port falls back to a line without one", async () => {
    const text = [line("[web-1]:2222", "behind 2222"), line("web-1", "web-1")].join("\n");
    expect(names(await find(text, "web-1", 2222))).to.deep.equal(["key of behind 2222"]);
    expect(names(await find(text, "web-1", 22))).to.deep.equal(["key of web-1"]);
    expect(names(await find(text, "web-1", 2200))).to.deep.equal(["key of web-1"]);
    expect(await find(line("[web-1]:2222", "x"), "web-1", 22)).to.deep.equal([]);
  });

  it("hides names that ssh-keygen has hashed", async () => {
    const path = join(directory, "hashed");
    const { stdout: key } = await run("ssh-keygen", [
      "-q",
      "-t",
      "ed25519",
      "-N",
      "",
      "-f",
      join(directory, "id"),
    ]).then(() => run("ssh-keygen", ["-y", "-f", join(directory, "id")]));
    await writeFile(path, `web-1 ${key}[web-2]:2222 ${key}`);
    await run("ssh-keygen", ["-q", "-H", "-f", path]);
    expect((await readFile(path, "utf8")).match(/^\|1\|/gm)).to.have.length(2);
    const known = new KnownHosts([path]);
    expect(await known.keysOf("web-1", 22)).to.have.length(1);
    expect(await known.keysOf("web-2", 2222)).to.have.length(1);
    expect(await known.keysOf("web-2", 22)).to.deep.equal([]);
    expect(await known.keysOf("web-3", 22)).to.deep.equal([]);
  });

  it("knows wildcards, and exceptions from them", async () => {
    const text = line("*.example.com,!bad.example.com,10.0.0.?", "farm");
    expect(await find(text, "web-7.example.com")).to.have.length(1);
    expect(await find(text, "10.0.0.7")).to.have.length(1);
    expect(await find(text, "bad.example.com")).to.deep.equal([]);
    expect(await find(text, "webXexample.com")).to.deep.equal([]);
    expect(await find(text, "10.0.0.77")).to.deep.equal([]);
  });

  it("keeps marked lines apart from plain ones", async () => {
    const text = [line("@revoked web-1", "old"), line("@cert-authority *", "authority"), line("web-1", "new")].join(
      "\n",
    );
    expect((await find(text, "web-1")).map((key) => [key.mark, key.blob.toString()])).to.deep.equal([
      ["revoked", "key of old"],
      ["authority", "key of authority"],
      ["key", "key of new"],
    ]);
  });

  it("does not let another port make a revoked key good", async () => {
    const text = [line("@revoked web-1", "old"), line("[web-1]:2222", "old")].join("\n");
    expect((await find(text, "web-1", 2222)).map((key) => key.mark).sort()).to.deep.equal(["key", "revoked"]);
  });

  it("may hold comments, empty lines, unknown marks and broken lines", async () => {
    const text = [
      "# web-1 ssh-ed25519 AAAA",
      "",
      "  ",
      "web-1",
      "web-1 ssh-ed25519",
      `@unknown ${line("web-1", "x")}`,
      `\t${line("web-1", "good")}\r`,
    ].join("\n");
    const found = await find(text, "web-1");
    expect(names(found)).to.deep.equal(["key of good"]);
    expect(found[0]?.where).to.match(/known_hosts:7$/);
  });

  it("is read by ssh-keygen as it is here", async () => {
    const { publicKey } = await makeKey(directory, "judged");
    const text = [
      `web-1,10.0.0.1 ${publicKey}`,
      `WEB-2 ${publicKey}`,
      `[web-3]:2222,[10.0.0.3]:2222 ${publicKey}`,
      `*.example.com,!bad.example.com ${publicKey}`,
      `db-? ${publicKey}`,
      `!web-5,web-5 ${publicKey}`,
      `[*.port.example]:2222 ${publicKey}`,
      `::1,[fe80::1]:2222 ${publicKey}`,
      `\t  web-6\t${publicKey}   with a comment`,
      `a.b+c ${publicKey}`,
    ].join("\n");
    const path = join(directory, "known_hosts");
    const asked = ["web-1", "10.0.0.1", "10.0.0.10", "web-2", "Web-2", "[web-3]:2222", "[web-3]:22", "web-3"].concat(
      ["a.example.com", "a.b.example.com", "bad.example.com", ".example.com", "example.com", "db-1", "db-", "db-12"],
      ["web-5", "[x.port.example]:2222", "[port.example]:2222", "::1", "[fe80::1]:2222", "web-6", "a.b+c", "aXb+c"],
    );
    for (const name of asked) {
      const [, address = name, port = "22"] = /^\[(.*)\]:(\d+)$/.exec(name) ?? [];
      const ours = (await find(text, address, Number(port))).filter(({ otherPort }) => !otherPort);
      const theirs = await run("ssh-keygen", ["-F", port === "22" ? address : name, "-f", path]).then(
        ({ stdout }) => stdout.match(/found: line/g)?.length ?? 0,
        () => 0,
      );
      expect(`${name}: ${ours.length}`).to.equal(`${name}: ${theirs}`);
    }
  });

  it("says too little of another port to call a key there wrong, and enough to accept it", async () => {
    const keys = await find(line("web-1", "web-1"), "web-1", 2222);
    const known = { address: "web-1", keys, files: ["known_hosts"] };
    expect(refuseKey(blob("web-1"), known, 0)).to.equal(null);
    expect(refuseKey(blob("another"), known, 0)).to.include({ trouble: "unknownHostKey" });
  });

  it("is read again when it has changed, and not otherwise", async () => {
    const path = join(directory, "changing");
    const known = new KnownHosts([path]);
    expect(await known.keysOf("web-1", 22)).to.deep.equal([]);
    await writeFile(path, line("web-1", "one"));
    const first = await known.keysOf("web-1", 22);
    expect(names(first)).to.deep.equal(["key of one"]);
    expect(await known.keysOf("web-1", 22)).to.equal(first);
    await writeFile(path, line("web-1", "two"));
    expect(names(await known.keysOf("web-1", 22))).to.deep.equal(["key of two"]);
    await rm(path);
    expect(await known.keysOf("web-1", 22)).to.deep.equal([]);
  });

  it("may be long and hashed: others have their turn while hosts are looked up in it", async () => {
    const path = join(directory, "long");
    const salted = Array.from({ length: 4_000 }, (_, index) => {
      const salt = createHash("sha1").update(String(index)).digest();
      const hash = createHmac("sha1", salt).update(`host-${index}`).digest("base64");
      return `|1|${salt.toString("base64")}|${hash} ssh-ed25519 ${blob(String(index)).toString("base64")}`;
    });
    await writeFile(path, salted.join("\n"));
    const known = new KnownHosts([path]);
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 1);
    const found = await Promise.all(Array.from({ length: 20 }, (_, index) => known.keysOf(`host-${index}`, 22)));
    clearInterval(counting);
    expect(found.flat()).to.have.length(20);
    expect(turns).to.be.greaterThan(10);
  });

  it("decides which of its keys a host is asked for first", async () => {
    const found = await find(line("web-1", "r", "ssh-rsa"), "web-1");
    expect(preferredTypes(found).slice(0, 3)).to.deep.equal(["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"]);
    expect(preferredTypes([]).slice(0, 1)).to.deep.equal(["ssh-ed25519"]);
  });
});
