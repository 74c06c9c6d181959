// Mistakes in the queries of checks, and between checks and places: hosts that nobody asks about, values that nobody measured, nothing to compare
// with. Pure.

import { FEWEST_POINTS } from "../canary/judging/compare.ts";
import { crawledIn } from "./crawled.ts";
import { canaryOf, hostsOf } from "./hosts.ts";
import type { Mistake } from "./mistakes.ts";
import { asksBothSides, groupsOf, madeUp } from "./queries.ts";
import type { CheckConfiguration, PlaceConfiguration, ServiceConfiguration } from "./schema.ts";

export function checkQueries(check: CheckConfiguration, path: string): Mistake[] {
  if ("limit" in check) return checkLimit(check.limit, `${path}.limit`);
  if ("compare" in check) return checkSides(check.compare.query, `${path}.compare.query`);
  if (!("counts" in check)) return [];
  return (["errors", "total"] as const).flatMap((part) => {
    const [query, at] = [check.counts[part], `${path}.counts.${part}`];
    const counting = { path: at, problem: "has to count, not to give a rate: put .as_count() behind it" };
    return [...checkSides(query, at), ...(query.includes(".as_count()") ? [] : [counting])];
  });
}

function checkLimit({ query, alive }: { query: string; alive?: string | undefined }, path: string): Mistake[] {
  const mistakes = checkCanary(query, `${path}.query`);
  if (alive === undefined) return mistakes;
  mistakes.push(...checkCanary(alive, `${path}.alive`));
  const [groups, of] = [groupsOf(query), groupsOf(alive)];
  if (groups.includes("host") !== of.includes("host") || of.some((tag) => !groups.includes(tag))) {
    const expected = groups.length === 0 ? "without groups" : `by {${groups.join(",")}}`;
    mistakes.push({
      path: `${path}.alive`,
      problem: `has to be grouped as the query is, ${expected}, to tell of the same`,
    });
  }
  return mistakes;
}

function checkCanary(query: string, path: string): Mistake[] {
  const problems: string[] = [];
  if (!query.includes("$canary")) {
    problems.push("has to look at the canary hosts: put $canary into its filter, such as {service:web,$canary}");
  }
  if (/\$hosts\b/.test(query)) problems.push("has $hosts in it, which is for compare and counts: here it is $canary");
  return [...problems.map((problem) => ({ path, problem })), ...checkHonest(query, path)];
}

/** A query that is asked twice: about the canary hosts and about the rest of the fleet. */
function checkSides(query: string, path: string): Mistake[] {
  const problems: string[] = [];
  if (!asksBothSides(query)) {
    problems.push(
      "has to be about the canary hosts and then about the rest: put $hosts into its filter, such as {service:web,$hosts}",
    );
  }
  if (/\$canary\b/.test(query)) problems.push("has $canary in it, which is for limit: here it is $hosts");
  const groups = groupsOf(query);
  if (groups.length > 0) {
    problems.push(`is grouped by ${groups.join(", ")}, but one line is compared with one: leave the groups out`);
  }
  return [...problems.map((problem) => ({ path, problem })), ...checkHonest(query, path)];
}

/** "Silence is not zero" cannot be seen by the bot when the query hides it; and what comes late cannot be seen at all. */
function checkHonest(query: string, path: string): Mistake[] {
  const problems: string[] = [];
  const invented = madeUp(query);
  if (invented !== null) {
    problems.push(`has ${invented} in it, which makes up values where nothing was measured: leave it out`);
  }
  const crawled = crawledIn(query);
  if (crawled) {
    problems.push(
      `asks for ${crawled.metric}, which Datadog fetches from ${crawled.cloud}: such metrics come ${crawled.late} late, when the bake is over. Use one that the service or the agent on the host sends, or a monitor`,
    );
  }
  return problems.map((problem) => ({ path, problem }));
}

/** A stretch has to fit into the buckets that lie wholly in what is measured: their grid is their own, and the ends cut one in all. */
export function checkStretches({ bake }: PlaceConfiguration, service: ServiceConfiguration, path: string): Mistake[] {
  const longest = (Math.floor((bake.for - bake.warmUp) / bake.bucket) - 1) * bake.bucket;
  const long = Object.entries(service.checks).filter(
    ([, check]) => "limit" in check && check.limit.for !== undefined && check.limit.for > longest,
  );
  if (long.length === 0) return [];
  const names = long.map(([name]) => name).join(", ");
  const problem = `is too short for ${names}: "for" less "warmUp" and one "bucket" has to be as long as the check's own "for"`;
  return [{ path: `${path}.bake`, problem }];
}

/** Checks that compare need somebody to compare with, and time for points enough. */
export function checkComparisons(place: PlaceConfiguration, service: ServiceConfiguration, path: string): Mistake[] {
  const hosts = hostsOf(place, "").map(({ name }) => name);
  const canary = canaryOf(place, hosts);
  const comparing = Object.entries(service.checks).filter(([, check]) => "compare" in check || "counts" in check);
  if (canary.length === 0 || comparing.length === 0) return [];
  const mistakes: Mistake[] = [];
  const beyond = typeof place.canary === "number" && place.canary > hosts.length;
  if (canary.length === hosts.length && !beyond) {
    const names = comparing.map(([name]) => name).join(", ");
    const problem = `takes all hosts, so that nothing is left for ${names} to compare with. Make it fewer, or say "canary: none"`;
    mistakes.push({ path: `${path}.canary`, problem });
  }
  const { bake } = place;
  // Buckets lie on a grid of their own: one may be cut by the ends of the window.
  const needed = FEWEST_POINTS + 1;
  if (bake.for - bake.warmUp < needed * bake.bucket && comparing.some(([, check]) => "compare" in check)) {
    const problem = `leaves too few points to compare: "for" less "warmUp" has to be at least ${needed} times "bucket"`;
    mistakes.push({ path: `${path}.bake`, problem });
  }
  return mistakes;
}
