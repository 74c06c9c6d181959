// Looks at repositories for doctor: whether git is there, and whether each branch can be fetched. Fetches nothing and writes nothing. Knows no service.

import type { RepositoryExams } from "../../ports/examination.ts";
import type { FromSource } from "../../ports/source.ts";
import { GitProblem, git } from "./git.ts";
import { checkUrl } from "./mirror.ts";

/** Of the branches that there are, so many are named. */
const mostNamed = 8;

/** Never rejects. `timeoutMs` is for each command of git. */
export function gitExams({ timeoutMs }: { timeoutMs: number }): RepositoryExams {
  return {
    version: (signal) =>
      answer(async () => {
        const said = await git(["version"], { timeoutMs, signal });
        return /\d+(?:\.\d+)+/.exec(said)?.[0] ?? said.trim();
      }),

    branch: ({ repository, branch }, signal) =>
      answer(async () => {
        const ask = (...patterns: string[]) =>
          git(["ls-remote", "--heads", "--end-of-options", checkUrl(repository), ...patterns], { timeoutMs, signal });
        // A pattern is the end of a name: `main` alone would also find `old/main`.
        const [found] = headsIn(await ask(`refs/heads/${branch}`));
        if (found) return { sha: found.sha, branches: [] };
        const all = headsIn(await ask());
        return { sha: null, branches: all.slice(0, mostNamed).map(({ name }) => name) };
      }),
  };
}

function headsIn(said: string): { sha: string; name: string }[] {
  return [...said.matchAll(/^([0-9a-f]{40,64})\trefs\/heads\/(\S+)$/gm)].map(([, sha = "", name = ""]) => ({
    sha,
    name,
  }));
}

async function answer<T>(work: () => Promise<T>): Promise<FromSource<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    const { problem, message } = GitProblem.of(error);
    return { ok: false, problem: problem === "timedOut" ? problem : "repositoryUnreachable", detail: message };
  }
}
