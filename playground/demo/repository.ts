// Builds the demo service's git repository from the folders below `history/`. Knows no host and no deploy.

import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { git } from "./git.ts";
import { type BranchName, branchCommits, type DemoCommit, mainCommits } from "./history.ts";

export interface DemoRepository {
  /** A `file:` URL that git can clone. */
  url: string;
  /** Where it lies, with the files of `main` checked out, to be changed and committed to by hand. */
  directory: string;
  branches: { main: string } & Record<BranchName, string>;
}

const historyDirectory = fileURLToPath(new URL("./history", import.meta.url));
const hourMs = 3_600_000;
const email = "you@example.com";

/**
 * Makes the repository in `directory`; what was there before is removed. `startedAt` (ms since 1970) is the time of the
 * first commit, four days ago when left out; the same time gives the same commits.
 */
export async function makeDemoRepository(directory: string, startedAt?: number): Promise<DemoRepository> {
  const newest = Math.max(...Object.values(branchCommits).map((commit) => commit.afterHours));
  const start = startedAt ?? Date.now() - newest * hourMs - hourMs / 2;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await git(directory, ["init", "--quiet"]);
  await git(directory, ["symbolic-ref", "HEAD", "refs/heads/main"]);
  await git(directory, ["fast-import", "--quiet"], await everything(start));
  await git(directory, ["reset", "--quiet", "--hard", "main"]);
  const names = ["main", ...(Object.keys(branchCommits) as BranchName[])] as const;
  const shas = await Promise.all(names.map((name) => shaOf(directory, name)));
  const branches = Object.fromEntries(names.map((name, i) => [name, shas[i]])) as DemoRepository["branches"];
  return { url: pathToFileURL(directory).href, directory, branches };
}

/** All commits in the language of `git fast-import`. */
async function everything(start: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (const commit of mainCommits) pieces.push(...(await written(commit, "main", start)));
  for (const [branch, commit] of Object.entries(branchCommits)) {
    pieces.push(Buffer.from(`reset refs/heads/${branch}\nfrom refs/heads/main\n\n`));
    pieces.push(...(await written(commit, branch, start)));
  }
  return Buffer.concat(pieces);
}

async function written(commit: DemoCommit, branch: string, start: number): Promise<Buffer[]> {
  const when = `${Math.floor((start + commit.afterHours * hourMs) / 1000)} +0000`;
  const message = commit.body === undefined ? commit.subject : `${commit.subject}\n\n${commit.body}`;
  const pieces = [
    Buffer.from(`commit refs/heads/${branch}\n`),
    Buffer.from(`author ${commit.author} <${email}> ${when}\ncommitter ${commit.author} <${email}> ${when}\n`),
    counted(Buffer.from(`${message}\n`)),
  ];
  const folder = join(historyDirectory, commit.folder);
  for (const file of await filesBelow(folder)) {
    const path = relative(folder, file);
    pieces.push(Buffer.from(`M ${path.startsWith("bin/") ? "100755" : "100644"} inline ${path}\n`));
    pieces.push(counted(await readFile(file)));
  }
  return pieces;
}

function counted(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from("\n")]);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function shaOf(directory: string, ref: string): Promise<string> {
  return (await git(directory, ["rev-parse", ref])).toString().trim();
}
