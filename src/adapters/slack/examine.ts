// Looks at the Slack app for doctor: what the start asks for too, and everything that can be found out beside what is wrong. Posts nothing.

import { type WebAPICallResult, WebAPIPlatformError, WebClient } from "@slack/web-api";
import type { SlackProblem } from "../../chat/sentences/startup.ts";
import type { SlackExam, SlackExams, SlackNeeds } from "../../ports/examination.ts";
import type { Log } from "../../ports/log.ts";
import type { SlackSettings } from "./app.ts";
import { clientOptions } from "./client.ts";
import { checkAppToken, checkChannels, missingScopes, problemOf } from "./startCheck.ts";
import { troubleOf } from "./troubles.ts";

const nothing: SlackExam = { identity: null, appToken: null, problems: [], channels: [], groups: new Map() };

/** Never rejects. */
export function slackExams({ botToken, appToken, apiUrl }: Omit<SlackSettings, "signingSecret">, log: Log): SlackExams {
  const options = clientOptions(apiUrl, log);
  const client = new WebClient(botToken, options);
  return {
    async examine(needs) {
      if (!botToken.startsWith("xoxb-")) return { ...nothing, problems: [{ kind: "botTokenWrongKind" }] };
      const [asBot, app] = await Promise.all([
        examineBot(client, needs),
        appToken ? checkAppToken(new WebClient(appToken, options)) : null,
      ]);
      const appWorks = app && (app.length === 0 ? "works" : "refused");
      return { ...asBot, appToken: appWorks, problems: [...asBot.problems, ...(app ?? [])] };
    },
  };
}

async function examineBot(client: WebClient, needs: SlackNeeds): Promise<Omit<SlackExam, "appToken">> {
  try {
    const me: WebAPICallResult & { user?: string; team?: string } = await client.auth.test();
    const missing = missingScopes(me, needs.mustReadGroups);
    const problems: SlackProblem[] = missing.length > 0 ? [{ kind: "scopesMissing", scopes: missing }] : [];
    const lacks = missingScopes(me, true);
    const can = (scope: string) => !lacks.includes(scope);
    const canList = can("channels:read") && can("groups:read");
    const [found, groups] = await Promise.all([
      canList ? channelsOf(client, needs.channels) : { ids: new Map<string, string>(), problems: [] },
      can("usergroups:read") ? groupsOf(client, needs.groups) : new Map(),
    ]);
    const identity = { bot: me.user ?? "", team: me.team ?? "" };
    return { identity, problems: [...problems, ...found.problems], channels: [...found.ids.keys()], groups };
  } catch (error) {
    return { ...nothing, problems: [problemOf(error, "botTokenRefused")] };
  }
}

/** A list that cannot be had is one problem, and none of the token. */
async function channelsOf(client: WebClient, wanted: string[]): ReturnType<typeof checkChannels> {
  return checkChannels(client, wanted).catch((error: unknown) => {
    const problem: SlackProblem = { kind: "unreachable", detail: troubleOf(error).detail };
    return { ids: new Map<string, string>(), problems: [problem] };
  });
}

async function groupsOf(client: WebClient, ids: string[]): Promise<SlackExam["groups"]> {
  const groups: SlackExam["groups"] = new Map();
  for (const id of ids) {
    try {
      const { users = [] } = await client.usergroups.users.list({ usergroup: id });
      groups.set(id, { members: users.length });
    } catch (error) {
      const said = error instanceof WebAPIPlatformError ? error.data.error : troubleOf(error).detail;
      groups.set(id, { error: said });
    }
  }
  return groups;
}
