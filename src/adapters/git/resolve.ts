// From what a person typed to one commit, in a mirror that has been fetched. Knows no network.

import type { Commit } from "../../ports/source.ts";
import { GitProblem, type Limits } from "./git.ts";
import type { Mirror } from "./mirror.ts";
import { looksLikeSha } from "./refs.ts";

/**
 * Branch, then tag, then SHA: a branch is what people deploy, and a name that only looks like a SHA is more likely a name. When a
 * branch and a tag of one name are different commits, nobody can know which was meant: `ambiguousRef`.
 */
export async function resolveIn(mirror: Mirror, ref: string, limits: Limits): Promise<Commit> {
  const find = (name: string) => commitOf(mirror, name, limits);
  if (ref === "HEAD") {
    const head = await find("HEAD");
    if (head) return readCommit(mirror, head, limits);
    throw new GitProblem("unknownRef", "the repository has no default branch with a commit");
  }
  const [branch, tag] = [await find(`refs/heads/${ref}`), await find(`refs/tags/${ref}`)];
  if (branch && tag && branch !== tag) {
    const which = `${branch.slice(0, 7)} as a branch and ${tag.slice(0, 7)} as a tag`;
    throw new GitProblem("ambiguousRef", `${ref} is ${which}: name the commit`);
  }
  const named = branch ?? tag ?? (looksLikeSha(ref) ? await bySha(mirror, ref, limits) : null);
  if (named) return readCommit(mirror, named, limits);
  throw new GitProblem("unknownRef", `${ref} is no branch, tag or commit of this repository`);
}

export async function readCommit(mirror: Mirror, sha: string, limits: Limits): Promise<Commit> {
  const said = await mirror.run(["log", "-1", commitFormat, sha, "--"], limits);
  const commit = parseCommits(said)[0];
  if (!commit) throw new GitProblem("unknownRef", `${sha} is no commit of this repository`);
  return commit;
}

/** Names are mailmap's; the NUL keeps subjects apart whatever they hold. */
export const commitFormat = "--format=%H%x1f%aN%x1f%ct%x1f%s%x00";

export function parseCommits(text: string): Commit[] {
  return text.split("\0").flatMap((entry) => {
    const [sha, author, seconds, ...subject] = entry.trim().split("\x1f");
    if (!sha || author === undefined) return [];
    return [{ sha, author, committedAt: Number(seconds) * 1000, subject: subject.join(" ") }];
  });
}

async function bySha(mirror: Mirror, ref: string, limits: Limits): Promise<string | null> {
  const said = await mirror.run(["rev-parse", `--disambiguate=${ref.toLowerCase()}`], limits);
  const candidates = said.split("\n").filter((line) => line !== "");
  const commits = new Set<string>();
  for (const candidate of candidates.slice(0, 20)) {
    // A tag object may begin with the same digits as a commit: only what was typed counts, not what it points to.
    const type = await mirror.run(["cat-file", "-t", candidate], limits);
    if (type.trim() === "commit") commits.add(candidate);
  }
  if (commits.size > 1)
    throw new GitProblem("ambiguousRef", `${ref} is the beginning of ${commits.size} commits: more digits are needed`);
  return [...commits][0] ?? null;
}

/** The commit that a name stands for, annotated tags peeled; null when there is no such name. */
async function commitOf(mirror: Mirror, name: string, limits: Limits): Promise<string | null> {
  try {
    const said = await mirror.run(["rev-parse", "--verify", "--quiet", `${name}^{commit}`], limits);
    return /[0-9a-f]{40}/.exec(said)?.[0] ?? null;
  } catch (error) {
    if (error instanceof GitProblem && error.problem === "repositoryBroken") return null;
    throw error;
  }
}
