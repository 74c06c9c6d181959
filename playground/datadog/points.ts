// The measurements the stand-in remembers, one stream per metric and set of tags. Knows no query language and no clock.

/** `any` takes part in counts and gauges alike: what a test submits by hand. */
export type MetricKind = "count" | "gauge" | "any";

export interface Point {
  /** Milliseconds since 1970. */
  at: number;
  value: number;
  /** From when on a query may see it: ingestion takes its time. */
  visibleAt: number;
}

export interface Stream {
  metric: string;
  kind: MetricKind;
  tags: ReadonlySet<string>;
  /** In order of `at`. */
  points: Point[];
}

export interface Series {
  metric: string;
  kind: MetricKind;
  tags: string[];
}

export interface Points {
  add(series: Series, point: Point): void;
  streams(metric: string): Stream[];
  metrics(): string[];
}

/** So that a playground left running for days stays small; the oldest half goes when a stream is full. */
const mostPoints = 20_000;

export function rememberPoints(): Points {
  const byMetric = new Map<string, Map<string, Stream>>();

  function stream(series: Series): Stream {
    const streams = byMetric.get(series.metric) ?? new Map<string, Stream>();
    byMetric.set(series.metric, streams);
    const tags = [...new Set(series.tags.map((tag) => tag.toLowerCase()))].sort();
    const key = tags.join(",");
    const known = streams.get(key);
    if (known) return known;
    const fresh: Stream = { metric: series.metric, kind: series.kind, tags: new Set(tags), points: [] };
    streams.set(key, fresh);
    return fresh;
  }

  return {
    add(series, point) {
      const { points } = stream(series);
      points.splice(firstFrom(points, point.at + 1), 0, point);
      if (points.length > mostPoints) points.splice(0, mostPoints / 2);
    },
    streams: (metric) => [...(byMetric.get(metric)?.values() ?? [])],
    metrics: () => [...byMetric.keys()].sort(),
  };
}

/** The points with `from <= at < to` that a query asked at `now` can see. */
export function visible(points: Point[], window: { from: number; to: number; now: number }): Point[] {
  return points
    .slice(firstFrom(points, window.from), firstFrom(points, window.to))
    .filter((point) => point.visibleAt <= window.now);
}

/** Index of the first point at or after `at`. */
function firstFrom(points: Point[], at: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
