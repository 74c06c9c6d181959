// Stories of the checks that compare the canary with the rest of the fleet: the real bot, a service that really gets slower or fails, and requests to it.

import { expect } from "chai";
import { quickPlayground, type Story } from "../support/story.ts";
import { until } from "../support/until.ts";

describe("checks that compare the canary with the rest of the fleet", () => {
  let story: Story;
  before(async function () {
    this.timeout(60_000);
    story = await quickPlayground({
      hosts: 4,
      requestsPerSecondPerHost: 8,
      checks: ["jobs", "latency", "errors", "monitors"],
      pace: { bake: "14s", warmUp: "1s", settle: "2s", every: "1s", askFor: "5m", stopped: "3s" },
    });
  });
  after(() => story.close());

  it("pass a change that is as fast and as right, and say so with both sides' numbers", async function () {
    this.timeout(90_000);
    await story.deploy("web");
    await story.until("production by <@U0YOU>: deployed.");
    const verdict = await story.said("The canary is well");
    expect(verdict).to.match(
      /latency passed: [\d.]+ ms on the canary and [\d.]+ ms on the rest of the fleet \(medians of \d+ and \d+ points\)/,
    );
    expect(verdict).to.match(
      /errors passed: 0 errors in \d+ requests on the canary, 0 errors in \d+ requests on the rest/,
    );
  });

  it("fail a change that makes the search slow, although every answer is right", async function () {
    this.timeout(90_000);
    const before = await story.releases();
    await story.deploy("web@slow-search");
    await story.until("canary baking");
    await until("/canary tells of both sides", async () =>
      / ms on the canary and .* on the rest of the fleet so far/.test(await story.type("/canary web")),
    );
    await story.until("canary failed, rolled back.");
    const verdict = await story.said("The canary failed");
    expect(verdict).to.include("Failed: latency.");
    expect(verdict).to.match(/latency FAILED: .* The canary is higher by \d+(?:\.\d+)? ms.* with 98 % confidence/);
    expect(verdict).to.match(/errors passed: 0 errors/);
    expect(await story.releases()).to.deep.equal(before);
  });

  it("fail a change that fails some searches, as soon as that is certain", async function () {
    this.timeout(90_000);
    const before = await story.releases();
    await story.deploy("web@failing-search");
    await story.until("canary failed, rolled back.");
    const verdict = await story.said(/Failed: errors\./);
    expect(verdict).to.match(
      /errors FAILED: \d+ errors in \d+ requests on the canary, 0 errors in \d+ requests on the rest/,
    );
    expect(verdict).to.include("certain since");
    expect(verdict, "nobody waited for the end of the bake").to.include("that is compared at the end of the bake");
    expect(await story.releases()).to.deep.equal(before);
  });
});
