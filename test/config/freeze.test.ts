// From configuration to order: everything that a deploy depends on, filled in and fixed at its start.

import { expect } from "chai";
import type { Wanted } from "../../src/config/freeze.ts";
import { order as orderSchema } from "../../src/deploy/order.ts";
import { aRelease, hostsNamed, MINUTE, you } from "../support/build.ts";
import { type Changing, configured, frozenFrom } from "./example.ts";

const wanted = {
  deploy: "k3v9x2",
  kind: "deploy" as const,
  target: { service: "web", environment: "production" },
  by: you,
  ref: "main",
  release: aRelease("b"),
};
const frozen = (change?: (what: Changing) => void, parts: Partial<Wanted> = {}, chosen?: string[]) =>
  frozenFrom(configured(change), { ...wanted, ...parts }, chosen);
const inOneBatch = ({ production }: Changing) => {
  production.batches = "100%";
  delete production.between;
};
const names = (hosts: { name: string }[]) => hosts.map(({ name }) => name.replace(".example.com", ""));

describe("an order", () => {
  it("is what the schema of facts expects", () => {
    const order = frozen();
    expect(orderSchema.parse(JSON.parse(JSON.stringify(order)))).to.deep.equal(order);
  });

  it("has the hosts with address, port and user", () => {
    const [batch = []] = frozen(inOneBatch).batches;
    expect(batch[0]).to.deep.equal({
      name: "web-02.example.com",
      address: "web-02.example.com",
      port: 22,
      user: "deploy",
    });
    expect(batch[2]).to.deep.equal({
      name: "web-04.example.com",
      address: "192.0.2.14",
      port: 2222,
      user: "deployer",
      gateway: { name: "bastion", address: "bastion.example.com", port: 22, user: "jump" },
    });
  });

  it("has the queries filled in, for exactly the canary hosts", () => {
    const [jobs] = frozen(({ production }) => (production.canary = 2)).checks;
    expect(jobs?.kind === "limit" && jobs.query).to.equal(
      "sum:web.jobs.processed{service:web,env:production,host IN (web-01.example.com,web-02.example.com)} by {host}.as_count()",
    );
  });

  it("has the query of a limit for the rest of the fleet too, for its picture", () => {
    const { checks } = frozen(({ production }) => (production.canary = 2));
    const rest = (name: string) =>
      checks.flatMap((one) => (one.kind === "limit" && one.name === name ? [one.rest] : []))[0];
    expect(rest("jobs")).to.deep.equal({
      query:
        "sum:web.jobs.processed{service:web,env:production,host IN (web-03.example.com,web-04.example.com)} by {host}.as_count()",
      share: 1,
    });
    expect(rest("latency")?.share, "an average does not grow with the hosts").to.equal(1);
  });

  it("counts a sum over the rest of the fleet as that of as many hosts as the canary has", () => {
    const { checks } = frozen(({ web }) => {
      web.checks.errors.limit.query = "sum:web.requests{status_class:5xx,$canary}.as_count()";
      delete web.checks.errors.limit.alive;
    });
    const [errors] = checks.filter(({ name }) => name === "errors");
    expect(errors?.kind === "limit" && errors.rest?.share).to.be.closeTo(1 / 3, 1e-12);
  });

  it("draws a part of a large fleet, and nobody where there is nobody else", () => {
    const { checks } = frozen(({ production }) => {
      production.hosts = Array.from({ length: 101 }, (_, i) => `web-${i}.example.com`);
      production.canary = 1;
    });
    const [jobs] = checks;
    const named = jobs?.kind === "limit" ? (jobs.rest?.query.match(/web-\d+\./g) ?? []) : [];
    expect(named).to.have.length(25);
    const all = frozen(({ web, production }) => {
      web.checks = { jobs: web.checks.jobs };
      production.canary = "100%";
      delete production.between;
    });
    expect(all.checks[0]).to.deep.include({ kind: "limit", rest: null });
  });

  it("says who is on call, with a name or without", () => {
    expect(frozen().onCall).to.deep.equal({ id: "S0ONCALL", name: "web on-call" });
    expect(frozen(({ web }) => (web.onCall = "U0CALL")).onCall).to.deep.equal({ id: "U0CALL", name: null });
    expect(frozen(({ web }) => delete web.onCall)).not.to.have.property("onCall");
  });

  it("asks about the canary hosts and about the rest of the fleet where they are compared", () => {
    const { checks } = frozen(({ production }) => (production.canary = 2));
    const latency = checks.find(({ kind }) => kind === "compare");
    expect(latency).to.deep.include({
      query: {
        canary:
          "avg:web.request.duration.95percentile{service:web,env:production,host IN (web-01.example.com,web-02.example.com)}.fill(null)",
        baseline:
          "avg:web.request.duration.95percentile{service:web,env:production,host IN (web-03.example.com,web-04.example.com)}.fill(null)",
      },
      worse: "higher",
      tolerance: 0.25,
      confidence: 0.98,
      ignoreBelow: 0.1,
      unit: "ms",
    });
    const failing = checks.find(({ kind }) => kind === "counts");
    expect(failing?.kind === "counts" && [failing.alpha, failing.total.baseline]).to.deep.equal([
      0.01,
      "sum:web.requests{service:web,env:production,host IN (web-03.example.com,web-04.example.com)}.as_count()",
    ]);
  });

  it("has the companion that shows who is alive, and for how long a limit may be broken", () => {
    const [jobs, latency] = frozen().checks;
    expect(jobs).to.deep.include({
      aggregate: "sum",
      forMs: 60_000,
      alive: "max:web.up{service:web,env:production,host IN (web-01.example.com)} by {host}.fill(null)",
    });
    expect(latency).to.deep.include({ forMs: null, alive: null });
  });

  it("keeps Datadog from drawing lines where a gauge was silent, and leaves counts and rates as they are", () => {
    const queries: [string, string][] = [
      ["avg:a{$canary}", "avg:a{C}.fill(null)"],
      ["a.b{$canary} by {host}.rollup(max, 20)", "a.b{C} by {host}.rollup(max, 20).fill(null)"],
      ["p95:a{$canary} / max:b{$canary}.as_rate() * 100", "p95:a{C}.fill(null) / max:b{C}.as_rate() * 100"],
      ["top(avg:a{$canary} by {host}, 5, 'mean', 'desc')", "top(avg:a{C} by {host}.fill(null), 5, 'mean', 'desc')"],
      ["avg:a{$canary}.fill(null)", "avg:a{C}.fill(null)"],
      ["sum:a{$canary}.as_count()", "sum:a{C}.as_count()"],
    ];
    for (const [written, sent] of queries) {
      const latency = frozen(({ web }) => (web.checks.latency.limit.query = written)).checks[1];
      expect(latency?.kind === "limit" && latency.query.replaceAll("host IN (web-01.example.com)", "C")).to.equal(sent);
    }
  });

  it("fills words that begin alike only where they end", () => {
    const { links } = frozen(
      ({ web }) => (web.dashboard.variables = { a: "$services", b: "$service-$version", c: "$HOME" }),
    );
    expect(links.dashboard?.variables).to.deep.equal({ a: "$services", b: "web-6262626", c: "$HOME" });
  });

  it("has links to dashboard, compare page and each check's runbook section", () => {
    const { links, checks } = frozen();
    expect(links).to.deep.equal({
      dashboard: {
        url: "https://app.datadoghq.com/dashboard/abc-def-ghi",
        variables: { service: "web", env: "production", version: "6262626" },
      },
      compare: "https://github.com/example/web/compare/{from}...{to}",
      app: "https://app.datadoghq.com",
      runbook: "https://lockstep.example.com/runbooks/web.md",
    });
    expect(checks.map(({ runbook }) => runbook.replace("https://lockstep.example.com/runbooks/", ""))).to.deep.equal([
      "background-jobs.md#no-jobs",
      "latency.md#slow-answers",
      "latency.md#failing-requests",
      "latency.md#slower-than-the-rest",
      "latency.md#more-failing-requests",
      "background-jobs.md#monitor-alerted",
    ]);
  });

  it("has times in milliseconds", () => {
    expect(frozen().bake).to.deep.equal({
      forMs: 5 * MINUTE,
      warmUpMs: 30_000,
      settleMs: MINUTE,
      pollMs: 30_000,
      intervalMs: 10_000,
    });
    expect(frozen().askMs).to.equal(30 * MINUTE);
  });

  it("shows in the place's own channel, or in the one for all", () => {
    expect(frozen().channel).to.equal("#deploys-production");
    expect(frozen(({ production }) => delete production.channel).channel).to.equal("#deploys");
  });

  it("of a way back has no canary: every host in one batch", () => {
    const order = frozen(undefined, { kind: "rollback" });
    expect(order.canary).to.deep.equal([]);
    expect(order.batches.map(names)).to.deep.equal([["web-01", "web-02", "web-03", "web-04"]]);
  });

  it("for a place that is not configured is a fault", () => {
    expect(() => frozen(undefined, { target: { service: "api", environment: "production" } })).to.throw(
      /no such target/,
    );
  });
});

describe("canary and batches", () => {
  const ten = names(hostsNamed(...Array.from({ length: 10 }, (_, i) => `h${i}`)));
  const parted = (canary: unknown, batches: unknown) => {
    const order = frozen(({ web, production }) => {
      Object.assign(production, { hosts: ten, canary, batches });
      // With all hosts as the canary there is nobody to compare with.
      delete web.checks.slower;
      delete web.checks.failing;
      delete production.between;
    });
    return { canary: names(order.canary), batches: order.batches.map(({ length }) => length) };
  };

  const table: [canary: unknown, batches: unknown, expected: string[], sizes: number[]][] = [
    [1, 3, ["h0"], [3, 3, 3]],
    [3, "50%", ["h0", "h1", "h2"], [4, 3]],
    ["25%", "100%", ["h0", "h1", "h2"], [7]],
    ["1%", 1, ["h0"], Array(9).fill(1)],
    [["h7", "h2"], 100, ["h2", "h7"], [8]],
    ["none", "10%", [], Array(10).fill(1)],
    [10, "50%", ten, []],
    ["100%", 5, ten, []],
    [2, ["25%", "50%", "100%"], ["h0", "h1"], [2, 2, 4]],
    ["none", [1, 3, "100%"], [], [1, 2, 7]],
    [7, ["10%", "20%", "30%", "100%"], ten.slice(0, 7), [1, 2]],
    [["h[7..8]", "h2"], "100%", ["h2", "h7", "h8"], [7]],
  ];
  for (const [canary, batches, expected, sizes] of table) {
    it(`${JSON.stringify(canary)} and ${JSON.stringify(batches)} of ten hosts`, () => {
      expect(parted(canary, batches)).to.deep.equal({ canary: expected, batches: sizes });
    });
  }
});
