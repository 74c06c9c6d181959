// Looks at the Slack app: tokens, scopes, the channels of the configuration, and its user groups. Knows no API.

import type { SlackProblem } from "../chat/sentences/startup.ts";
import { allChannels, allGroups, usesGroups } from "../config/uses.ts";
import type { SlackExam } from "../ports/examination.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { isMissing, type Parts, type Round, type Scope } from "./parts.ts";

const found = findingsOf("slack");
const FOR_MS = 40_000;

/** Without a scope only what needs no configuration. */
export function slackRound(scope: Scope | null, slack: Parts["slack"]): Round {
  return {
    area: "slack",
    forMs: FOR_MS,
    async look(_, signal) {
      if (isMissing(slack)) return [found("Slack", "unchecked", { kind: "notLooked", needs: slack.needs })];
      const configuration = scope?.settings.configuration;
      const channels = configuration ? [...new Set(allChannels(configuration))] : [];
      const groups = configuration ? allGroups(configuration) : [];
      const mustReadGroups = configuration !== undefined && usesGroups(configuration);
      const exam = await slack.exams.examine({ channels, groups, mustReadGroups }, signal);
      return [...findingsIn(exam, slack.http), ...channelFindings(exam, channels), ...groupFindings(exam, groups)];
    },
  };
}

function findingsIn({ identity, appToken, problems }: SlackExam, http: boolean): Finding[] {
  const findings = problems
    .filter((problem) => channelOf(problem) === null)
    .map((problem) => found(subjectOf(problem), "wrong", { kind: "slackWrong", problem }));
  const lacks = problems.some(({ kind }) => kind === "scopesMissing");
  if (identity && !lacks) findings.push(found("bot token", "ok", { kind: "slackWell", ...identity }));
  if (appToken === "works") findings.push(found("app token", "ok", { kind: "appTokenWell" }));
  if (http) findings.push(found("app token", "ok", { kind: "httpMode" }));
  return findings;
}

function channelFindings({ problems, channels }: SlackExam, wanted: string[]): Finding[] {
  return wanted.map((channel) => {
    const problem = problems.find((one) => channelOf(one) === channel);
    if (problem) return found(channel, "wrong", { kind: "slackWrong", problem });
    if (channels.includes(channel)) return found(channel, "ok", { kind: "channelWell" });
    return found(channel, "unchecked", { kind: "notLooked", needs: ["a token with all scopes"] });
  });
}

function groupFindings({ groups }: SlackExam, wanted: string[]): Finding[] {
  return wanted.map((id) => {
    const group = groups.get(id);
    if (!group) return found(id, "unchecked", { kind: "notLooked", needs: ["a token with usergroups:read"] });
    if ("error" in group) return found(id, "wrong", { kind: "groupWrong", error: group.error });
    if (group.members === 0) return found(id, "look", { kind: "groupEmpty" });
    return found(id, "ok", { kind: "groupWell", members: group.members });
  });
}

function channelOf(problem: SlackProblem): string | null {
  return "channel" in problem ? problem.channel : null;
}

function subjectOf({ kind }: SlackProblem): string {
  if (kind === "unreachable" || kind === "failing") return "Slack";
  return kind === "appTokenRefused" || kind === "appTokenScope" ? "app token" : "bot token";
}
