// Where commits come from. Knows nothing of deploys.

export interface Commit {
  /** 40 hexadecimal digits. */
  sha: string;
  subject: string;
  author: string;
  /** Milliseconds since 1970. */
  committedAt: number;
}

/** What lies between two commits; `behind` counts what the older side has and the newer has not (a deploy that goes back). */
export interface Changes {
  ahead: number;
  behind: number;
  /** Everybody who wrote one of the `ahead` commits (or, when there are none, of the `behind` ones), most commits first. */
  authors: string[];
  /** The newest of them, at most 20. */
  commits: Commit[];
}

export interface Archive {
  /** A gzipped tar file on the bot's own disk. */
  path: string;
  bytes: number;
  /** Of the file, in hexadecimal. */
  sha256: string;
}

export type SourceProblem =
  | "badRef"
  | "unknownRef"
  | "ambiguousRef"
  /** It may not be deployed: it lies on none of the branches and tags that are allowed. */
  | "notAllowed"
  | "repositoryUnreachable"
  | "repositoryBroken"
  | "timedOut";

export type FromSource<T> = { ok: true; value: T } | { ok: false; problem: SourceProblem; detail: string };

export interface Source {
  /** The commit a branch, tag or (shortened) SHA names now, after fetching. `ref` may be anything a person typed. */
  resolve(repository: string, ref: string, signal: AbortSignal): Promise<FromSource<Commit>>;
  /**
   * Whether a commit that has been resolved just now lies on a branch or tag whose name fits one of `patterns`, where `*` stands for any characters: it is the
   * newest of that name, or came before it.
   */
  isOn(
    repository: string,
    { sha, patterns }: { sha: string; patterns: readonly string[] },
    signal: AbortSignal,
  ): Promise<FromSource<boolean>>;
  /** What changed from `from` to `to` (SHAs that have been resolved before). */
  compare(repository: string, from: string, to: string, signal: AbortSignal): Promise<FromSource<Changes>>;
  /** `git archive` of a commit, built once and kept; the same commit gives the same file. */
  archive(repository: string, sha: string, signal: AbortSignal): Promise<FromSource<Archive>>;
}
