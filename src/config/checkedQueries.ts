// Mistakes in the queries of checks: hosts that nobody asks about, values that nobody measured. Pure.

import type { CheckConfiguration } from "./checkSchema.ts";
import { crawledIn } from "./crawled.ts";
import type { Mistake } from "./mistakes.ts";
import { asksBothSides, groupsOf, madeUp } from "./queries.ts";

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
