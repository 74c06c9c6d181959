// Rate limits of the Datadog stand-in: none by default, told in headers and enforced when somebody asks for one.

import { expect } from "chai";
import { type DatadogStandIn, startDatadog } from "../../../playground/datadog/server.ts";

describe("A rate limit of the Datadog stand-in", () => {
  let datadog: DatadogStandIn;
  /** Twenty seconds into a minute. */
  let now = 1_800_000_020_000;

  beforeEach(async () => {
    now = 1_800_000_020_000;
    datadog = await startDatadog({ evaluateMs: 0, flushMs: 0, clock: { now: () => now } });
  });

  afterEach(() => datadog.close());

  const validate = async () => {
    const { status, headers } = await fetch(`${datadog.url}/api/v1/validate`, {
      headers: { "DD-API-KEY": datadog.apiKey },
    });
    const told = ["Limit", "Period", "Remaining", "Reset", "Name"].map((what) => headers.get(`X-RateLimit-${what}`));
    return [status, ...told];
  };

  it("is not there unless somebody asks for it", async () => {
    expect(await validate()).to.deep.equal([200, null, null, null, null, null]);
  });

  it("is told of with every answer, enforced, and over with its period, which is that of the calendar", async () => {
    datadog.limit("validate", { limit: 2, periodS: 60 });
    expect(await validate()).to.deep.equal([200, "2", "60", "1", "40", "validate"]);
    now += 10_000;
    expect(await validate()).to.deep.equal([200, "2", "60", "0", "30", "validate"]);
    expect(await validate()).to.deep.equal([429, "2", "60", "0", "30", "validate"]);
    now += 30_000;
    expect(await validate()).to.deep.equal([200, "2", "60", "1", "60", "validate"]);
  });

  it("can be asked for over HTTP, with a name, and taken away again", async () => {
    const control = (order: object) =>
      fetch(`${datadog.url}/_control`, { method: "POST", body: JSON.stringify(order) }).then(({ status }) => status);
    expect(await control({ limit: { endpoint: "validate", limit: 0, periodS: 60, name: "keys" } })).to.equal(200);
    expect(await validate()).to.deep.equal([429, "0", "60", "0", "40", "keys"]);
    expect(await control({ clear: true })).to.equal(200);
    expect(await validate()).to.deep.equal([200, null, null, null, null, null]);
  });
});
