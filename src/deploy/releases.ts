// Names of release directories: `20261120203312-1a2b3c4`, the UTC time and the short SHA. Pure.

export function releaseName(at: number, sha: string): string {
  return `${new Date(at).toISOString().replace(/\D/g, "").slice(0, 14)}-${shortSha(sha)}`;
}

/** A commit as people name it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

/** The short SHA in a release's name; null when the name was made by something else. */
export function shaIn(name: string): string | null {
  return /^\d{14}-([0-9a-f]{7,40})$/.exec(name)?.[1] ?? null;
}
