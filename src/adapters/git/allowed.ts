// Whether a commit lies on one of the branches and tags that are allowed. Knows no network, and not what is allowed for whom.

import type { Limits } from "./git.ts";
import type { Mirror } from "./mirror.ts";

/** Names go to git as arguments, so many at a time. */
const MOST_NAMES = 1_000;

export async function isOnAllowed(
  mirror: Mirror,
  { sha, patterns }: { sha: string; patterns: readonly string[] },
  limits: Limits,
): Promise<boolean> {
  const said = await mirror.run(["for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags"], limits);
  const fitting = patterns.map(fits);
  const names = said.split("\n").filter((name) => {
    const short = name.replace(/^refs\/(?:heads|tags)\//, "");
    return short !== "" && fitting.some((pattern) => pattern.test(short));
  });
  for (let at = 0; at < names.length; at += MOST_NAMES) {
    // Prints a commit of its history that none of these names has: nothing, when they have the commit itself.
    const some = names.slice(at, at + MOST_NAMES);
    const missing = await mirror.run(["rev-list", "--max-count=1", sha, "--not", ...some, "--"], limits);
    if (missing.trim() === "") return true;
  }
  return false;
}

/** Everything but `*` stands for itself. */
function fits(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}
