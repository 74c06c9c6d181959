// Metrics that come too late for any bake are a mistake in the configuration, and said to be one.

import { expect } from "chai";
import { crawledIn } from "../../src/config/crawled.ts";
import { changed, mistakes } from "./example.ts";

describe("a query about metrics that Datadog fetches from a cloud", () => {
  const FETCHED: [query: string, metric: string, cloud: string][] = [
    ["sum:aws.elb.httpcode_backend_5xx{service:web,$canary}.as_count()", "aws.elb.httpcode_backend_5xx", "AWS"],
    ["avg:azure.vm.percentage_cpu{$canary}", "azure.vm.percentage_cpu", "Azure"],
    ["max:gcp.run.request_latencies.p99{$canary} by {host}", "gcp.run.request_latencies.p99", "Google Cloud"],
    ["avg:alibaba.ecs.cpu{$canary}", "alibaba.ecs.cpu", "Alibaba Cloud"],
    ["sum:cloudflare.requests.all{$canary}.as_count()", "cloudflare.requests.all", "Cloudflare"],
    ["AVG:AWS.RDS.CPUUtilization{$canary}", "AWS.RDS.CPUUtilization", "AWS"],
    ["aws.sqs.messages{$canary}", "aws.sqs.messages", "AWS"],
    ["sum:web.errors{$canary} / (sum:web.hits{$canary} + sum:aws.elb.hits{$canary})", "aws.elb.hits", "AWS"],
    ["moving_rollup(avg:gcp.pubsub.backlog{$canary}, 60)", "gcp.pubsub.backlog", "Google Cloud"],
  ];
  for (const [query, metric, cloud] of FETCHED) {
    it(`is found: ${query}`, () => {
      expect(crawledIn(query)).to.include({ metric, cloud });
    });
  }

  const SENT = [
    "sum:web.errors{cloud:aws.example,$canary}.as_count()",
    "sum:web.aws.errors{$canary}.as_count()",
    "avg:awsome.latency{$canary}",
    "sum:aws.lambda.enhanced.errors{$canary}.as_count()",
    "avg:azure.app_containerapps.enhanced.cpu.usage{$canary}",
    "sum:web.jobs{$canary} by {aws.region}.as_count()",
  ];
  for (const query of SENT) {
    it(`is not: ${query}`, () => {
      expect(crawledIn(query)).to.equal(null);
    });
  }

  it("is refused in every place that holds a query, with what to do instead", () => {
    const query = "sum:aws.elb.errors{service:web,$canary} by {host}.as_count()";
    const both = "sum:gcp.lb.requests{service:web,$hosts}.as_count()";
    const told = mistakes(
      changed(({ web }) => {
        web.checks.jobs.limit.query = query;
        web.checks.errors.limit.alive = query;
        web.checks.slower.compare.query = both;
        web.checks.failing.counts.errors = both;
      }),
    );
    const late = (metric: string, cloud: string, minutes: string) =>
      `asks for ${metric}, which Datadog fetches from ${cloud}: such metrics come ${minutes} late, when the bake is over. Use one that the service or the agent on the host sends, or a monitor`;
    const [aws, gcp] = [
      late("aws.elb.errors", "AWS", "10 to 20 minutes"),
      late("gcp.lb.requests", "Google Cloud", "7 to 8 minutes"),
    ];
    expect(told).to.deep.equal([
      `services.web.checks.jobs.limit.query: ${aws}`,
      `services.web.checks.errors.limit.alive: ${aws}`,
      `services.web.checks.slower.compare.query: ${gcp}`,
      `services.web.checks.failing.counts.errors: ${gcp}`,
    ]);
  });
});
