import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { git } from "../../../playground/demo/git.ts";
import { type DemoRepository, makeDemoRepository } from "../../../playground/demo/repository.ts";

describe("the demo repository", () => {
  const startedAt = Date.UTC(2026, 2, 2, 9);
  let directory: string;
  let repository: DemoRepository;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "repository-"));
    repository = await makeDemoRepository(join(directory, "web"), startedAt);
  });

  after(() => rm(directory, { recursive: true }));

  async function ask(...args: string[]): Promise<string[]> {
    return (await git(repository.directory, args)).toString().trim().split("\n");
  }

  it("can be cloned by its URL", async () => {
    await git(directory, ["clone", "--quiet", "--bare", repository.url, "clone"]);
    const sha = (await git(join(directory, "clone"), ["rev-parse", "breaks-jobs"])).toString().trim();
    expect(sha).to.equal(repository.branches["breaks-jobs"]);
  });

  it("has a main of eight commits by several people, each changing something", async () => {
    expect(await ask("rev-list", "--count", "main")).to.deep.equal(["8"]);
    expect(new Set(await ask("log", "--format=%an", "main"))).to.deep.equal(new Set(["you", "teammate", "on-call"]));
    for (const stat of await ask("log", "--format=", "--shortstat", "main"))
      expect(stat).to.match(/^ ?\d+ files? changed/);
    expect(new Set(await ask("log", "--all", "--format=%ae %ce"))).to.deep.equal(
      new Set(["you@example.com you@example.com"]),
    );
  });

  it("has five branches that are one commit away from main", async () => {
    const names = (await ask("branch", "--format=%(refname:short)")).filter((name) => name !== "main");
    expect(names).to.have.members(["breaks-jobs", "slow-search", "failing-search", "does-not-start", "good-change"]);
    for (const name of names) {
      expect(await ask("merge-base", "main", name)).to.deep.equal([repository.branches.main]);
      expect(await ask("rev-list", "--count", `main..${name}`)).to.deep.equal(["1"]);
    }
  });

  it("is clean, on main, and its scripts can be run", async () => {
    expect(await ask("status", "--porcelain", "--branch")).to.deep.equal(["## main"]);
    for (const line of await ask("ls-tree", "main", "bin/")) expect(line).to.match(/^100755 blob/);
    expect(await readFile(join(repository.directory, "bin", "health"), "utf8")).to.match(/^#!\/bin\/sh\n/);
  });

  it("has the same commits for the same start, and dates counted from it", async () => {
    const again = await makeDemoRepository(join(directory, "again"), startedAt);
    expect(again.branches).to.deep.equal(repository.branches);
    const [first] = await ask("log", "--reverse", "--format=%ct", "main");
    expect(Number(first) * 1000).to.equal(startedAt);
  });

  it("ends a little before now when no start is given", async () => {
    const recent = await makeDemoRepository(join(directory, "recent"));
    const dates = (await git(recent.directory, ["log", "--all", "--format=%ct"])).toString().trim().split("\n");
    const newest = Math.max(...dates.map(Number)) * 1000;
    expect(Date.now() - newest)
      .to.be.greaterThan(0)
      .and.lessThan(3_600_000);
  });
});
