// Metrics that Datadog fetches from a cloud itself, now and then, instead of being sent them: they come minutes late, which is after a bake. Reads queries as text. Pure.

/** By the first word of the metric's name: whose it is, and how late Datadog's guide "Cloud Metric Delay" says it comes. */
const CLOUDS: [prefix: RegExp, cloud: string, late: string][] = [
  [/^aws\./, "AWS", "10 to 20 minutes"],
  [/^azure\./, "Azure", "4 to 5 minutes"],
  [/^gcp\./, "Google Cloud", "7 to 8 minutes"],
  [/^alibaba\w*\./, "Alibaba Cloud", "7 to 8 minutes, and are fetched every 10"],
  [/^cloudflare\./, "Cloudflare", "5 to 15 minutes"],
];

/** Sent by Datadog's own code inside of the function or container, within seconds: `aws.lambda.enhanced.errors`. */
const SENT = /\.enhanced\./;

const METRIC = /(?:^|[^\w.$])(?:\w+:)?([a-z][\w.]*)\{/gi;

/** The first metric in the query that is fetched from a cloud; null when there is none. */
export function crawledIn(query: string): { metric: string; cloud: string; late: string } | null {
  for (const [, metric = ""] of query.matchAll(METRIC)) {
    const found = CLOUDS.find(([prefix]) => prefix.test(metric.toLowerCase()));
    if (found && !SENT.test(metric)) return { metric, cloud: found[1], late: found[2] };
  }
  return null;
}
