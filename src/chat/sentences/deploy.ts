// Where a deploy stands and why it goes back or has ended, in words. A stage, reason or outcome without words does not compile.

import { judge } from "../../canary/judge.ts";
import { isAlarm } from "../../canary/soft.ts";
import { askedOrder } from "../../deploy/between.ts";
import type { BackReason, FactOf, Outcome } from "../../deploy/facts.ts";
import type { Deploy } from "../../deploy/fold.ts";
import { lostHosts } from "../../deploy/hosts.ts";
import type { Person } from "../../deploy/order.ts";
import { bold, clock, code, type Text, t } from "../text.ts";
import { duration, names } from "./amounts.ts";
import { hostList } from "./hostList.ts";
import { lateSentence } from "./late.ts";

/** A person as a mention when Slack knows them, so that it is rendered with their own name. */
export function person({ id, name }: Person): Text {
  return /^[UW][A-Z0-9]{2,}$/.test(id) ? [{ mention: id }] : [name];
}

/** The state in one or two words, for the headline. */
export function stateWord(deploy: Deploy): string {
  switch (deploy.stage) {
    case "preparing":
      return "preparing";
    case "canary":
      return "canary going out";
    case "baking":
      return "canary baking";
    case "asking":
      return "waiting for a decision";
    case "promoting":
      if (deploy.order.kind === "rollback") return "going back";
      return deploy.order.partial ? "going out to the hosts that were chosen" : "going out to the whole fleet";
    case "rollingBack":
      return "rolling back";
    case "broken":
      return "stopped by a fault in the bot";
    case "ended":
      return deploy.lateAt !== null && deploy.why === null
        ? `${endWord(deploy.outcome, deploy.order.kind, deploy.why)}, then a monitor alerted`
        : endWord(deploy.outcome, deploy.order.kind, deploy.why);
  }
}

function endWord(outcome: Outcome, kind: "deploy" | "rollback", why: BackReason | null): string {
  switch (outcome) {
    case "deployed":
      return kind === "rollback" ? "rolled back" : "deployed";
    case "rolledBack":
      if (why?.kind === "lateAlert") return "a monitor alerted late, rolled back";
      return why?.kind === "verdict" ? "canary failed, rolled back" : "rolled back";
    case "untouched":
      return why?.kind === "aborted" ? "aborted, nothing was changed" : "stopped, nothing was changed";
    case "incomplete":
      return "ended, but not on every host";
  }
}

/** One sentence that says what happens now and until when. */
export function stateSentence(deploy: Deploy): Text {
  const { order } = deploy;
  switch (deploy.stage) {
    case "preparing":
      return order.kind === "rollback"
        ? t`Looking at the hosts. Nothing has been changed yet.`
        : t`Looking at the hosts and building the release. Nothing has been changed yet.`;
    case "canary":
      return t`Putting the new release on the canary: ${hostList(order.canary.map(({ name }) => name))}.`;
    case "baking":
      return bakingSentence(deploy);
    case "asking":
      return t`${question(deploy)} Without an answer by ${clock(deploy.since + order.askMs)}, it is rolled back.`;
    case "promoting":
      if (order.kind === "rollback") return t`Every host goes back to this release.`;
      return t`The ${order.partial ? "other hosts that were chosen get" : "rest of the fleet gets"} the new release.`;
    case "rollingBack":
      return t`${backSentence(deploy.why)} Every host that was touched goes back.`;
    case "broken":
      return t`The bot failed at “${deploy.step}” and touches nothing more. The target stays locked until somebody ${order.kind === "rollback" ? "tries again" : "rolls back"}.`;
    case "ended":
      return t`${deploy.why ? backSentence(deploy.why) : t``}${deploy.why ? " " : ""}${endSentence(deploy)}${deploy.lateAt !== null && deploy.why === null ? t` ${lateSentence(deploy)}` : t``}`;
  }
}

/** At a fault of the bot: `step` and `detail` are for whoever reads its log. */
export function stoppedByFaultSentence({ order }: Deploy, { step, detail }: FactOf<"broke">): Text {
  const button = order.kind === "rollback" ? "Try again" : "Roll back";
  return t`${bold("The bot itself failed")} at “${step}”: ${detail}. It touches nothing more and keeps the target locked. ${code(order.deploy)} is the name to look for in its log. ${button} with the button above.`;
}

function bakingSentence(deploy: Deploy & { stage: "baking" }): Text {
  const { bakes, bake, order: whole } = deploy;
  const { bake: times, checks } = askedOrder(deploy);
  const until = clock(bake.startedAt + times.forMs);
  if (bakes === 0) return t`The canary runs the new release until ${until}; ${bakeProgress(deploy)}.`;
  const where = `Batch ${bakes} of ${whole.batches.length} is out; the next one waits until`;
  return checks.length === 0
    ? t`${where} ${until}.`
    : t`${where} ${until} while the checks watch; ${bakeProgress(deploy)}.`;
}

function bakeProgress(deploy: Deploy & { stage: "baking" }): string {
  const { bake } = deploy;
  const order = askedOrder(deploy);
  const { length } = bake.looks;
  if (length === 0) return "not measured yet";
  const measured = `measured ${length === 1 ? "once" : `${length} times`}`;
  const trials = order.checks.filter(({ soft }) => soft);
  if (trials.length === 0) return `${measured}, nothing bad so far`;
  const alarms = judge({ ...order, checks: trials }, bake).judgement.results.filter(isAlarm);
  if (alarms.length === 0) return `${measured}, nothing bad so far`;
  return `${measured}; ${names(alarms.map(({ check }) => check))} (soft) would have stopped it`;
}

function question(deploy: Deploy & { stage: "asking" }): string {
  return deploy.about === "verdict"
    ? `The checks cannot tell whether ${deploy.bakes === 0 ? "the canary" : "the new release"} is well, and that never passes by itself. Promote, bake once more, or roll back?`
    : "Some hosts of the fleet failed. Try them again, or roll everything back?";
}

export function backSentence(why: BackReason): Text {
  switch (why.kind) {
    case "verdict":
      return t`The canary failed.`;
    case "lateAlert":
      return t`A monitor alerted after the bake.`;
    case "host":
      return t`The canary host ${why.host} failed.`;
    case "hostsUnreachable":
      return t`The deploy did not begin, because ${hostList(why.hosts)} could not be reached. Bring ${why.hosts.length === 1 ? "it" : "them"} back, take ${why.hosts.length === 1 ? "it" : "them"} out of the configuration, or allow failed hosts (maxFailedHosts).`;
    case "build":
      return t`The release could not be built: ${why.detail}.`;
    case "noAnswer":
      return t`Nobody answered in time.`;
    case "person":
      return t`${person(why.by)} ordered the way back.`;
    case "aborted":
      return t`${person(why.by)} aborted the deploy.`;
  }
}

export function endSentence(deploy: Deploy & { stage: "ended" }): Text {
  const { order, startedAt, endedAt, hosts } = deploy;
  const took = duration(endedAt - startedAt);
  const lost = lostHosts(deploy);
  switch (deploy.outcome) {
    case "deployed":
      return t`All ${hosts.size} hosts run ${order.release.name}. It took ${took}, and the deploy's lock is free.`;
    case "rolledBack":
      return t`Every host is back on what it ran before. It took ${took}, and the deploy's lock is free.`;
    case "untouched":
      return t`No host was changed, and the deploy's lock is free.`;
    case "incomplete":
      return t`Not where they belong: ${hostList(lost)}. Look at these hosts, then try it again. The deploy's lock is free.`;
  }
}
