// What is said of the watch after the bake: that there is one, that a monitor alerted in it and why that still counts, and that it could not tell.

import type { Watched } from "../../canary/readings.ts";
import type { CheckResult } from "../../canary/verdict.ts";
import type { Deploy } from "../../deploy/fold.ts";
import { mayHaveNew } from "../../deploy/hosts.ts";
import { watchUntil } from "../../deploy/watch.ts";
import { bold, clock, code, precise, type Text, t } from "../text.ts";
import { names } from "./amounts.ts";
import { hostList } from "./hostList.ts";

/** Empty when there is nothing to watch. */
export function watchedUntil({ watch }: Deploy): Text {
  return watch === null
    ? t``
    : t`Monitors look back over minutes and can be late: they are watched until ${clock(watchUntil(watch))}.`;
}

export function lateHeadline(results: readonly CheckResult[]): Text {
  const alerted = results.flatMap(({ reason }) => (reason.kind === "alerted" ? reason.monitors : []));
  const monitors = [...new Set(alerted.map(({ name }) => `“${name}”`))];
  const which = monitors.length === 0 ? "a monitor" : names(monitors);
  return t`${bold("Alert after the bake:")} ${which} alerted although the checks had passed the canary. It counts all the same: a monitor looks back over minutes, so what it says now is about the time with the new release.`;
}

/** What happens now, and what is left to people. */
export function afterLate(deploy: Deploy): Text {
  const touched = [...deploy.hosts].filter(([, state]) => mayHaveNew(state)).map(([name]) => name);
  switch (deploy.stage) {
    case "rollingBack":
      return t`The rollout stops, and every host that got the new release goes back now: ${hostList(touched)}.`;
    case "broken":
      return t`The bot had stopped at a fault of its own and touches nothing: roll back with the button above.`;
    default:
      return t`The rollout was over, so nothing goes back by itself. ${wayBack(deploy)}`;
  }
}

/** One sentence for the deploy's message. */
export function lateSentence(deploy: Deploy): Text {
  return t`A monitor alerted after the bake; the thread says which. ${wayBack(deploy)}`;
}

function wayBack({ order }: Deploy): Text {
  const { service, environment } = order.target;
  if (order.kind === "rollback") return t``;
  return order.partial
    ? t`The button under the deploy's message puts back what the other hosts run.`
    : t`${code(`/rollback ${service} ${environment}`)} puts the previous release back on every host.`;
}

export const couldNotWatch: Text = t`${bold("Nobody knows whether a monitor alerted late.")} The canary had passed and the deploy stays as it is, but the watch after the bake ended without an answer. Look at the monitors yourself:`;

/** Monitors that were red at the verdict, as they are now. */
export function sinceRed(monitors: readonly Watched[], deploy: Deploy): Text {
  const still = monitors.filter(({ state }) => state !== "ok");
  const back = deploy.stage === "ended" && deploy.outcome === "rolledBack";
  if (still.length > 0) {
    const more = back ? " although the release is gone. Look whether something else is wrong too" : "";
    return t`${named(still)} ${has(still)} not resolved yet${more}.`;
  }
  const last = Math.max(...monitors.flatMap(({ resolvedAt }) => resolvedAt ?? []));
  const when = Number.isFinite(last) ? t`, at ${precise(last)}` : t``;
  return t`${named(monitors)} ${has(monitors)} resolved since${when}. That changes nothing: an alert while the new release runs counts${deploy.stage === "rollingBack" || back ? ", and a monitor often resolves only because the release is gone" : ""}.`;
}

/** Of several groups of one monitor it is still the one. */
function has(monitors: readonly Watched[]): string {
  return new Set(monitors.map(({ name }) => name)).size === 1 ? "has" : "have";
}

function named(monitors: readonly Watched[]): string {
  const groups = new Map<string, string[]>();
  for (const { name, group } of monitors) {
    const of = groups.get(name) ?? [];
    groups.set(name, group === "" || group === "*" ? of : [...of, group]);
  }
  return names([...groups].map(([name, of]) => (of.length === 0 ? `“${name}”` : `“${name}” for ${names(of)}`)));
}
