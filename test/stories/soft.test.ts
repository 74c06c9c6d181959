// A story of checks on trial: one would have stopped a deploy that goes out, somebody calls that a false alarm, and the record of the checks shows it; one has
// been on trial for too long, and its owner is asked to decide.

import { expect } from "chai";
import { CHANNEL, ON_CALL, plainText, quickPlayground, type Story, YOU } from "../support/story.ts";
import { until } from "../support/until.ts";

describe("soft checks", () => {
  let story: Story;
  before(async function () {
    this.timeout(60_000);
    story = await quickPlayground({
      soft: { jobs: { until: "2099-12-31", owner: ON_CALL }, monitors: { until: "2020-03-01", owner: ON_CALL } },
    });
  });
  after(() => story.close());

  const thread = (as?: string) => story.slack.replies(CHANNEL, story.root()?.ts ?? "", as ? { as } : {});

  it("ask their owner once to decide, when their date has passed", async () => {
    await until("the owner is asked", async () => story.direct(ON_CALL).length > 0);
    expect(story.direct(ON_CALL)).to.have.length(1);
    expect(story.direct(ON_CALL)[0]).to.match(
      /The time of `?monitors`? of \*?web\*? as a soft check ended with 2020-03-01/,
    );
  });

  it("let a deploy go out that one of them would have stopped, and say so", async function () {
    this.timeout(60_000);
    await story.deploy("web@breaks-jobs");
    await story.until("production by <@U0YOU>: deployed.");
    const verdict = await story.said("The canary is well");
    expect(verdict).to.include("jobs would have stopped this deploy.");
    expect(verdict).to.match(/jobs FAILED: no jobs/);
    expect(verdict).to.match(/Its time as a soft check ended with 2020-03-01 \(UTC\)\. <@U0CALL> decides/);
  });

  it("are marked as a false alarm after the deploy has ended, once, and the thread and the record show it", async function () {
    this.timeout(30_000);
    const verdict = thread().find((message) => plainText(message).includes("The canary is well"));
    const press = () => story.slack.press(YOU, CHANNEL, verdict?.ts ?? "", "check:falseAlarm", { confirm: true });
    await press();
    expect(await story.said("as a false alarm")).to.match(/<@U0YOU> marked `jobs` as a false alarm/);
    await press();
    await until("the second press is answered, in the thread and to nobody else", async () =>
      thread(YOU).some((message) => message.onlyFor === YOU && plainText(message).includes("It is on record already")),
    );
    expect(story.thread().filter((line) => line.includes("as a false alarm"))).to.have.length(1);
    const record = await story.type("/canary stats web");
    expect(record).to.match(/jobs.*soft until 2099-12-31/);
    expect(record).to.include("Would have stopped 1 deploy: 1 went out and stayed.");
    expect(record).to.include("Marked as a false alarm in 1 deploy.");
  });

  it("were right after all when somebody takes the release back later", async function () {
    this.timeout(30_000);
    await story.type("/rollback web");
    await story.until("production by <@U0YOU>: rolled back.");
    expect(await story.type("/canary stats web")).to.include("Would have stopped 1 deploy: 1 went back in the end.");
  });
});
