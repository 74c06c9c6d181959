// Turns what people type into the text that Slack stores: escaped, with mentions and channels as ids.

import type { Workspace } from "../workspace.ts";

export function escaped(typed: string): string {
  return typed.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** `@name` and `#name` of people, the app, groups and channels that exist become references; `withLinks` also wraps URLs. */
export function linked(workspace: Workspace, text: string, { withLinks = false } = {}): string {
  const person = (name: string): string | undefined => {
    if (name.toLowerCase() === workspace.bot.name) return `<@${workspace.bot.userId}>`;
    const found = workspace.person(name);
    const group = workspace.groups.find((one) => one.handle === name);
    return found ? `<@${found.id}>` : group ? `<!subteam^${group.id}>` : undefined;
  };
  const channel = (name: string): string | undefined => {
    const found = workspace.channels.find((one) => one.name === name && one.directWith === undefined);
    return found ? `<#${found.id}|${found.isPrivate ? "" : found.name}>` : undefined;
  };
  const withNames = text
    .replace(
      /(^|[\s(])@([\w.-]*\w)/g,
      (all, before: string, name: string) => before + (person(name) ?? all.slice(before.length)),
    )
    .replace(
      /(^|[\s(])#([\w-]+)/g,
      (all, before: string, name: string) => before + (channel(name) ?? all.slice(before.length)),
    );
  return withLinks ? withNames.replace(/(^|\s)(https?:\/\/[^\s<>|]+)/g, "$1<$2>") : withNames;
}
