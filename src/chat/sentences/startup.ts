// Why the bot cannot start with this Slack app, in one sentence each. A problem without words does not compile.

export type SlackProblem =
  | { kind: "botTokenRefused"; error: string }
  | { kind: "botTokenWrongKind" }
  | { kind: "scopesMissing"; scopes: string[] }
  | { kind: "appTokenRefused"; error: string }
  | { kind: "appTokenScope" }
  | { kind: "channelUnknown"; channel: string }
  | { kind: "notInChannel"; channel: string }
  | { kind: "channelArchived"; channel: string }
  | { kind: "unreachable"; detail: string }
  | { kind: "failing"; detail: string };

export function slackProblemSentence(problem: SlackProblem): string {
  switch (problem.kind) {
    case "botTokenRefused":
      return `Slack does not accept SLACK_BOT_TOKEN (${problem.error}): copy the Bot User OAuth Token (xoxb-…) from the app's page “OAuth & Permissions”.`;
    case "botTokenWrongKind":
      return "SLACK_BOT_TOKEN is not a bot token: it has to begin with xoxb-, and is on the app's page “OAuth & Permissions”.";
    case "scopesMissing":
      return `The Slack app lacks ${problem.scopes.length === 1 ? "the scope" : "these scopes:"} ${problem.scopes.join(", ")}: update the app from manifest.json, then install it to the workspace again.`;
    case "appTokenRefused":
      return `Slack does not accept SLACK_APP_TOKEN (${problem.error}): make an app-level token (xapp-…) with the scope connections:write on the app's page “Basic Information”.`;
    case "appTokenScope":
      return "SLACK_APP_TOKEN lacks the scope connections:write: make a new app-level token with it on the app's page “Basic Information”.";
    case "channelUnknown":
      return `There is no channel ${problem.channel} that the bot can see: check the name in the configuration; if it is private, type “/invite” with the bot's name there.`;
    case "notInChannel":
      return `The bot is not in ${problem.channel}: type “/invite” with the bot's name in that channel, then start again.`;
    case "channelArchived":
      return `The channel ${problem.channel} is archived: name another one in the configuration.`;
    case "unreachable":
      return `Slack cannot be reached (${problem.detail}): check the bot's way out to the network, and SLACK_API_URL if it is set.`;
    case "failing":
      return `Slack does not answer as it should (${problem.detail}): look at slack-status.com, and try again when it is over.`;
  }
}

/** What is wrong with the Redis of REDIS_URL, or that it cannot be reached. */
export type RedisProblem =
  | { kind: "tooOld"; version: string }
  | { kind: "replica" }
  | { kind: "evicts"; policy: string }
  | { kind: "forgets" }
  | { kind: "unreachable"; detail: string };

export function redisProblemSentence(problem: RedisProblem): string {
  switch (problem.kind) {
    case "tooOld":
      return `This Redis is too old (${problem.version}): Lockstep needs Redis 6.2 or newer, or Valkey.`;
    case "replica":
      return "The Redis of REDIS_URL is a replica, which takes no facts: name the one that it copies.";
    case "evicts":
      return `Redis would throw facts away when its memory is full (maxmemory-policy ${problem.policy}): set maxmemory-policy to noeviction.`;
    case "forgets":
      return "Redis does not write each change to disk (appendonly no), so a crash would lose minutes: deploys, and locks that somebody holds. Set appendonly to yes.";
    case "unreachable":
      return `Redis cannot be reached (${problem.detail}): check REDIS_URL, and that the server is up.`;
  }
}
