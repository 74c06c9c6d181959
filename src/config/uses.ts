// What a configuration needs of Slack: the channels that it names, and whether it names user groups. Pure.

import type { Configuration } from "./schema.ts";

export function allChannels({ channel, services }: Configuration): string[] {
  const places = Object.values(services).flatMap(({ environments }) => Object.values(environments));
  return [channel, ...places.flatMap((place) => place.channel ?? [])];
}

export function usesGroups(configuration: Configuration): boolean {
  return whoLists(configuration).some((id) => id.startsWith("S"));
}

/** Ids of all user groups that are named: those who may do something, and those who are called. */
export function allGroups(configuration: Configuration): string[] {
  const called = Object.values(configuration.services).flatMap(({ onCall }) => onCall?.id ?? []);
  return [...new Set([...whoLists(configuration), ...called])].filter((id) => id.startsWith("S"));
}

function whoLists({ environments }: Configuration): string[] {
  const lists = Object.values(environments).flatMap(({ who }) => Object.values(who));
  return lists.flatMap((who) => (who === undefined || who === "everyone" ? [] : who));
}
