// What doctor sees of real repositories: the branch, or which there are, or why it cannot be fetched. Nothing is fetched and nothing is kept.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { gitExams } from "../../../src/adapters/git/examine.ts";
import { makeRepository, type Repository } from "../../support/repository.ts";

const never = new AbortController().signal;

describe("a repository that doctor looks at", () => {
  const exams = gitExams({ timeoutMs: 10_000 });
  let folder: string;
  let repository: Repository;
  let sha: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-git-"));
    repository = await makeRepository(join(folder, "web"));
    sha = await repository.commit("first");
    await repository.branch("old/release");
    await repository.branch("main");
  });
  after(() => rm(folder, { recursive: true }));
  const branch = (name: string, url = repository.url) => exams.branch({ repository: url, branch: name }, never);

  it("has the branch, at a commit", async () => {
    expect(await branch("main")).to.deep.equal({ ok: true, value: { sha, branches: [] } });
  });

  it("has other branches: one that only ends in the same word is not the same", async () => {
    expect(await branch("release")).to.deep.equal({
      ok: true,
      value: { sha: null, branches: ["main", "old/release"] },
    });
  });

  it("cannot be fetched: the password in its address is not told", async () => {
    const missing = await branch("main", `file://${folder}/nothing`);
    expect(missing).to.deep.include({ ok: false, problem: "repositoryUnreachable" });
    const closed = await branch("main", "https://user:hunter22@127.0.0.1:1/web.git");
    expect(closed).to.deep.include({ ok: false, problem: "repositoryUnreachable" });
    expect(JSON.stringify(closed)).to.include("127.0.0.1:1/web.git").and.not.include("hunter22");
    expect(await branch("main", "ext::sh -c true")).to.deep.include({ ok: false });
  });

  it("does not answer in time", async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await exams.branch({ repository: repository.url, branch: "main" }, stop.signal)).to.deep.include({
      problem: "timedOut",
    });
  });

  it("is read by a git whose version is known", async () => {
    const version = await exams.version(never);
    expect(version.ok && /^\d+\.\d+/.test(version.value)).to.equal(true);
  });
});
