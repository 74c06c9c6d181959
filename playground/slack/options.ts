// What can be said when the stand-in is started, and what holds when nothing is said: role names, no real people.

import type { Channel, Group, Person } from "./types.ts";

export interface Welcome {
  title: string;
  text: string;
  tries: { command: string; text: string }[];
}

export interface SlackOptions {
  /** A parsed Slack app manifest: commands, scopes, events and the bot's name are read from it. */
  manifest: object;
  /** 0 takes any free port. */
  port?: number;
  people?: (Pick<Person, "id" | "name"> & Partial<Person>)[];
  groups?: (Pick<Group, "id" | "handle"> & Partial<Group>)[];
  channels?: (Pick<Channel, "id" | "name"> & Partial<Channel>)[];
  /** Socket Mode, or payloads by signed HTTP requests to one URL (which can be set later with `useRequestUrl`). */
  mode?: "socket" | { requestUrl: string };
  tokens?: { bot?: string; app?: string; signingSecret?: string; appScopes?: string[] };
  welcome?: Welcome;
  /** Slack's own 3 s, for an acknowledgement and for a trigger id; tests may shorten them. */
  ackTimeoutMs?: number;
  triggerLifetimeMs?: number;
  /** Slack's own 30 minutes. */
  responseUrlLifetimeMs?: number;
}

export function people(options: SlackOptions): Person[] {
  const given = options.people ?? [
    { id: "U0YOU", name: "you", realName: "You", tz: "Europe/Zurich" },
    { id: "U0MATE", name: "teammate", realName: "Teammate", tz: "America/New_York" },
    { id: "U0CALL", name: "on-call", realName: "On-call", tz: "Asia/Kolkata" },
  ];
  return given.map((one) => ({
    realName: one.name,
    email: `${one.name}@example.com`,
    tz: "Etc/UTC",
    ...one,
  }));
}

export function groups(options: SlackOptions): Group[] {
  const given = options.groups ?? [{ id: "S0SRE", handle: "sre", name: "SRE", members: ["U0CALL"] }];
  return given.map((one) => ({ name: one.handle, members: [], ...one }));
}

export function channels(options: SlackOptions, everybody: string[]): Channel[] {
  const given = options.channels ?? [
    { id: "C0DEPLOYS", name: "deploys", topic: "What goes out, and how it is doing" },
    { id: "C0GENERAL", name: "general", topic: "Everything else" },
  ];
  return given.map((one) => ({
    isMember: true,
    members: everybody,
    isPrivate: false,
    isArchived: false,
    topic: "",
    ...one,
  }));
}
