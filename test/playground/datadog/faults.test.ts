// What can be made to go wrong with the Datadog stand-in.

import { expect } from "chai";
import type { DatadogStandIn } from "../../../playground/datadog/server.ts";
import { ask, noon, startAtNoon, tell } from "./asking.ts";

describe("The Datadog stand-in can be made to go wrong", () => {
  let datadog: DatadogStandIn;

  beforeEach(async () => {
    datadog = await startAtNoon();
  });

  afterEach(() => datadog.close());

  it("for some requests to one endpoint", async () => {
    datadog.fault("timeseries", { kind: "serverError" }, 2);
    const statuses = [];
    for (let turn = 0; turn < 3; turn += 1) statuses.push((await ask(datadog, ["sum:jobs{*}"])).status);
    expect(statuses).to.deep.equal([500, 500, 200]);
    expect((await tell(datadog, "/api/v1/validate")).status).to.equal(200);
  });

  it("until that is cleared", async () => {
    datadog.fault("any", { kind: "forbidden" });
    expect((await ask(datadog, ["sum:jobs{*}"])).status).to.equal(403);
    datadog.clearFaults();
    expect((await ask(datadog, ["sum:jobs{*}"])).status).to.equal(200);
  });

  it("over HTTP, from another process", async () => {
    await tell(
      datadog,
      "/_control",
      { fault: { endpoint: "validate", kind: "rateLimited", resetS: 9 }, times: 1 },
      false,
    );
    const headers = { "DD-API-KEY": datadog.apiKey };
    expect((await fetch(`${datadog.url}/api/v1/validate`, { headers })).headers.get("x-ratelimit-reset")).to.equal("9");
    await tell(datadog, "/_control", { monitor: 7, group: "host:a", state: "alert" }, false);
    expect((await tell(datadog, "/api/v1/monitor/7")).body.overall_state).to.equal("Alert");
    expect((await tell(datadog, "/_control", { nonsense: 1 }, false)).status).to.equal(400);
  });

  it("with values that are null", async () => {
    datadog.fault("timeseries", { kind: "nulls" });
    const { body } = await ask(datadog, ["sum:jobs{*}"]);
    expect(body.data.attributes).to.deep.include({ times: [noon - 30_000], values: [[null]] });
  });

  it("with errors beside and inside the data of a 200", async () => {
    datadog.fault("timeseries", { kind: "errorsBeside", text: "late" }, 1);
    expect((await ask(datadog, ["sum:jobs{*}"])).body).to.deep.include({ errors: "late" });
    datadog.fault("timeseries", { kind: "errorsInside", text: "late" }, 1);
    expect((await ask(datadog, ["sum:jobs{*}"])).body.data).to.deep.include({ errors: ["late"] });
  });

  it("by being slow", async () => {
    datadog.fault("validate", { kind: "slow", delayMs: 30 });
    const started = performance.now();
    expect((await tell(datadog, "/api/v1/validate")).status).to.equal(200);
    expect(performance.now() - started).to.be.at.least(29);
  });
});
