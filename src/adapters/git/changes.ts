// What lies between two commits of a mirror. Knows no network.

import type { Changes } from "../../ports/source.ts";
import type { Limits } from "./git.ts";
import type { Mirror } from "./mirror.ts";
import { commitFormat, parseCommits } from "./resolve.ts";

const mostCommits = 20;

export async function changesIn(
  mirror: Mirror,
  { from, to }: { from: string; to: string },
  limits: Limits,
): Promise<Changes> {
  const counted = await mirror.run(["rev-list", "--count", "--left-right", `${from}...${to}`, "--"], limits);
  const [behind = 0, ahead = 0] = counted.trim().split("\t").map(Number);
  const range = ahead > 0 ? `${from}..${to}` : `${to}..${from}`;
  const log = ["log", commitFormat, `--max-count=${mostCommits}`, range, "--"];
  const commits = ahead + behind > 0 ? parseCommits(await mirror.run(log, limits)) : [];
  return { ahead, behind, authors: await authorsOf(mirror, range, limits), commits };
}

/** Most commits first; the mailmap of the default branch unites people's names. */
async function authorsOf(mirror: Mirror, range: string, limits: Limits): Promise<string[]> {
  const said = await mirror.run(["shortlog", "--summary", "--numbered", range, "--"], limits);
  return said.split("\n").flatMap((line) => line.split("\t")[1] ?? []);
}
