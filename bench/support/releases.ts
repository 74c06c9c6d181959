// Two releases of a size for bench/upload.ts, the second with a few files changed: as commits, as the bot's archives of them, and as trees for those who send files. Knows no client.

import { execFile } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gitSource } from "../../src/adapters/git/source.ts";
import type { Archive } from "../../src/ports/source.ts";
import { makeRepository, type Repository } from "../../test/support/repository.ts";

const run = promisify(execFile);
const FILE_BYTES = 50_000;
/** Of the files; they lie all over the tree. */
const CHANGED = 0.02;

export type Content = "random" | "text";

export interface Release {
  archive: Archive;
  /** The files; those that did not change have the times of the first release. */
  tree: string;
  /** One that changed last, and what is in it. */
  sample: { path: string; content: Buffer };
}

export interface Releases {
  first: Release;
  second: Release;
}

export async function makeReleases(directory: string, content: Content, megabytes: number): Promise<Releases> {
  const room = join(directory, `${content}-${megabytes}`);
  const repository = await makeRepository(join(room, "repository"));
  const source = gitSource({ directory: join(room, "source"), timeoutMs: 300_000 });
  const count = Math.round((megabytes * 1_000_000) / FILE_BYTES);
  const names = Array.from({ length: count }, (_, i) => `app/part-${i % 20}/file-${i}`);
  const make = async (changed: string[], name: string): Promise<Release> => {
    for (const path of changed) await write(join(repository.directory, path), content);
    const sha = await repository.commit({ subject: name, files: {} });
    const tree = join(room, name);
    await mkdir(tree);
    // With their times: who sends files goes by them.
    await run("cp", ["-a", join(repository.directory, "app"), tree]);
    const sample = changed[0] ?? "";
    return {
      archive: await archiveOf(source, repository, sha),
      tree,
      sample: { path: sample, content: await readFile(join(tree, sample)) },
    };
  };
  const first = await make(names, "first");
  return {
    first,
    second: await make(
      names.filter((_, i) => i % Math.round(1 / CHANGED) === 7),
      "second",
    ),
  };
}

async function archiveOf(source: ReturnType<typeof gitSource>, { url }: Repository, sha: string): Promise<Archive> {
  const signal = new AbortController().signal;
  const found = await source.resolve(url, sha, signal);
  const archive = found.ok ? await source.archive(url, sha, signal) : found;
  if (!archive.ok) throw new Error(`no release: ${archive.detail}`);
  return archive.value;
}

async function write(path: string, content: Content): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content === "random" ? randomBytes(FILE_BYTES) : text());
}

/** Gets about a third of its size by gzip, as source code does. */
function text(): string {
  let written = "";
  while (written.length < FILE_BYTES)
    written += `${vocabulary[randomInt(vocabulary.length)]}${randomInt(12) === 0 ? "\n" : " "}`;
  return written.slice(0, FILE_BYTES);
}

const vocabulary = Array.from({ length: 1_000 }, () =>
  randomBytes(4)
    .toString("base64url")
    .slice(0, 2 + randomInt(5)),
);
