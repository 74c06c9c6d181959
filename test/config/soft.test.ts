// Soft checks in the configuration: what is a mistake, what is frozen into an order, and what happens when the date has passed.

import { expect } from "chai";
import { endOfDay } from "../../src/canary/soft.ts";
import { overdueMistakes } from "../../src/config/overdue.ts";
import { NEW, you } from "../support/build.ts";
import { type Changing, changed, configured, frozenFrom, mistakes } from "./example.ts";

const PATH = "services.web.checks.jobs.soft";

const withSoft = (soft: unknown) => (what: Changing) => {
  what.web.checks.jobs.soft = soft;
};

describe("a soft check in the configuration", () => {
  const table: [string, unknown, ...string[]][] = [
    ["needs a date", { owner: "U0SRE" }, `${PATH}.until: found nothing, expected a date such as 2027-03-01`],
    ["needs an owner", { until: "2027-03-01" }, `${PATH}.owner: found nothing, expected a Slack user id (U…)`],
    [
      "needs an owner who can be asked: no group, no name",
      { until: "2027-03-01", owner: "S0TEAM" },
      `${PATH}.owner: found "S0TEAM", expected a Slack user id (U…)`,
    ],
    [
      "takes only days that exist",
      { until: "2027-02-30", owner: "U0SRE" },
      `${PATH}.until: found "2027-02-30", expected a date such as 2027-03-01`,
    ],
    [
      "takes no duration for a date",
      { until: "30d", owner: "U0SRE" },
      `${PATH}.until: found "30d", expected a date such as 2027-03-01`,
    ],
    ["is more than the word", true, `${PATH}: found true, expected keys and values`],
  ];
  for (const [title, soft, ...told] of table) {
    it(title, () => expect(mistakes(changed(withSoft(soft)))).to.deep.equal(told));
  }

  it("is frozen into the order with its date and owner; the others are hard", () => {
    const configuration = configured(withSoft({ until: "2027-03-01", owner: "U0SRE" }));
    const target = { service: "web", environment: "production" };
    const { checks } = frozenFrom(configuration, {
      deploy: "d",
      kind: "deploy",
      target,
      by: you,
      ref: "main",
      release: NEW,
    });
    const softOnes = checks.flatMap(({ name, soft }) => (soft ? [[name, soft.until, soft.owner]] : []));
    expect(softOnes).to.deep.equal([
      ["jobs", "2027-03-01", "U0SRE"],
      ["failing", "2099-12-31", "U0123456789"],
    ]);
  });
});

describe("a soft check whose date has passed", () => {
  const over = changed(withSoft({ until: "2026-03-01", owner: "U0SRE" }));

  it("does not keep the bot from starting", () => expect(over.ok).to.equal(true));

  it("is a mistake to whoever checks the configuration, with the moment and the one who decides", () => {
    const configuration = configured(withSoft({ until: "2026-03-01", owner: "U0SRE" }));
    const end = endOfDay("2026-03-01");
    expect(overdueMistakes(configuration, end - 1)).to.deep.equal([]);
    expect(overdueMistakes(configuration, end)).to.deep.equal([
      {
        path: `${PATH}.until`,
        problem:
          'found "2026-03-01", which has been over since 2026-03-02 00:00 UTC: U0SRE decides whether the check becomes hard (take "soft" out), stays soft (a later date) or goes',
      },
    ]);
  });
});
