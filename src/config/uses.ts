// What a configuration needs of Slack: the channels that it names, and whether it names user groups. Pure.

import type { Configuration } from "./schema.ts";

export function allChannels({ channel, services }: Configuration): string[] {
  const places = Object.values(services).flatMap(({ environments }) => Object.values(environments));
  return [channel, ...places.flatMap((place) => place.channel ?? [])];
}

export function usesGroups({ environments }: Configuration): boolean {
  const lists = Object.values(environments).flatMap(({ who }) => Object.values(who));
  return lists.some((who) => who !== "everyone" && who.some((id) => id.startsWith("S")));
}
