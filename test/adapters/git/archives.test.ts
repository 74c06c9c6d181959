// Release files on the bot's disk: the last ones used are kept, older ones go, and what was once found whole is not read again.

import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { gitSource } from "../../../src/adapters/git/source.ts";
import type { Log } from "../../../src/ports/log.ts";
import type { Source } from "../../../src/ports/source.ts";
import { found } from "../../contracts/source.ts";
import { makeRepository, type Repository } from "../../support/repository.ts";

describe("the release files of the git source", () => {
  const never = new AbortController().signal;
  const minuteMs = 60_000;
  let directory = "";
  let archives = "";
  let mirrors = "";
  let repository: Repository;
  let source: Source;
  let lines: unknown[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-git-"));
    archives = join(directory, "kept", "archives");
    mirrors = join(directory, "kept", "mirrors");
    repository = await makeRepository(join(directory, "origin"));
    source = open();
    lines = [];
  });
  afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

  /** As after a restart of the bot. */
  const open = () => gitSource({ directory: join(directory, "kept"), timeoutMs: 10_000, log });
  const write = (level: string) => (message: string, fields?: object) => void lines.push({ level, message, ...fields });
  const log: Log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };

  const archiveOf = async (sha: string, from = source) => found(await from.archive(repository.url, sha, never));

  async function age(path: string, minutes: number): Promise<void> {
    const then = new Date(Math.floor((Date.now() - minutes * minuteMs) / 1000) * 1000);
    await utimes(path, then, then);
  }

  /** An archive that was last used so many minutes ago. */
  async function plant(name: string, minutes: number): Promise<void> {
    await mkdir(archives, { recursive: true });
    for (const file of [`${name}.tar.gz`, `${name}.tar.gz.sha256`]) {
      await writeFile(join(archives, file), "");
      await age(join(archives, file), minutes);
    }
  }

  const names = async () => (await readdir(archives)).filter((name) => name.endsWith(".tar.gz")).sort();

  it("are the twenty that were used last, each with its digest", async () => {
    for (let i = 10; i < 40; i += 1) await plant(`planted-${i}`, i);
    const sha = await repository.commit("one");
    await archiveOf(sha);
    const kept = Array.from({ length: 19 }, (_, i) => `planted-${10 + i}.tar.gz`);
    expect(await names()).to.deep.equal([`${sha}.tar.gz`, ...kept].sort());
    expect(await readdir(archives)).to.have.length(40);
  });

  it("stay because they are used, however long ago they were built", async () => {
    const [old, next] = [await repository.commit("one"), await repository.commit("two")];
    await archiveOf(old);
    for (const file of [`${old}.tar.gz`, `${old}.tar.gz.sha256`]) await age(join(archives, file), 5_000);
    for (let i = 10; i < 40; i += 1) await plant(`planted-${i}`, i);
    await archiveOf(old);
    await archiveOf(next);
    expect(await names())
      .to.include.members([`${old}.tar.gz`, `${next}.tar.gz`])
      .and.have.length(20);
  });

  it("do not keep what died in the middle an hour ago, and keep what may still be under way", async () => {
    const sha = await repository.commit("one");
    found(await source.resolve(repository.url, "main", never));
    await mkdir(archives, { recursive: true });
    for (const [name, minutes] of [
      ["dead", 61],
      ["young", 59],
    ] as const) {
      await writeFile(join(archives, `${name}.tar.gz.17.part`), "half");
      await age(join(archives, `${name}.tar.gz.17.part`), minutes);
      await mkdir(join(mirrors, `${name}.git.17.new`, "refs"), { recursive: true });
      await age(join(mirrors, `${name}.git.17.new`), minutes);
    }
    await archiveOf(sha);
    expect((await readdir(archives)).filter((name) => name.endsWith(".part"))).to.deep.equal(["young.tar.gz.17.part"]);
    expect((await readdir(mirrors)).filter((name) => name.endsWith(".new"))).to.deep.equal(["young.git.17.new"]);
  });

  it("are built also when an old one cannot be removed, and the operator is warned", async () => {
    for (let i = 10; i < 31; i += 1) await plant(`planted-${i}`, i);
    await rm(join(archives, "planted-30.tar.gz"));
    await mkdir(join(archives, "planted-30.tar.gz", "in the way"), { recursive: true });
    await age(join(archives, "planted-30.tar.gz"), 30);
    const sha = await repository.commit("one");
    expect((await archiveOf(sha)).bytes).to.be.greaterThan(0);
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ level: "warn", message: "old release files cannot be removed" });
  });

  it("are read once by a process while their size and time stay the same, and again by the next process", async () => {
    const sha = await repository.commit("one");
    const { path, bytes } = await archiveOf(sha);
    await age(path, 10);
    const { mtime } = await stat(path);
    await archiveOf(sha);
    await writeFile(path, Buffer.alloc(bytes));
    await utimes(path, mtime, mtime);
    await archiveOf(sha);
    expect((await readFile(path)).equals(Buffer.alloc(bytes)), "nobody has looked").to.equal(true);
    await archiveOf(sha, open());
    expect((await readFile(path)).equals(Buffer.alloc(bytes)), "built anew").to.equal(false);
  });

  it("need no memory of their size to be checked", async () => {
    const bytes = 200 * 1024 * 1024;
    const sha = await repository.commit("one");
    const { path } = await archiveOf(sha);
    await truncate(path, bytes);
    await writeFile(`${path}.sha256`, `${"0".repeat(64)} ${bytes}\n`);
    const before = process.memoryUsage.rss();
    let highest = 0;
    const sampling = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage.rss() - before);
    }, 5);
    expect((await archiveOf(sha)).bytes).to.be.lessThan(bytes);
    clearInterval(sampling);
    expect(highest).to.be.within(0, 100 * 1024 * 1024);
  });
});
