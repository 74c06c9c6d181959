// Mistakes between the times of a place and what is asked in them: looks that come too late, windows with too few points. Pure.

import { FEWEST_POINTS } from "../canary/judging/compare.ts";
import type { Mistake } from "./mistakes.ts";
import type { PlaceConfiguration, ServiceConfiguration } from "./schema.ts";

/** Buckets lie on a grid of their own: fewer than three and a window may hold no whole one. */
export const FEWEST_BUCKETS = 3;
/** The same for points that are compared: one may be cut by the ends of the window. */
const FEWEST_COMPARED = FEWEST_POINTS + 1;

export function checkBake({ bake }: PlaceConfiguration, path: string): Mistake[] {
  const mistakes: Mistake[] = [];
  if (bake.every > bake.for) {
    mistakes.push({ path: `${path}.bake.every`, problem: 'is longer than "for", so nobody would look before the end' });
  }
  if (bake.for - bake.warmUp < FEWEST_BUCKETS * bake.bucket) {
    const problem = `leaves too little to measure: "for" less "warmUp" has to be at least ${FEWEST_BUCKETS} times "bucket"`;
    mistakes.push({ path: `${path}.bake`, problem });
  }
  return mistakes;
}

/** Of the checks in the bake of a canary. */
export function checkBakedChecks({ bake }: PlaceConfiguration, service: ServiceConfiguration, path: string): Mistake[] {
  const mistakes: Mistake[] = [];
  const compared = Object.values(service.checks).some((check) => "compare" in check);
  if (compared && bake.for - bake.warmUp < FEWEST_COMPARED * bake.bucket) {
    const problem = `leaves too few points to compare: "for" less "warmUp" has to be at least ${FEWEST_COMPARED} times "bucket"`;
    mistakes.push({ path: `${path}.bake`, problem });
  }
  const long = tooLongFor(bake.for, bake, service);
  if (long.length > 0) {
    const problem = `is too short for ${long.join(", ")}: "for" less "warmUp" and one "bucket" has to be as long as the check's own "for"`;
    mistakes.push({ path: `${path}.bake`, problem });
  }
  return mistakes;
}

/** The pause between two batches is a bake too, where checks are asked in it. */
export function checkPause(
  { bake, between }: PlaceConfiguration,
  service: ServiceConfiguration,
  path: string,
): Mistake[] {
  if (!between?.checks) return [];
  const at = `${path}.between`;
  if (Object.keys(service.checks).length === 0) {
    return [{ path: `${at}.checks`, problem: "needs at least one check on the service. Or say checks: false" }];
  }
  const compared = Object.values(service.checks).some((check) => "compare" in check);
  const needed = compared ? FEWEST_COMPARED : FEWEST_BUCKETS;
  if (between.pause - bake.warmUp < needed * bake.bucket) {
    const problem = `is too short for the checks: it has to be as long as the bake's "warmUp" and ${needed} times its "bucket". Or say checks: false`;
    return [{ path: `${at}.pause`, problem }];
  }
  const long = tooLongFor(between.pause, bake, service);
  if (long.length === 0) return [];
  const problem = `is too short for ${long.join(", ")}: less the bake's "warmUp" and one "bucket" it has to be as long as the check's own "for". Or say checks: false`;
  return [{ path: `${at}.pause`, problem }];
}

/** Checks whose stretch does not fit into the buckets that lie wholly in what is measured: their grid is their own, and the ends cut one in all. */
function tooLongFor(
  forMs: number,
  { warmUp, bucket }: PlaceConfiguration["bake"],
  service: ServiceConfiguration,
): string[] {
  const longest = (Math.floor((forMs - warmUp) / bucket) - 1) * bucket;
  return Object.entries(service.checks)
    .filter(([, check]) => "limit" in check && check.limit.for !== undefined && check.limit.for > longest)
    .map(([name]) => name);
}
