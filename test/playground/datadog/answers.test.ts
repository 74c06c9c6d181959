// The Datadog stand-in answers in the shapes that were recorded from Datadog.

import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { DatadogStandIn } from "../../../playground/datadog/server.ts";
import { ask, noon, scalar, startAtNoon, tell } from "./asking.ts";

describe("The Datadog stand-in answers in Datadog's shapes", () => {
  let datadog: DatadogStandIn;

  beforeEach(async () => {
    datadog = await startAtNoon();
  });

  afterEach(() => datadog.close());

  const shapes: [string, () => Promise<unknown>][] = [
    ["v2-timeseries-ok-sparse", async () => (await ask(datadog, ["sum:jobs{*}"])).body],
    ["v2-timeseries-no-data", async () => (await ask(datadog, ["sum:none{*}"])).body],
    ["v2-scalar-ok", async () => (await tell(datadog, "/api/v2/query/scalar", scalar({}, "sum:jobs{*}"))).body],
    ["v2-scalar-no-data", async () => (await tell(datadog, "/api/v2/query/scalar", scalar({}, "sum:none{*}"))).body],
    [
      "v1-query-ok",
      async () =>
        (await tell(datadog, `/api/v1/query?from=${noon / 1000 - 60}&to=${noon / 1000}&query=sum:jobs{*}`)).body,
    ],
    ["v1-validate-ok", async () => (await tell(datadog, "/api/v1/validate")).body],
    ["v1-monitor-get", async () => (await tell(datadog, "/api/v1/monitor/7?with_downtimes=true")).body],
    ["v1-monitor-search", async () => (await tell(datadog, "/api/v1/monitor/search?query=tag:service:web")).body],
    [
      "v1-events-post-202",
      async () => (await tell(datadog, "/api/v1/events", { title: "t", text: "x", tags: ["a:b"] })).body,
    ],
    ["v2-events-search-empty", async () => (await tell(datadog, "/api/v2/events/search", {})).body],
    ["v1-dashboard-get", async () => (await tell(datadog, "/api/v1/dashboard/as-you-deploy")).body],
  ];
  for (const [name, made] of shapes) {
    it(name, async () => {
      const file = new URL(`../../adapters/datadog/shapes/${name}.json`, import.meta.url);
      const { response } = JSON.parse(await readFile(file, "utf8"));
      expect(differences(response.body, await made())).to.deep.equal([]);
    });
  }

  it("with a series for each formula and group, aligned with the times of all", async () => {
    datadog.submit("jobs", noon - 10_000, 6, ["service:web", "host:web-2"]);
    const { body } = await ask(datadog, ["sum:jobs{*} by {host}.as_count()"], ["q0", "q0 * 2"]);
    expect(body.data.attributes).to.deep.equal({
      series: [0, 0, 1, 1].map((query_index, index) => ({
        group_tags: [`host:web-${1 + (index % 2)}`],
        query_index,
        unit: null,
      })),
      times: [noon - 30_000, noon - 10_000],
      values: [
        [4, null],
        [null, 6],
        [8, null],
        [null, 12],
      ],
    });
  });

  it("with a column per tag and per formula for scalars", async () => {
    const { body } = await tell(datadog, "/api/v2/query/scalar", scalar());
    const columns = body.data.attributes.columns.map(({ name, type, values }: Record<string, unknown>) => ({
      name,
      type,
      values,
    }));
    expect(columns).to.deep.equal([
      { name: "host", type: "group", values: [["web-1"]] },
      { name: "a", type: "number", values: [4] },
    ]);
  });

  it("with a query_index for each of several old queries", async () => {
    const query = "sum:jobs{service:web,host:web-1} by {service,host}.as_count(),max:jobs{*}";
    const { body } = await tell(
      datadog,
      `/api/v1/query?from=${noon / 1000 - 60}&to=${noon / 1000}&query=${encodeURIComponent(query)}`,
    );
    expect(
      body.series.map((one: { query_index: number; scope: string }) => [one.query_index, one.scope]),
    ).to.deep.equal([
      [0, "service:web,host:web-1"],
      [1, "*"],
    ]);
  });

  it("with the monitors that carry all tags, and those that only exist as a body", async () => {
    const ids = async (tags: string) =>
      (await tell(datadog, `/api/v1/monitor?monitor_tags=${tags}`)).body.map(({ id }: { id: number }) => id);
    expect(await ids("service:web,team:core")).to.deep.equal([7, 8]);
    expect(await ids("service:web,team:other")).to.deep.equal([8]);
  });

  it("with the markers between two times", async () => {
    await tell(datadog, "/api/v1/events", {
      title: "start",
      text: "",
      tags: ["service:web"],
      date_happened: noon / 1000 - 60,
    });
    const titles = async (query: string) =>
      (await tell(datadog, `/api/v1/events?${query}`)).body.events.map(({ title }: { title: string }) => title);
    expect(await titles(`start=${noon / 1000 - 100}&end=${noon / 1000}&tags=service:web`)).to.deep.equal(["start"]);
    expect(await titles(`start=${noon / 1000 - 100}&end=${noon / 1000}&tags=service:api`)).to.deep.equal([]);
    expect(await titles(`start=${noon / 1000 - 50}&end=${noon / 1000}`)).to.deep.equal([]);
  });
});

/** Where `made` lacks a field of `recorded`, or has another type of value in it; null stands for anything. */
function differences(recorded: unknown, made: unknown, path = "body"): string[] {
  if (recorded === null || made === null) return [];
  if (Array.isArray(recorded) !== Array.isArray(made) || typeof recorded !== typeof made)
    return [`${path}: another type`];
  if (typeof recorded !== "object") return [];
  if (Array.isArray(recorded))
    return recorded.length === 0 || (made as unknown[]).length === 0
      ? []
      : differences(recorded[0], (made as unknown[])[0], `${path}[0]`);
  return Object.entries(recorded).flatMap(([key, value]) => {
    if (open.has(key)) return [];
    return key in (made as object)
      ? differences(value, (made as Record<string, unknown>)[key], `${path}.${key}`)
      : [`${path}.${key} is missing`];
  });
}

/** What differs by metric, by kind of monitor or by widget. */
const open = new Set(["unit", "options", "counts", "requests", "overall_state_modified", "id"]);
