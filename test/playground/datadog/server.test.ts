// The Datadog stand-in over HTTP: who may ask, what is refused, what it remembers.

import { expect } from "chai";
import { type DatadogStandIn, startDatadog } from "../../../playground/datadog/server.ts";
import { handClock, minute, noon, scalar, seriesPath, startAtNoon, tell, timeseries } from "./asking.ts";

describe("The Datadog stand-in", () => {
  let datadog: DatadogStandIn;

  beforeEach(async () => {
    datadog = await startAtNoon();
  });

  afterEach(() => datadog.close());

  describe("and its keys", () => {
    it("are needed for everything but pages", async () => {
      for (const path of [
        "/api/v1/validate",
        "/api/v1/monitor",
        "/api/v1/query?query=x",
        "/api/v1/dashboard/as-you-deploy",
      ]) {
        expect(await tell(datadog, path, undefined, false)).to.deep.equal({
          status: 403,
          body: { errors: ["API key required"] },
        });
      }
      expect((await tell(datadog, "/", undefined, false)).status).to.equal(200);
    });

    it("are both needed but for markers and validation", async () => {
      const headers = { "DD-API-KEY": datadog.apiKey };
      const status = async (path: string, body?: string) =>
        (await fetch(datadog.url + path, { headers, ...(body ? { method: "POST", body } : {}) })).status;
      expect(await status("/api/v1/monitor")).to.equal(403);
      expect(await status("/api/v1/validate")).to.equal(200);
      expect(await status("/api/v1/events", '{"title":"t","text":"x"}')).to.equal(202);
    });
  });

  describe("refuses", () => {
    const refused: [string, string, unknown, RegExp][] = [
      [
        "another type",
        seriesPath,
        { data: { ...timeseries(["sum:jobs{*}"], minute).data, type: "x" } },
        /Invalid type. Expected "timeseries_request"/,
      ],
      ["no queries", seriesPath, timeseries([], minute), /queries/],
      ["a query it cannot read", seriesPath, timeseries(["sum:jobs{"], minute), /unable to parse/],
      [
        "a formula without its query",
        seriesPath,
        timeseries(["sum:jobs{*}"], minute, ["other"]),
        /no query is named "other"/,
      ],
      [
        "a time that ends before it begins",
        seriesPath,
        timeseries(["sum:jobs{*}"], { from: 2, to: 1 }),
        /'from' must be before/,
      ],
      ["an empty aggregator", "/api/v2/query/scalar", scalar({ aggregator: "" }), /aggregator/],
      ["an old query without times", "/api/v1/query?query=sum:jobs{*}", undefined, /from/],
      [
        "unknown group states",
        "/api/v1/monitor?group_states=notagroupstate",
        undefined,
        /^Invalid group_state filters.$/,
      ],
      [
        "an unknown state in a search",
        "/api/v1/monitor/search?query=status:notastatus",
        undefined,
        /'notastatus' is not a valid monitor status/,
      ],
      [
        "a marker that is too old",
        "/api/v1/events",
        { title: "t", text: "x", date_happened: 1 },
        /^Event too far in the past$/,
      ],
      ["a marker without a title", "/api/v1/events", { text: "x" }, /title/],
      ["a marker with too long a text", "/api/v1/events", { title: "t", text: "x".repeat(4001) }, /text/],
    ];
    for (const [what, path, body, words] of refused) {
      it(what, async () => {
        const told = await tell(datadog, path, body);
        expect(told.status).to.equal(400);
        expect(told.body.errors[0]).to.match(words);
      });
    }

    it("what is not JSON", async () => {
      const headers = { "DD-API-KEY": datadog.apiKey, "DD-APPLICATION-KEY": datadog.appKey };
      expect((await fetch(datadog.url + seriesPath, { method: "POST", headers, body: "{" })).status).to.equal(400);
    });

    it("monitors, dashboards and addresses that it does not have", async () => {
      for (const path of ["/api/v1/monitor/9", "/api/v1/dashboard/none", "/api/v1/nothing", "/monitors/9"]) {
        expect((await tell(datadog, path)).status, path).to.equal(404);
      }
    });
  });

  it("remembers what it was asked, without the keys", async () => {
    await tell(datadog, "/api/v1/monitor/7?group_states=all");
    expect(datadog.requests).to.deep.equal([
      {
        ...{ method: "GET", path: "/api/v1/monitor/7", params: { group_states: "all" }, body: undefined },
        ...{ endpoint: "monitor", at: noon },
      },
    ]);
  });

  it("shows measurements only once they are ingested", async () => {
    const clock = handClock(noon);
    const late = await startDatadog({ ingestDelayMs: 20_000, clock, flushMs: 0, evaluateMs: 0 });
    late.submit("jobs", noon - 10_000, 4);
    const seen = async () =>
      (await tell(late, seriesPath, timeseries(["sum:jobs{*}"], minute))).body.data.attributes.values.length;
    expect(await seen()).to.equal(0);
    clock.set(noon + 10_000);
    expect(await seen()).to.equal(1);
    await late.close();
  });

  it("closes while a request hangs", async () => {
    const stand = await startDatadog();
    stand.fault("validate", { kind: "hang" });
    const ended = tell(stand, "/api/v1/validate").catch(() => "cut");
    while (stand.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await stand.close();
    expect(await ended).to.equal("cut");
  });
});
