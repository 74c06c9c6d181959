// What doctor finds when it asks the checks' own questions: which hosts have points and which have none, and what that means for a deploy. With the official client
// against the stand-in.

import { expect } from "chai";
import { type DatadogStandIn, startDatadog } from "../../playground/datadog/server.ts";
import { datadogExams } from "../../src/adapters/datadog/examine.ts";
import { datadogMetrics } from "../../src/adapters/datadog/metrics.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { listHosts } from "../../src/config/inventory.ts";
import { configuration as schema } from "../../src/config/schema.ts";
import { siteOf } from "../../src/config/site.ts";
import { configured } from "../../src/config/targets.ts";
import { datadogRound } from "../../src/doctor/datadog.ts";
import type { Finding } from "../../src/doctor/findings.ts";
import { aConfiguration } from "../check/bench.ts";

const never = new AbortController().signal;
const HOSTS = ["web-1", "web-2", "web-3", "web-4"];

// biome-ignore lint/suspicious/noExplicitAny: parts of checks as they are written
type Written = any;
const explained = { means: "m", runbook: "latency.md#slow-answers" };
const hits = (more = "$canary") => `sum:web.hits{${more}}.as_count()`;
const limit = (rest: object): Written => ({
  limit: { query: `${hits().slice(0, -11)} by {host}.as_count()`, atMost: 5, ...rest },
  ...explained,
});
const compare: Written = { compare: { query: "avg:web.time{$hosts}" }, ...explained };
const counts: Written = { counts: { errors: hits("status:5xx,$hosts"), total: hits("$hosts") }, ...explained };
const alive = "max:web.up{$canary} by {host}";

describe("checks that doctor asks about", function () {
  this.timeout(60_000);
  let datadog: DatadogStandIn;
  beforeEach(async () => {
    datadog = await startDatadog({
      ...{ evaluateMs: 0, flushMs: 0 },
      monitors: [
        { id: 1, name: "quiet", tags: ["team:quiet"] },
        { id: 2, name: "muted", tags: ["team:muted"], muted: true },
        { id: 3, name: "red", tags: ["team:red"] },
      ],
    });
    datadog.monitor(1).resolve();
    datadog.monitor(3).alert();
  });
  afterEach(() => datadog.close());

  const submit = (metric: string, hosts: string[], agoMs = 300_000) => {
    for (const host of hosts) datadog.submit(metric, Date.now() - agoMs, 1, [`host:${host}`]);
  };

  /** The findings about this check, or all of them. */
  async function look(check: Written, keys: { appKey?: string } = {}): Promise<Finding[]> {
    const written = aConfiguration();
    written.services.web.checks = { one: check };
    const configuration = schema.parse(written);
    const target = { service: "web", environment: "production" };
    const inventory = { read: async () => ({ ok: true as const, text: "" }) };
    const listed = await listHosts(configuration, target, { inventory, signal: never });
    const site = siteOf(configured(configuration, target).service);
    const places = [{ target, site, hosts: listed.ok ? listed.hosts : [], problem: null }];
    const { apiKey, appKey, url: baseUrl } = datadog;
    const account = { apiKey, appKey, baseUrl, timeoutMs: 10_000, ...keys };
    const parts = {
      datadog: { exams: datadogExams(account), metrics: datadogMetrics(account) },
      clock: systemClock,
    };
    const scope = { settings: { configuration, runbooks: new Map() }, places };
    return datadogRound(scope, parts).look(() => {}, never);
  }
  const checked = async (check: Written) =>
    (await look(check)).flatMap(({ area, mark, about }) => (area === "checks" ? [{ mark, ...about }] : []));

  it("have points of every host, a canary or not", async () => {
    submit("web.hits", HOSTS);
    submit("web.time", HOSTS);
    for (const check of [limit({}), compare, counts])
      expect(await checked(check)).to.deep.equal([{ mark: "ok", kind: "checkWell", hosts: 4, lookedMs: 1_800_000 }]);
  });

  it("have none of some hosts, which are named: a canary among them stops a deploy, others do not", async () => {
    submit("web.hits", ["web-1", "web-2"]);
    const [rest] = await checked(limit({}));
    expect(rest).to.deep.include({ mark: "look", hosts: "web-3 and web-4", passes: true, metrics: ["web.hits"] });
    submit("web.time", ["web-2", "web-3", "web-4"]);
    const [canary] = await checked(compare);
    expect(canary).to.deep.include({ mark: "wrong", hosts: "web-1", canary: true, passes: false });
  });

  it("have none of the rest at all: nothing is left to compare with", async () => {
    submit("web.hits", ["web-1"]);
    expect((await checked(counts))[0]).to.deep.include({
      mark: "wrong",
      parts: ["total"],
      hosts: "web-2 … web-4 (3 hosts)",
    });
  });

  it("have none of any host, or only old ones", async () => {
    submit("web.hits", HOSTS, 3_600_000);
    expect((await checked(limit({})))[0]).to.deep.include({ mark: "wrong", all: true, hosts: "any host" });
  });

  it("may be silent where a second query shows that hosts are alive: at most so many is right then, at least so many is not", async () => {
    submit("web.up", HOSTS);
    expect((await checked(limit({ alive })))[0]).to.deep.include({ mark: "look", kind: "neverSeen" });
    submit("web.hits", ["web-2"]);
    expect((await checked(limit({ alive })))[0]).to.deep.include({ mark: "ok" });
    const least = limit({ alive, atMost: undefined, atLeast: 1 });
    expect((await checked(least))[0]).to.deep.include({
      mark: "wrong",
      kind: "aliveSilent",
      hosts: "web-1, web-3 and web-4",
    });
  });

  it("stop nothing while they are soft", async () => {
    const soft = { until: "2099-01-01", owner: "U0123456789" };
    expect((await checked({ ...limit({}), soft }))[0]).to.deep.include({ mark: "look", passes: true });
  });

  it("may be written so that Datadog does not understand them: each is told by itself", async () => {
    expect(await checked(limit({ query: "sum:web.hits{$canary}.nonsense()" }))).to.have.nested.property(
      "[0].kind",
      "checkTrouble",
    );
  });

  it("may ask for monitors: quiet, muted, red, or none", async () => {
    const monitors = (tag: string) => checked({ monitors: { tags: [`team:${tag}`] }, ...explained });
    expect((await monitors("quiet"))[0]).to.deep.include({ mark: "ok", monitors: 1 });
    expect((await monitors("muted"))[0]).to.deep.include({ mark: "wrong", kind: "monitorsMuted", monitors: ["muted"] });
    expect((await monitors("red"))[0]).to.deep.include({ mark: "look", kind: "monitorsRed" });
    expect((await monitors("none"))[0]).to.deep.include({ mark: "wrong", kind: "monitorsNone" });
  });

  it("are not asked with keys that Datadog refuses, which is said once for the keys", async () => {
    const findings = await look(counts, { appKey: "another" });
    expect(findings.map(({ area, mark, about }) => [area, mark, about.kind])).to.deep.equal([
      ["datadog", "ok", "apiKeyWell"],
      ...Array(3).fill(["datadog", "wrong", "datadogWrong"]),
      ["checks", "unchecked", "notLooked"],
    ]);
  });
});
