// The queries of a check as they are written: which hosts they ask about, and what must not be in them. Reads them as text, as far as that is safe. Pure.

/** One metric with its filter, groups and what is done to it, such as `sum:web.hits{env:prod} by {host}.as_count()`. */
const ONE_METRIC = /(?:\w+:)?[A-Za-z][\w.]*\{[^{}]*\}(?:\s*by\s*\{[^{}]*\})?(?:\.\w+\([^()]*\))*/g;

/**
 * With `.fill(null)` behind each gauge. Datadog draws a straight line over up to five minutes in which a gauge says nothing, so that a host
 * that has died looks alive in the sum of its group. Counts and rates (`.as_count()`, `.as_rate()`) are not drawn on.
 */
export function withoutInterpolation(query: string): string {
  return query.replace(ONE_METRIC, (metric) =>
    /\.(?:as_count|as_rate|fill)\(/.test(metric) ? metric : `${metric}.fill(null)`,
  );
}

/** What the query would make up where nothing was measured, such as `.fill(zero)`; null when it is honest. */
export function madeUp(query: string): string | null {
  return /\.fill\((?!\s*null\b)[^)]*\)|\bdefault_zero\(/.exec(query)?.[0] ?? null;
}

/** The tags by which the answer is grouped; none for one line. */
export function groupsOf(query: string): string[] {
  const groups = [...query.matchAll(/\bby\s*\{([^{}]*)\}/g)].flatMap(([, tags = ""]) => tags.split(","));
  return [...new Set(groups.map((tag) => tag.trim().toLowerCase()).filter((tag) => tag !== ""))];
}

/** Whether `$hosts` stands in the filter of every metric: one without it would be the same on both sides. */
export function asksBothSides(query: string): boolean {
  const filters = [...query.matchAll(/\{([^{}]*)\}/g)]
    .filter(({ index }) => !/\bby\s*$/.test(query.slice(0, index)))
    .map(([, filter = ""]) => filter);
  return filters.length > 0 && filters.every((filter) => /\$hosts\b/.test(filter));
}

/** Whether it adds up one metric over all of its hosts, in one line: then twice as many hosts are twice as much. */
export function growsWithHosts(query: string): boolean {
  return /^\s*sum:[\w.]+\{[^{}]*\}(?:\.\w+\([^()]*\))*\s*$/.test(query);
}
