// What doctor sees of the Slack app: all that can be found out, also beside what is wrong.

import { expect } from "chai";
import manifest from "../../../manifest.json" with { type: "json" };
import { type SlackOptions, type SlackStandIn, startSlack } from "../../../playground/slack/server.ts";
import { slackExams } from "../../../src/adapters/slack/examine.ts";
import type { SlackNeeds } from "../../../src/ports/examination.ts";

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const never = new AbortController().signal;
const needs: SlackNeeds = { channels: ["#deploys"], groups: ["S0SRE"], mustReadGroups: true };

describe("a Slack app that doctor looks at", () => {
  let slack: SlackStandIn;
  afterEach(() => slack.close());
  const start = async (options: Partial<SlackOptions> = {}) => {
    slack = await startSlack({ manifest, ...options });
  };
  const examine = (wanted: Partial<SlackNeeds> = {}, tokens: { botToken?: string; appToken?: string } = {}) => {
    const { botToken, appToken, apiUrl } = slack;
    return slackExams({ botToken, appToken, apiUrl, ...tokens }, quiet).examine({ ...needs, ...wanted }, never);
  };

  it("is well: whose it is, its channels, its groups and how many they are", async () => {
    await start();
    expect(await examine()).to.deep.equal({
      identity: { bot: "lockstep", team: "Playground" },
      appToken: "works",
      problems: [],
      channels: ["#deploys"],
      groups: new Map([["S0SRE", { members: 1 }]]),
    });
  });

  it("lacks a scope: everything else is looked at all the same", async () => {
    const bot = manifest.oauth_config.scopes.bot.filter((scope) => scope !== "users:read");
    await start({ manifest: { ...manifest, oauth_config: { scopes: { bot } } } });
    const exam = await examine();
    expect(exam.problems).to.deep.equal([{ kind: "scopesMissing", scopes: ["users:read"] }]);
    expect(exam).to.deep.include({ channels: ["#deploys"], appToken: "works" });
  });

  it("cannot read groups: that is only wrong where the configuration needs it", async () => {
    const bot = manifest.oauth_config.scopes.bot.filter((scope) => scope !== "usergroups:read");
    await start({ manifest: { ...manifest, oauth_config: { scopes: { bot } } } });
    expect((await examine({ mustReadGroups: false })).problems).to.deep.equal([]);
    expect((await examine()).problems).to.deep.equal([{ kind: "scopesMissing", scopes: ["usergroups:read"] }]);
  });

  it("is in one channel and not in another, which is archived, or unknown", async () => {
    const channels = [
      { id: "C0DEPLOYS", name: "deploys" },
      { id: "C0OTHER", name: "other", isMember: false },
      { id: "C0OLD", name: "old", isArchived: true },
    ];
    await start({ channels });
    const exam = await examine({ channels: ["#deploys", "#other", "#old", "#none"] });
    expect(exam.channels).to.deep.equal(["#deploys"]);
    expect(exam.problems.map(({ kind }) => kind)).to.deep.equal(["notInChannel", "channelArchived", "channelUnknown"]);
  });

  it("has tokens that Slack refuses, each by itself", async () => {
    await start();
    const bad = await examine({}, { botToken: "xoxb-wrong-token" });
    expect(bad.problems).to.deep.equal([{ kind: "botTokenRefused", error: "invalid_auth" }]);
    expect(bad.appToken).to.equal("works");
    const app = await examine({}, { appToken: "xapp-wrong-token" });
    expect([app.appToken, app.problems.map(({ kind }) => kind)]).to.deep.equal(["refused", ["appTokenRefused"]]);
    expect((await examine({}, { botToken: "xoxp-1" })).problems).to.deep.equal([{ kind: "botTokenWrongKind" }]);
  });

  it("names a group that there is not", async () => {
    await start();
    expect((await examine({ groups: ["S0NONE"] })).groups.get("S0NONE")).to.deep.equal({ error: "no_such_subteam" });
  });
});
