// A small real git repository for tests: commits by roles, at times one minute apart, so that the same calls give the same SHAs.

import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface NewCommit {
  subject: string;
  /** A role, such as `backend`. */
  author?: string;
  /** Names and contents; one file named after the subject when left out. */
  files?: Record<string, string>;
}

export interface Repository {
  /** To fetch from: a `file://` URL. */
  url: string;
  directory: string;
  /** Commits on the current branch and returns the SHA. */
  commit(what: NewCommit | string): Promise<string>;
  /** Makes a branch (from the current commit, or from `at`) and checks it out; an existing one is only checked out. */
  branch(name: string, at?: string): Promise<void>;
  /** Tags the current commit, or `at`; with a message it becomes an annotated tag. */
  tag(name: string, options?: { at?: string; message?: string }): Promise<void>;
  /** Any other git command, in the repository. Returns what it printed, trimmed. */
  git(...args: string[]): Promise<string>;
}

/** Makes an empty repository in `directory`, on the branch `main`. */
export async function makeRepository(directory: string): Promise<Repository> {
  await mkdir(directory, { recursive: true });
  let minute = 0;
  const git = async (args: string[], environment: NodeJS.ProcessEnv = {}) => {
    const env = { ...process.env, ...identity("maintainer", minute), ...environment };
    const { stdout } = await run("git", ["-C", directory, ...args], { env });
    return stdout.trim();
  };
  await git(["init", "--quiet", "--initial-branch=main"]);
  return {
    url: `file://${directory}`,
    directory,
    git: (...args) => git(args),
    async commit(what) {
      const { subject, author = "backend", files } = typeof what === "string" ? { subject: what } : what;
      for (const [name, content] of Object.entries(files ?? { [`${subject.replace(/\W+/g, "-")}.txt`]: subject })) {
        await mkdir(dirname(join(directory, name)), { recursive: true });
        await writeFile(join(directory, name), content);
      }
      minute += 1;
      await git(["add", "--all"]);
      await git(["commit", "--quiet", "--allow-empty", "-m", subject], identity(author, minute));
      return git(["rev-parse", "HEAD"]);
    },
    async branch(name, at) {
      const exists = await git(["rev-parse", "--verify", "--quiet", `refs/heads/${name}`]).catch(() => "");
      await git(
        exists ? ["checkout", "--quiet", name, "--"] : ["checkout", "--quiet", "-b", name, ...(at ? [at] : [])],
      );
    },
    async tag(name, { at = "HEAD", message } = {}) {
      await git(message ? ["tag", "--annotate", "-m", message, name, at] : ["tag", name, at]);
    },
  };
}

function identity(role: string, minute: number): NodeJS.ProcessEnv {
  const date = new Date(Date.UTC(2024, 0, 1, 9, minute)).toISOString();
  const email = `${role}@example.test`;
  return {
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: role,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: role,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}
