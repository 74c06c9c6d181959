// Names of releases: `20261120203312-1a2b3c4`, the UTC time and the short SHA. Pure.

import type { Site } from "./order.ts";

/** Where nothing is sent, the whole SHA stands in it: images are tagged with that, and hosts are told the release by its name. */
export function releaseName(at: number, sha: string, kind: Site["kind"] = "release"): string {
  const version = kind === "commands" ? sha : shortSha(sha);
  return `${new Date(at).toISOString().replace(/\D/g, "").slice(0, 14)}-${version}`;
}

/** When a release was made, in ms since 1970; null when the name was made by something else. */
export function madeAt(name: string): number | null {
  const [, year, ...rest] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)-/.exec(name) ?? [];
  if (year === undefined) return null;
  const [month = 1, day, hour, minute, second] = rest.map(Number);
  return Date.UTC(Number(year), month - 1, day, hour, minute, second);
}

/** A commit as people name it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

/** The SHA in a release's name, short or whole; null when the name was made by something else. */
export function shaIn(name: string): string | null {
  return /^\d{14}-([0-9a-f]{7,40})$/.exec(name)?.[1] ?? null;
}
