// Stories of deploys that are typed in Slack, with the real bot as a process of its own, real hosts and a service that really works or breaks.

import { expect } from "chai";
import { PROGRAM } from "../support/program.ts";
import { MATE, quickPlayground, type Story } from "../support/story.ts";

describe("a deploy", () => {
  let story: Story;
  before(async function () {
    this.timeout(60_000);
    story = await quickPlayground({ program: PROGRAM });
  });
  after(() => story.close());

  describe("typing /deploy web", () => {
    it("shows who, what, where, the compare range and the links in one message, and ends with every host on the new release", async function () {
      this.timeout(60_000);
      const before = await story.releases();
      const root = await story.deploy("web");
      const dashboard = await story.slack.waitFor(
        () => JSON.stringify(story.root()?.blocks).match(/\/dashboard\/[^"|>]+/)?.[0],
      );
      expect(dashboard)
        .to.match(/from_ts=\d+/)
        .and.include("live=true")
        .and.include("tpl_var_service=web")
        .and.include("tpl_var_env=production");
      await story.until("canary baking");
      expect(story.buttons()).to.deep.equal(["Promote now", "Roll back web"]);
      const done = await story.until("production by <@U0YOU>: deployed.");
      expect(done.ts, "the same message").to.equal(root.ts);
      const blocks = JSON.stringify(done.blocks);
      expect(blocks).to.include("Show exact matches first").and.include("1 commit by you");
      expect(blocks)
        .to.match(/from_ts=\d+&(?:amp;)+to_ts=\d+/)
        .and.include("live=false");
      const after = await story.releases();
      expect(new Set(after).size, "one release everywhere").to.equal(1);
      expect(after[0]).to.not.equal(before[0]);
    });

    it("says in the thread what went out, what was measured on the canary, and what is allowed", async () => {
      await story.said("All 3 hosts run");
      const thread = story.thread().join("\n");
      expect(thread).to.include("Show exact matches first, by you");
      expect(thread).to.match(
        /jobs passed: never beyond the limit for 2 s on end; at the worst \d+ jobs? on web-0\d \(\d+ points\); allowed is at least 1 job/,
      );
      expect(thread).to.match(
        /errors passed: 0 errors in \d+ requests on the canary, 0 errors in \d+ requests on the rest/,
      );
      expect(thread).to.include("monitors passed: no monitor alerted");
      expect(thread).to.include("All 3 hosts run");
    });

    it("marks its start and its end on the graphs, with the deploy's tags", () => {
      const marks = story.playground.datadog.events.filter(({ tags }) => tags.includes("source:lockstep"));
      expect(marks.map(({ title }) => title.replace(/[0-9a-f]{7}/, "SHA"))).to.deep.equal([
        "Deploy of web SHA to production: start",
        "Deploy of web SHA to production: end",
      ]);
      expect(marks[0]?.tags).to.include.members(["service:web", "env:production", "deploy_phase:start"]);
    });

    it("is free for the next person as soon as it is over", async () => {
      expect(await story.type("/lock web tidying up for 5m", MATE)).to.match(
        /^You have locked \*web\* in production \(tidying up\) until/,
      );
      expect(await story.type("/unlock web", MATE)).to.equal("You have unlocked *web* in production.");
    });

    it("goes back to the release before when somebody types /rollback web", async function () {
      this.timeout(60_000);
      const [current] = await story.releases();
      expect(await story.type("/rollback web")).to.match(
        /web in production goes back to `?[0-9a-f]{7}`? \(Show prices with two decimals\)/,
      );
      await story.until("rolled back.");
      const after = await story.releases();
      expect(new Set(after).size).to.equal(1);
      expect(after[0]).to.not.equal(current);
    });

    it("goes only to the hosts that are named, and back to what the others run", async function () {
      this.timeout(60_000);
      const [before] = await story.releases();
      const root = await story.deploy("web hosts web-03");
      expect(root.text).to.include("to production on 1 of 3 hosts: web-03, by");
      await story.until("production on 1 of 3 hosts: web-03, by <@U0YOU>: deployed.");
      const [one, two, three] = await story.releases();
      expect([one, two]).to.deep.equal([before, before]);
      expect(three).to.not.equal(before);
      expect(await story.type("/rollback web hosts web-03")).to.match(
        /is put back to what it runs, .* on 1 of 3 hosts: web-03/,
      );
      await story.until("on 1 of 3 hosts: web-03, by <@U0YOU>: rolled back.");
      expect(await story.releases()).to.deep.equal([before, before, before]);
    });
  });

  describe("a change that stops the background jobs", () => {
    before(async function () {
      this.timeout(60_000);
      await story.deploy("web@breaks-jobs");
      await story.until("canary failed, rolled back.");
    });

    it("fails its canary, and never reaches the rest of the fleet", async () => {
      const releases = await story.releases();
      expect(new Set(releases).size, "every host is back").to.equal(1);
      expect(story.thread().join("\n")).to.not.include("Batch 1");
    });

    it("is explained in the thread: measured, allowed, what it means and what it does not", async () => {
      const verdict = await story.said("The canary failed");
      expect(verdict).to.match(
        /jobs FAILED: no jobs on web-0\d for \d+ s, from .* on, while the host was alive; allowed is at least 1 job/,
      );
      const root = story.root();
      const blocks = JSON.stringify(story.slack.replies("C0DEPLOYS", root?.ts ?? "").map((message) => message.blocks));
      expect(blocks).to.include("Background jobs are finished on the canary hosts");
      expect(blocks).to.include("that your tests or the pipeline are broken");
      expect(blocks).to.include("/runbooks/background-jobs.md#no-jobs");
    });

    it("is drawn: the canary against the rest of the fleet, the limit, and when the new release came", async () => {
      await story.said("The canary failed");
      const root = story.root();
      const blocks = story.slack.replies("C0DEPLOYS", root?.ts ?? "").flatMap((message) => message.blocks ?? []);
      const charts = blocks.filter(({ type }) => type === "data_visualization");
      expect(charts[0]?.title).to.match(/^jobs on web-0\d$/);
      const drawn = charts[0]?.chart as { series: { name: string; data: { value: number }[] }[] };
      expect(drawn.series.map(({ name }) => name)).to.deep.equal(["canary", "rest of the fleet", "limit"]);
      const [canary, , limit] = drawn.series.map(({ data }) => data.map(({ value }) => value));
      expect(Math.max(...(canary ?? [])), "what it was before").to.be.above(0);
      expect(canary?.at(-1)).to.equal(0);
      expect(new Set(limit)).to.deep.equal(new Set([1]));
      expect(JSON.stringify(charts[0])).to.match(/UTC; new release on the canary from \d\d:\d\d:\d\d/);
    });

    it("says in its message that the canary is back", () => {
      expect(story.root()?.text).to.include("Every host is back on what it ran before");
    });
  });
});
