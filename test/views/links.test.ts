// The links of a deploy: its dashboard set to its own window, and what changes.

import { expect } from "chai";
import type { Deploy } from "../../src/deploy/fold.ts";
import { compareLink, dashboardLink } from "../../src/views/links.ts";
import { anOrder, factsUntil, folded, MINUTE, NEW, NOON, OLD } from "../support/build.ts";

const order = anOrder({
  links: {
    dashboard: {
      url: "https://app.example.com/dashboard/abc",
      variables: { service: "web", env: "production", version: "6262626" },
    },
    compare: "https://git.example.com/web/compare/{from}...{to}",
    runbook: "https://bot.example.com/runbooks/web.md",
  },
});
const baking = factsUntil("baking", order);

describe("the links of a deploy", () => {
  const running = folded(baking);
  const ended = folded(factsUntil("ended", order)) as Deploy & { stage: "ended" };

  it("show the dashboard live from the start while it runs, with the deploy's own variables", () => {
    const url = new URL(dashboardLink(running) ?? "");
    expect(Object.fromEntries(url.searchParams)).to.deep.equal({
      from_ts: String(NOON),
      live: "true",
      tpl_var_service: "web",
      tpl_var_env: "production",
      tpl_var_version: "6262626",
    });
  });

  it("pin the dashboard to the deploy's window, and some minutes more, when it is over", () => {
    const { searchParams } = new URL(dashboardLink(ended) ?? "");
    expect(searchParams.get("from_ts")).to.equal(String(NOON));
    expect(searchParams.get("to_ts")).to.equal(String(ended.endedAt + MINUTE));
    expect(searchParams.get("live")).to.equal("false");
  });

  it("lead to what changes, with both commits", () => {
    expect(compareLink(running)).to.equal(`https://git.example.com/web/compare/${OLD.commit.sha}...${NEW.commit.sha}`);
  });

  it("are left out when they are not configured or nothing ran before", () => {
    const bare = folded(factsUntil("baking"));
    expect([dashboardLink(bare), compareLink(bare)]).to.deep.equal([null, null]);
    expect(compareLink(folded(factsUntil("preparing", order)))).to.equal(null);
  });
});
