// What every source of commits promises, as a suite that runs against any of them. Knows the port and a repository, no adapter.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import type { FromSource, Source } from "../../src/ports/source.ts";
import { makeRepository, type Repository } from "../support/repository.ts";

const run = promisify(execFile);

/** Makes a source that keeps what it keeps in `directory`. */
export type MakeSource = (directory: string) => Source;

export function sourceContract(name: string, makeSource: MakeSource): void {
  describe(`${name}, as a source of commits`, () => {
    const never = new AbortController().signal;
    let directory = "";
    let repository: Repository;
    let source: Source;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "lockstep-source-"));
      repository = await makeRepository(join(directory, "origin"));
      source = makeSource(join(directory, "kept"));
    });
    afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

    const resolve = (ref: string) => source.resolve(repository.url, ref, never);

    it("resolves a branch to its newest commit, with subject, author and time", async () => {
      const sha = await repository.commit({ subject: "Send mail later", author: "backend" });
      const value = found(await resolve("main"));
      expect(value).to.deep.equal({
        sha,
        subject: "Send mail later",
        author: "backend",
        committedAt: Date.UTC(2024, 0, 1, 9, 1),
      });
    });

    it("sees what was pushed since the last time, also when history was rewritten", async () => {
      const first = await repository.commit("one");
      expect(found(await resolve("main")).sha).to.equal(first);
      await repository.git("commit", "--quiet", "--amend", "-m", "one, again");
      const second = await repository.git("rev-parse", "HEAD");
      expect(second).not.to.equal(first);
      expect(found(await resolve("main")).sha).to.equal(second);
    });

    it("resolves light and annotated tags to the commit, also when a tag was moved", async () => {
      const first = await repository.commit("one");
      await repository.tag("v1");
      await repository.tag("v2", { message: "the second release" });
      expect(found(await resolve("v1")).sha).to.equal(first);
      expect(found(await resolve("v2")).sha).to.equal(first);
      const second = await repository.commit("two");
      await repository.git("tag", "--force", "v1");
      expect(found(await resolve("v1")).sha).to.equal(second);
    });

    it("resolves whole and shortened SHAs, but none below seven digits", async () => {
      const sha = await repository.commit("one");
      await repository.commit("two");
      expect(found(await resolve(sha)).sha).to.equal(sha);
      expect(found(await resolve(sha.slice(0, 7))).sha).to.equal(sha);
      expect(problemOf(await resolve(sha.slice(0, 6)))).to.equal("unknownRef");
    });

    it("follows the default branch for HEAD", async () => {
      await repository.commit("one");
      await repository.branch("trunk");
      const sha = await repository.commit("on trunk");
      expect(found(await resolve("HEAD")).sha).to.equal(sha);
      await repository.branch("main");
      expect(found(await resolve("HEAD")).subject).to.equal("one");
    });

    it("takes branches with slashes, and forgets those that were removed", async () => {
      await repository.commit("one");
      await repository.branch("feature/mail-v2.1");
      const sha = await repository.commit("two");
      expect(found(await resolve("feature/mail-v2.1")).sha).to.equal(sha);
      await repository.branch("main");
      await repository.git("branch", "-D", "feature/mail-v2.1");
      await repository.git("branch", "feature");
      expect(problemOf(await resolve("feature/mail-v2.1"))).to.equal("unknownRef");
      expect(found(await resolve("feature")).subject).to.equal("one");
    });

    it("says that a name is ambiguous when branch and tag differ, and only then", async () => {
      await repository.commit("one");
      await repository.tag("release");
      await repository.branch("release");
      expect(found(await resolve("release")).subject).to.equal("one");
      await repository.commit("two");
      expect(problemOf(await resolve("release"))).to.equal("ambiguousRef");
    });

    it("does not know what is not there", async () => {
      await repository.commit("one");
      expect(problemOf(await resolve("nothing-like-it"))).to.equal("unknownRef");
      expect(problemOf(await resolve("deadbeefdeadbeefdeadbeefdeadbeefdeadbeef"))).to.equal("unknownRef");
    });

    for (const ref of [
      "",
      "  ",
      "-",
      "--upload-pack=touch x",
      "-rf",
      "$(touch x)",
      "`x`",
      "a;b",
      "a b",
      "a\nb",
      "main~1",
      "main^",
      "main:README",
      "a..b",
      "main@{1}",
      "@",
      "../x",
      "/x",
      "x/",
      "x.lock",
      "x//y",
      "x\0y",
      "'x'",
      "ü",
      "x".repeat(201),
    ]) {
      it(`refuses ${JSON.stringify(ref.slice(0, 30))} as a ref`, async () => {
        const answer = await resolve(ref);
        expect(problemOf(answer)).to.equal("badRef");
        expect(!answer.ok && answer.detail).to.match(/\w{3}/);
      });
    }

    it("tells whether a commit lies on a branch or tag that fits a pattern, whatever it was called", async () => {
      const merged = await repository.commit("merged");
      await repository.branch("release/2.x/fix");
      const released = await repository.commit("released");
      await repository.branch("main");
      await repository.tag("v1.0", { at: released, message: "an annotated tag" });
      await repository.branch("mainly-mine");
      const mine = await repository.commit("mine");
      await resolve("main");
      const on = async (sha: string, ...patterns: string[]) =>
        found(await source.isOn(repository.url, { sha, patterns }, never));
      expect(await on(merged, "main")).to.equal(true);
      expect(await on(mine, "main", "release/*", "v*"), "a name that only begins like an allowed one").to.equal(false);
      expect(await on(mine, "main*")).to.equal(true);
      expect(await on(released, "main")).to.equal(false);
      expect(await on(released, "release/*")).to.equal(true);
      expect(await on(released, "v1.*")).to.equal(true);
      expect(await on(released, "v1?0", "v1.", ".*", "nothing-like-it")).to.equal(false);
      // Taken back by whoever pushed it: it is still in the mirror, and on no branch.
      await repository.git("branch", "-f", "mainly-mine-too", mine);
      await repository.git("reset", "--quiet", "--hard", merged);
      await repository.git("branch", "-D", "mainly-mine-too");
      await resolve("main");
      expect(await on(mine, "*")).to.equal(false);
    });

    it("counts what lies between two commits, names authors by number of commits, lists the newest twenty", async () => {
      const from = await repository.commit({ subject: "start", author: "frontend" });
      for (let number = 1; number <= 22; number += 1) {
        await repository.commit({ subject: `change ${number}`, author: number % 3 === 0 ? "mobile" : "backend" });
      }
      const to = await repository.git("rev-parse", "HEAD");
      await resolve("main");
      const changes = found(await source.compare(repository.url, from, to, never));
      expect(changes).to.include({ ahead: 22, behind: 0 });
      expect(changes.authors).to.deep.equal(["backend", "mobile"]);
      expect(changes.commits.map(({ subject }) => subject).slice(0, 2)).to.deep.equal(["change 22", "change 21"]);
      expect(changes.commits).to.have.length(20);
      expect(changes.commits[0]?.sha).to.equal(to);
    });

    it("tells a way back from a way forward, and from no way at all", async () => {
      const older = await repository.commit({ subject: "one", author: "backend" });
      const newer = await repository.commit({ subject: "two", author: "frontend" });
      await resolve("main");
      const back = found(await source.compare(repository.url, newer, older, never));
      expect(back).to.deep.include({ ahead: 0, behind: 1, authors: ["frontend"] });
      expect(back.commits.map(({ subject }) => subject)).to.deep.equal(["two"]);
      const same = found(await source.compare(repository.url, newer, newer, never));
      expect(same).to.deep.equal({ ahead: 0, behind: 0, authors: [], commits: [] });
    });

    it("counts both sides when history has parted", async () => {
      const base = await repository.commit("base");
      const left = await repository.commit("left");
      await repository.branch("other", base);
      await repository.commit("right one");
      const right = await repository.commit("right two");
      expect(found(await source.compare(repository.url, left, right, never))).to.include({ ahead: 2, behind: 1 });
    });

    it("knows a person by one name when the mailmap says so", async () => {
      const from = await repository.commit({
        subject: "mailmap",
        files: { ".mailmap": "backend <backend@example.test> <laptop@example.test>\n" },
      });
      await repository.commit({ subject: "two", author: "laptop" });
      const to = await repository.commit({ subject: "three", author: "backend" });
      const changes = found(await source.compare(repository.url, from, to, never));
      expect(changes.authors).to.deep.equal(["backend"]);
      expect(changes.commits.map(({ author }) => author)).to.deep.equal(["backend", "backend"]);
    });

    it("packs a commit into a gzipped tar whose size and digest are right", async () => {
      const sha = await repository.commit({ subject: "one", files: { "app/start.sh": "echo up\n", "read me": "x" } });
      const archive = found(await source.archive(repository.url, sha, never));
      const bytes = await readFile(archive.path);
      expect(bytes.length).to.equal(archive.bytes);
      expect(createHash("sha256").update(bytes).digest("hex")).to.equal(archive.sha256);
      const { stdout } = await run("tar", ["-tzf", archive.path]);
      expect(stdout.split("\n")).to.include.members(["app/start.sh", "read me"]);
    });

    it("gives the same file for the same commit, also to many who ask at once and to a source that was just started", async () => {
      const sha = await repository.commit("one");
      const asked = await Promise.all([1, 2, 3, 4].map(() => source.archive(repository.url, sha, never)));
      const first = found(asked[0] as FromSource<unknown>);
      for (const answer of asked) expect(found(answer)).to.deep.equal(first);
      expect(found(await makeSource(join(directory, "kept")).archive(repository.url, sha, never))).to.deep.equal(first);
      const elsewhere = found(await makeSource(join(directory, "other")).archive(repository.url, sha, never));
      expect(elsewhere.sha256).to.equal(asked[0]?.ok && asked[0].value.sha256);
    });

    it("says that a repository cannot be reached", async () => {
      const url = `file://${directory}/nowhere`;
      expect(problemOf(await source.resolve(url, "main", never))).to.equal("repositoryUnreachable");
      expect(problemOf(await source.archive(url, "a".repeat(40), never))).to.equal("repositoryUnreachable");
    });

    it("stops when it is told to", async () => {
      await repository.commit("one");
      expect(problemOf(await source.resolve(repository.url, "main", AbortSignal.abort()))).to.equal("timedOut");
    });
  });
}

export function found<T>(answer: FromSource<T>): T {
  if (!answer.ok) throw new Error(`${answer.problem}: ${answer.detail}`);
  return answer.value;
}

export function problemOf(answer: FromSource<unknown>): string {
  return answer.ok ? "none" : answer.problem;
}
