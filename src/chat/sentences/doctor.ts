// What `lockstep doctor` says around its findings: headings, the summary, how it is used. The words of each finding are in the files beside it.

import type { Target } from "../../deploy/order.ts";
import { duration, names } from "./amounts.ts";
import { AROUND_WORDS, type AroundFinding } from "./doctorAround.ts";
import { CHECK_WORDS, type CheckFinding } from "./doctorChecks.ts";
import { HOST_WORDS, type HostFinding, type Said } from "./doctorHosts.ts";

/** Whatever can be found. */
export type About = HostFinding | CheckFinding | AroundFinding;

/** `unchecked`: it could not be looked at, which is not well either. */
export type Mark = "ok" | "look" | "wrong" | "unchecked";

const WORDS = { ...HOST_WORDS, ...CHECK_WORDS, ...AROUND_WORDS };

/** `varies`: for several findings that differ in numbers and details, of which the worst is there. */
export function said(about: About, varies: boolean): Said {
  return (WORDS[about.kind] as (about: About, varies: boolean) => Said)(about, varies);
}

/** Parts of the table, in its order. Those of a target stand for each. */
export const AREAS = [
  ...(["configuration", "environment", "store", "git", "slack", "datadog", "login", "gateways"] as const),
  ...(["hosts", "checks"] as const),
];
export type Area = (typeof AREAS)[number];

const HEADINGS: Record<Area, string> = {
  configuration: "Configuration",
  environment: "Environment variables",
  store: "Store",
  git: "git",
  slack: "Slack",
  datadog: "Datadog",
  login: "SSH keys",
  gateways: "Gateways",
  hosts: "Hosts",
  checks: "Checks",
};

export function heading(area: Area, target: Target | null): string {
  return target === null ? HEADINGS[area] : `${HEADINGS[area]} of ${target.service} in ${target.environment}`;
}

/** What stands in front of each row. */
export const MARKS: Record<Mark, string> = { ok: "ok", look: "look", wrong: "WRONG", unchecked: "?" };

export function summary(counts: Record<Mark, number>, tookMs: number): string {
  const { wrong, look, unchecked, ok } = counts;
  const parts = [
    ...(wrong > 0 ? [`${wrong} wrong`] : []),
    ...(look > 0 ? [`${look} to look at`] : []),
    ...(unchecked > 0 ? [`${unchecked} not looked at`] : []),
    `${ok} ok`,
  ];
  const verdict =
    wrong > 0 ? "Something is wrong" : unchecked > 0 ? "Not everything could be looked at" : "All is well";
  return `${verdict}: ${parts.join(", ")}. It took ${duration(tookMs)}.`;
}

export function progress(left: { area: Area; done: number; all: number }[]): string {
  const parts = left.map(({ area, done, all }) => {
    const name = area === "git" ? "git" : HEADINGS[area].toLowerCase();
    return all > 1 ? `${name} ${done} of ${all}` : name;
  });
  return `Still looking at ${names(parts)} …`;
}

export const STOPPED = "Stopped: what is marked with ? was not looked at.";

export const DOCTOR_HELP = `Looks at everything that the bot depends on, all at once, and says what is wrong and how to mend it. It changes nothing, and may run beside the bot.

  lockstep doctor
  lockstep doctor web
  lockstep doctor web --environment production

  --environment <name>   only this environment; with a service or without
  --json                 one JSON object on standard output, each finding by itself

It looks at the configuration, the environment variables, the store, git and each branch, Slack's tokens, scopes, channels and user groups,
Datadog's keys, the SSH key, gateways, every host (login, deploy path, free space, programs, clock), and whether each check's query has points.

Exit code: 0 all is well (there may be things to look at) · 1 something is wrong, or could not be looked at · 2 it could not be done.
`;
