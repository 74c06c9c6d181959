// The git source: the contract of every source, and what only git can get wrong.

import { mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { gitSource } from "../../../src/adapters/git/source.ts";
import type { Source } from "../../../src/ports/source.ts";
import { found, problemOf, sourceContract } from "../../contracts/source.ts";
import { makeRepository, type Repository } from "../../support/repository.ts";

sourceContract("the git source", (directory) => gitSource({ directory, timeoutMs: 10_000 }));

describe("the git source", () => {
  const never = new AbortController().signal;
  let directory = "";
  let repository: Repository;
  let source: Source;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-git-"));
    repository = await makeRepository(join(directory, "origin"));
    source = gitSource({ directory: join(directory, "kept"), timeoutMs: 10_000 });
  });
  afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

  it("still knows a whole SHA while the repository is away, but no branch", async () => {
    const sha = await repository.commit("one");
    found(await source.resolve(repository.url, "main", never));
    await rename(repository.directory, `${repository.directory}-away`);
    expect(found(await source.resolve(repository.url, sha, never)).subject).to.equal("one");
    expect(problemOf(await source.resolve(repository.url, "main", never))).to.equal("repositoryUnreachable");
    expect(found(await source.archive(repository.url, sha, never)).bytes).to.be.greaterThan(0);
  });

  it("builds an archive anew that was cut short, damaged, or whose digest is missing", async () => {
    const sha = await repository.commit("one");
    const whole = found(await source.archive(repository.url, sha, never));
    const bytes = await readFile(whole.path);
    await truncate(whole.path, whole.bytes - 5);
    expect(found(await source.archive(repository.url, sha, never))).to.deep.equal(whole);
    await writeFile(whole.path, Buffer.alloc(whole.bytes));
    expect(found(await source.archive(repository.url, sha, never))).to.deep.equal(whole);
    await rm(`${whole.path}.sha256`);
    expect(found(await source.archive(repository.url, sha, never))).to.deep.equal(whole);
    expect(bytes.equals(await readFile(whole.path))).to.equal(true);
  });

  it("leaves no unfinished file behind", async () => {
    const sha = await repository.commit("one");
    found(await source.archive(repository.url, sha, never));
    const names = await readdir(join(directory, "kept", "archives"));
    expect(names.sort()).to.deep.equal([`${sha}.tar.gz`, `${sha}.tar.gz.sha256`]);
  });

  it("makes a mirror anew that was destroyed", async () => {
    const sha = await repository.commit("one");
    found(await source.resolve(repository.url, "main", never));
    const [mirror = ""] = await readdir(join(directory, "kept", "mirrors"));
    await writeFile(join(directory, "kept", "mirrors", mirror, "config"), "[core\n");
    expect(found(await source.resolve(repository.url, "main", never)).sha).to.equal(sha);
  });

  it("keeps two repositories of one name apart", async () => {
    const other = await makeRepository(join(directory, "elsewhere", "origin"));
    const [first, second] = [await repository.commit("one"), await other.commit("two")];
    expect(found(await source.resolve(repository.url, "main", never)).sha).to.equal(first);
    expect(found(await source.resolve(other.url, "main", never)).sha).to.equal(second);
    expect(problemOf(await source.resolve(repository.url, second, never))).to.equal("unknownRef");
  });

  for (const url of [
    "ext::sh -c touch% x",
    "--upload-pack=x",
    "ssh://-oProxyCommand=x/y",
    "fd::17",
    "relative/path",
    "ftp://h/x",
  ]) {
    it(`does not fetch from ${url}`, async () => {
      const answer = await source.resolve(url, "main", never);
      expect(problemOf(answer)).to.equal("repositoryUnreachable");
      expect(!answer.ok && answer.detail).to.contain("is no ssh, https, http, git or file URL");
    });
  }

  it("shows no credentials of a URL, neither in an answer nor in its log nor on disk", async () => {
    const lines: unknown[] = [];
    const write = (level: string) => (message: string, fields?: object) =>
      void lines.push({ level, message, ...fields });
    const log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
    const logged = gitSource({ directory: join(directory, "kept"), timeoutMs: 10_000, log });
    const answer = await logged.resolve("http://bot:hunter2@127.0.0.1:1/web.git", "main", never);
    expect(problemOf(answer)).to.equal("repositoryUnreachable");
    expect(JSON.stringify([answer, lines]))
      .to.contain("127.0.0.1")
      .and.not.contain("hunter2");
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ level: "debug", problem: "repositoryUnreachable" });
    const names = await readdir(join(directory, "kept"), { recursive: true });
    const texts = await Promise.all(
      names.filter((name) => /config$|HEAD$/.test(name)).map((name) => readFile(join(directory, "kept", name), "utf8")),
    );
    expect(texts).not.to.deep.equal([]);
    expect(names.join() + texts.join()).not.to.contain("hunter2");
  });

  describe("with a server that takes the call and never answers", () => {
    let server: Server;
    let url = "";
    let calls = 0;
    let called = () => {};
    let untilHungUp: Promise<void>;

    beforeEach(async () => {
      calls = 0;
      untilHungUp = new Promise((hungUp) => {
        server = createServer((socket) => {
          calls += 1;
          called();
          socket.resume();
          socket.on("error", () => {});
          socket.on("close", () => hungUp());
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      url = `git://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/web`;
    });
    afterEach(() => new Promise((resolve) => server.close(resolve)));

    it("gives up after its time and leaves no git behind", async () => {
      const hasty = gitSource({ directory: join(directory, "kept"), timeoutMs: 300 });
      expect(problemOf(await hasty.resolve(url, "main", never))).to.equal("timedOut");
      await untilHungUp;
    });

    it("stops when the last of those who wait stops, and asks the server once for all of them", async () => {
      const [one, two] = [new AbortController(), new AbortController()];
      const isCalled = new Promise<void>((resolve) => {
        called = resolve;
      });
      const first = source.resolve(url, "main", one.signal);
      const second = source.resolve(url, "main", two.signal);
      await isCalled;
      one.abort();
      expect(problemOf(await first)).to.equal("timedOut");
      two.abort();
      expect(problemOf(await second)).to.equal("timedOut");
      await untilHungUp;
      expect(calls).to.equal(1);
    });
  });
});
