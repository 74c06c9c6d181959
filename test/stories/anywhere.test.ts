// A story of the same checks from anywhere: the bot deploys and stays up, and beside it somebody asks from a shell, with Datadog's keys and the journal
// but without Slack and without the hosts' key.

import { tmpdir } from "node:os";
import { expect } from "chai";
import { type Ran, startLockstep } from "../support/lockstep.ts";
import { quickPlayground, type Story } from "../support/story.ts";

describe("beside the bot, from a shell", () => {
  let story: Story;
  beforeEach(async function () {
    this.timeout(60_000);
    story = await quickPlayground();
  });
  afterEach(() => story.close());

  function lockstep(...args: string[]): Promise<Ran> {
    const { DD_API_KEY = "", DD_APP_KEY = "", DD_API_URL = "", ...more } = story.playground.environment;
    const { DATA_DIR = "", LOCKSTEP_CONFIG = "" } = more;
    const { PATH = "" } = process.env;
    const env = { PATH, TZ: "UTC", DD_API_KEY, DD_APP_KEY, DD_API_URL, DATA_DIR, LOCKSTEP_CONFIG };
    return startLockstep(args, { cwd: tmpdir(), env }).ended;
  }

  it("the checks say of what runs what the bot would, and a replay what it has said", async function () {
    this.timeout(90_000);
    await story.deploy("web");
    await story.until("production by <@U0YOU>: deployed.");
    const now = await lockstep("check", "web", "--since", "6s");
    expect(now.err + now.out.replace(/\s+/g, " ")).to.include("web in production: The canary is well.");
    expect(now.code).to.equal(0);

    await story.deploy("web@breaks-jobs");
    await story.until("canary failed, rolled back.");
    const verdict = await story.said("The canary failed");
    expect(verdict).to.include("jobs FAILED");

    const { code, out, err } = await lockstep("replay", "web");
    expect({ code, err }).to.deep.equal({ code: 0, err: "" });
    const rows = out.split("\n").filter((line) => /^[a-z0-9]{8} {2}\d/.test(line));
    expect(rows).to.have.length(2);
    expect(rows[0]).to.match(/ stopped +STOP \+0:0\d/);
    expect(rows[1]).to.match(/ stayed +passed +passed +passed/);
    expect(out).to.match(/^jobs would have stopped 1 of 2 deploys: 1 rightly\./m);

    expect(await story.type("/canary web"), "the bot has noticed nothing of all that").to.match(/rolled back/);
  });
});
