// The scopes: what the manifest asks for is what the start checks, and an app from before says what it lacks.

import { expect } from "chai";
import manifest from "../../../manifest.json" with { type: "json" };
import { checkSlack } from "../../../src/adapters/slack/startCheck.ts";
import { slackProblemSentence } from "../../../src/chat/sentences/startup.ts";
import { type Stage, stage } from "./stage.ts";

const { bot: scopes } = manifest.oauth_config.scopes;

describe("a Slack app that was set up before", () => {
  let on: Stage;
  afterEach(() => on.stop());

  async function saidWith(granted: string[]): Promise<string[]> {
    on = await stage({ manifest: { ...manifest, oauth_config: { scopes: { bot: granted } } } });
    const { botToken } = on.slack;
    const checked = await checkSlack(() => on.client, { botToken }, { channels: ["#deploys"], groups: true });
    return checked.ok ? [] : checked.problems.map(slackProblemSentence);
  }

  it("says which scopes are missing, and what to do", async () => {
    const before = scopes.filter((one) => !["users:read", "im:write", "im:history"].includes(one));
    expect(await saidWith(before)).to.deep.equal([
      "The Slack app lacks these scopes: users:read, im:write, im:history: update the app from manifest.json, then install it to the workspace again.",
    ]);
  });

  it("starts with what the manifest asks for, and with nothing less", async () => {
    expect(await saidWith(scopes)).to.deep.equal([]);
    for (const one of scopes) {
      await on.stop();
      expect((await saidWith(scopes.filter((scope) => scope !== one)))[0]).to.contain(`lacks the scope ${one}:`);
    }
  });
});
