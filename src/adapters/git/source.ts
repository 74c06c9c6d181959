// Commits from real git repositories: a bare mirror of each, fetched on demand. Knows no deploy; every answer is a value.

import { join } from "node:path";
import type { Log } from "../../ports/log.ts";
import type { Archive, Commit, FromSource, Source, SourceProblem } from "../../ports/source.ts";
import { isOnAllowed } from "./allowed.ts";
import { Archives } from "./archive.ts";
import { changesIn } from "./changes.ts";
import { GitProblem, type Limits } from "./git.ts";
import { Mirror } from "./mirror.ts";
import { checkRef, isWholeSha } from "./refs.ts";
import { readCommit, resolveIn } from "./resolve.ts";
import { SharedWork } from "./shared.ts";
import { removeLeftovers, removeOldArchives } from "./tidy.ts";

export interface GitSourceOptions {
  /** For mirrors and release files; made when missing. */
  directory: string;
  /** For one command of git. */
  timeoutMs: number;
  /** Told of every problem, without credentials: at debug what people type and networks do, else at warn. */
  log?: Log;
}

/** As many as are wanted again: by the deploys that run, and by those that go back. */
const keptArchives = 20;

/** What a person types, and what networks do every day. */
const everyday = new Set<SourceProblem>(["badRef", "unknownRef", "ambiguousRef", "repositoryUnreachable", "timedOut"]);

/** `git` must be installed. Nothing is asked on a terminal; credentials come from the environment, as git finds them. */
export function gitSource(options: GitSourceOptions): Source {
  const { directory, timeoutMs, log } = options;
  const mirrors = new Map<string, Mirror>();
  const archives = new Archives(join(directory, "archives"));
  const building = new SharedWork<Archive>();

  function mirrorOf(url: string): Mirror {
    const mirror = mirrors.get(url) ?? new Mirror(join(directory, "mirrors"), url);
    mirrors.set(url, mirror);
    return mirror;
  }

  async function answer<T>(work: () => Promise<T>): Promise<FromSource<T>> {
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      const { problem, message } = GitProblem.of(error);
      log?.[everyday.has(problem) ? "debug" : "warn"]("no answer from a repository", { problem, detail: message });
      return { ok: false, problem, detail: message };
    }
  }

  /** A release must not fail because an old one cannot be removed. */
  async function tidy(): Promise<void> {
    try {
      await removeOldArchives(archives.directory, keptArchives);
      for (const folder of [archives.directory, join(directory, "mirrors")]) await removeLeftovers(folder, Date.now());
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      log?.warn("old release files cannot be removed", { detail: code ?? message });
    }
  }

  return {
    resolve: (repository, typed, signal) =>
      answer(async () => {
        const limits = { timeoutMs, signal };
        const ref = checkRef(typed);
        const mirror = mirrorOf(repository);
        try {
          await mirror.fetch(limits);
        } catch (error) {
          // A whole SHA means the same for ever, so what is here already is as good as what cannot be fetched.
          const here = !signal.aborted && isWholeSha(ref) && (await findCommit(mirror, ref, limits));
          if (here) return here;
          throw error;
        }
        return resolveIn(mirror, ref, limits);
      }),

    isOn: (repository, { sha, patterns }, signal) =>
      answer(async () => {
        const limits = { timeoutMs, signal };
        const mirror = await mirrorWith(mirrorOf(repository), [sha], limits);
        return isOnAllowed(mirror, { sha, patterns }, limits);
      }),

    compare: (repository, from, to, signal) =>
      answer(async () => {
        const limits = { timeoutMs, signal };
        const mirror = await mirrorWith(mirrorOf(repository), [from, to], limits);
        return changesIn(mirror, { from, to }, limits);
      }),

    archive: (repository, sha, signal) =>
      answer(async () => {
        const mirror = await mirrorWith(mirrorOf(repository), [sha], { timeoutMs, signal });
        return building.join(`${mirror.directory} ${sha}`, signal, async (shared) => {
          const kept = await archives.kept(sha);
          if (kept) return kept;
          const built = await archives.build(mirror, sha, { timeoutMs, signal: shared });
          await tidy();
          return built;
        });
      }),
  };
}

/** The mirror, fetched if it does not have all of these commits. */
async function mirrorWith(mirror: Mirror, shas: string[], limits: Limits): Promise<Mirror> {
  for (const sha of shas) {
    if (!isWholeSha(sha)) throw new GitProblem("badRef", "a whole commit SHA is needed here");
  }
  const isHere = async (sha: string) => (await findCommit(mirror, sha, limits)) !== null;
  for (const sha of shas) {
    if (await isHere(sha)) continue;
    await mirror.fetch(limits);
    if (!(await isHere(sha))) throw new GitProblem("unknownRef", `${sha} is no commit of this repository`);
  }
  return mirror;
}

async function findCommit(mirror: Mirror, sha: string, limits: Limits): Promise<Commit | null> {
  if (!mirror.exists()) return null;
  try {
    return await readCommit(mirror, sha, limits);
  } catch (error) {
    if (error instanceof GitProblem && error.problem !== "timedOut") return null;
    throw error;
  }
}
