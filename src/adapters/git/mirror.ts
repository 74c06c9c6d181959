// One bare mirror of one repository: kept in a folder, fetched on demand, one fetch at a time. Knows no deploy.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { withoutLogins } from "../../deploy/secrets.ts";
import { GitProblem, git, type Limits } from "./git.ts";
import { repair } from "./repair.ts";
import { SharedWork } from "./shared.ts";

export class Mirror {
  readonly directory: string;
  readonly #url: string;
  readonly #fetches = new SharedWork<void>();

  /** Throws `repositoryUnreachable` when `url` is nothing to fetch from. */
  constructor(parent: string, url: string) {
    this.#url = checkUrl(url);
    this.directory = join(parent, folderName(url));
  }

  /** git in this mirror. */
  run(args: string[], limits: Limits, onBytes?: (bytes: Buffer) => Promise<void>): Promise<string> {
    return git([`--git-dir=${this.directory}`, ...args], limits, onBytes);
  }

  exists(): boolean {
    return existsSync(join(this.directory, "HEAD"));
  }

  /**
   * Brings the mirror up to date. Whoever asks meanwhile waits for the same fetch, which ends when the last of them stops waiting.
   * Rejects with `repositoryUnreachable`, or with `timedOut`.
   */
  fetch({ timeoutMs, signal }: Limits): Promise<void> {
    return this.#fetches.join("", signal, async (shared) => {
      const limits = { timeoutMs, signal: shared };
      try {
        await this.#fetchOnce(limits).catch(async (error) => {
          if (!(await repair(this.directory, error, Date.now()))) throw error;
          await this.#fetchOnce(limits);
        });
      } catch (error) {
        if (!(error instanceof GitProblem) || error.problem !== "repositoryBroken") throw error;
        throw new GitProblem("repositoryUnreachable", error.message);
      }
    });
  }

  async #fetchOnce(limits: Limits): Promise<void> {
    if (!this.exists()) await this.#make(limits);
    const refspecs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    const options = ["--prune", "--force", "--no-tags", "--quiet", "--end-of-options"];
    await this.run(["fetch", ...options, this.#url, ...refspecs], limits);
    await this.#followDefaultBranch(limits);
  }

  /** Under another name first: a mirror that is half made must not look like one. */
  async #make(limits: Limits): Promise<void> {
    const unfinished = `${this.directory}.${process.pid}.new`;
    await mkdir(join(this.directory, ".."), { recursive: true });
    await rm(unfinished, { recursive: true, force: true });
    await git(["init", "--bare", "--quiet", "--end-of-options", unfinished], limits);
    await rename(unfinished, this.directory);
  }

  /** So that HEAD names what the repository's people mean by it. A repository without commits has none. */
  async #followDefaultBranch(limits: Limits): Promise<void> {
    const said = await this.run(["ls-remote", "--symref", "--end-of-options", this.#url, "HEAD"], limits);
    const branch = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(said)?.[1];
    if (branch) await this.run(["symbolic-ref", "HEAD", branch], limits);
  }
}

/** Only URLs that fetch: no `ext::`, no option in disguise. A plain absolute path is a repository on this machine. */
export function checkUrl(url: string): string {
  const isUrl = /^(ssh|https?|git|file):\/\/[^\s]+$/i.test(url);
  const isScp = /^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:(?!:)[^\s:-][^\s]*$/.test(url);
  const isPath = /^\/[^\0]*$/.test(url);
  // A host that begins with a dash would be an option of ssh.
  const dashed = /^[a-z]+:\/\/([^/@]*@)?-/i.test(url) || url.startsWith("-");
  if ((isUrl || isScp || isPath) && !dashed) return url;
  throw new GitProblem(
    "repositoryUnreachable",
    `${JSON.stringify(withoutLogins(url))} is no ssh, https, http, git or file URL`,
  );
}

/** A name that people recognise, made unmistakable by a digest of the whole URL; credentials are in neither. */
function folderName(url: string): string {
  const clean = withoutLogins(url);
  const last = (clean.replace(/\/+$/, "").split(/[/:]/).at(-1) ?? "").replace(/\.git$/, "");
  const readable = last.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 40) || "repository";
  return `${readable}-${createHash("sha256").update(clean).digest("hex").slice(0, 16)}.git`;
}
