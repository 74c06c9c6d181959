// The founding incident and its relatives: monitors that alert and resolve by themselves, during the bake and after it, seen or not. The real bot, and
// Datadog's stand-in, whose monitors a hand moves.

import { expect } from "chai";
import { quick, quickPlayground, type Story } from "../support/story.ts";

const GROUP = "host:web-01";

describe("a monitor that alerts and resolves by itself", () => {
  let story: Story;
  before(async function () {
    this.timeout(60_000);
    const tags = ["service:web", "env:production"];
    story = await quickPlayground({
      checks: ["monitors"],
      monitors: [
        { id: 102, name: "Mails are sent", tags },
        { id: 103, name: "Exports are written", tags, hidesGroups: true },
      ],
      pace: quick({ bake: "4s", settle: "1s" }),
    });
    for (const id of [102, 103]) story.playground.datadog.monitor(id).resolve(GROUP);
  });
  after(() => story.close());

  const monitor = (id: number) => story.playground.datadog.monitor(id);

  const shortOnes: [string, number, RegExp][] = [
    ["between two looks", 102, /“Mails are sent” for host:web-01 alerted at .* and has resolved since/],
    [
      "between two looks, and whose groups nobody shows,",
      103,
      /“Exports are written” for host:web-01 alerted at .* and has resolved since/,
    ],
  ];
  for (const [situation, id, words] of shortOnes) {
    it(`${situation} stops the rollout: its times or its events tell`, async function () {
      this.timeout(60_000);
      const before = await story.releases();
      await story.deploy("web");
      await story.until("canary baking");
      monitor(id).alert(GROUP);
      monitor(id).resolve(GROUP);
      const verdict = await story.said("The canary failed");
      expect(verdict).to.match(words);
      expect(verdict).to.include("A resolved alert is still a failed canary");
      await story.until("canary failed, rolled back.");
      expect(await story.releases()).to.deep.equal(before);
    });
  }

  it("while a look sees it red stops the rollout at once, and the thread says later that it has resolved", async function () {
    this.timeout(60_000);
    const before = await story.releases();
    await story.deploy("web");
    await story.until("canary baking");
    monitor(102).alert(GROUP);
    const verdict = await story.said("The canary failed");
    expect(verdict).to.match(/“Mails are sent” for host:web-01 alerted at .* and still does/);
    monitor(102).resolve(GROUP);
    await story.until("canary failed, rolled back.");
    expect(await story.said("“Mails are sent” for host:web-01 has resolved since")).to.include("That changes nothing");
    expect(await story.releases()).to.deep.equal(before);
  });

  it("after a rollout that is over leaves it deployed, and is said loudly with the way back", async function () {
    this.timeout(60_000);
    const root = await story.deploy("web");
    await story.until("production by <@U0YOU>: deployed.");
    const end = await story.said("All 3 hosts run");
    expect(end).to.include("they are watched until");
    expect(await story.type("/canary web")).to.include("Nobody holds the lock.");
    monitor(102).alert(GROUP);
    monitor(102).resolve(GROUP);
    const late = await story.said("Alert after the bake");
    expect(late)
      .to.match(/“Mails are sent” for host:web-01 alerted at .* and has resolved since/)
      .and.include("/rollback web production");
    const reply = story.slack.replies("C0DEPLOYS", root.ts).at(-1);
    expect(JSON.stringify(reply?.blocks)).to.include("/runbooks/background-jobs.md#monitor-alerted");
    expect((await story.until("then a monitor alerted")).ts).to.equal(root.ts);
    expect(story.buttons()).to.deep.equal(["Roll back web"]);
    await story.press("rollBack");
    await story.until("rolled back.");
  });
});
