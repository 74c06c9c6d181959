// Where a deploy stands and why it goes back or has ended, in words. A stage, reason or outcome without words does not compile.

import { judge } from "../../canary/judge.ts";
import { isAlarm } from "../../canary/soft.ts";
import { askedOrder } from "../../deploy/between.ts";
import type { BackReason, FactOf, Outcome } from "../../deploy/facts.ts";
import type { Deploy } from "../../deploy/fold.ts";
import { lostHosts } from "../../deploy/hosts.ts";
import type { Order, Person } from "../../deploy/order.ts";
import { shortSha } from "../../deploy/releases.ts";
import { bold, clock, code, type Text, t } from "../text.ts";
import { count, duration, names } from "./amounts.ts";
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
      return deploy.bakes === 0 ? "canary baking" : batchWord(deploy);
    case "asking":
      return "waiting for a decision";
    case "promoting":
      if (deploy.order.kind === "rollback") return "going back";
      return deploy.order.partial ? "going out to the chosen hosts" : "going out to the whole fleet";
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

function batchWord(deploy: Deploy): string {
  const waits = askedOrder(deploy).checks.length === 0 ? "waiting" : "baking";
  return `batch ${deploy.bakes} of ${deploy.order.batches.length} out, ${waits}`;
}

function endWord(outcome: Outcome, kind: "deploy" | "rollback", why: BackReason | null): string {
  switch (outcome) {
    case "deployed":
      return kind === "rollback" ? "rolled back" : "deployed";
    case "rolledBack":
      if (why?.kind === "lateAlert") return "a monitor alerted late, rolled back";
      return why?.kind === "verdict" || why?.kind === "host" ? "canary failed, rolled back" : "rolled back";
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
      return order.kind === "rollback" || order.site.kind === "commands"
        ? t`Looking at the hosts. Nothing has been changed yet.`
        : t`Looking at the hosts and building the release. Nothing has been changed yet.`;
    case "canary":
      return t`Putting the new release on the canary: ${hostList(order.canary.map(({ name }) => name))}.`;
    case "baking":
      return bakingSentence(deploy);
    case "asking":
      return t`${question(deploy)} Without an answer by ${clock(deploy.since + order.askMs)}, it is rolled back.`;
    case "promoting":
      return promotingSentence(order);
    case "rollingBack":
      return t`${backSentence(deploy.why)} Every host that was touched goes back.`;
    case "broken":
      return t`The bot failed at “${deploy.step}” and touches nothing more. ${order.target.service} in ${order.target.environment} stays locked until somebody ${order.kind === "rollback" ? "tries again" : "rolls back"}.`;
    case "ended":
      return t`${deploy.why ? backSentence(deploy.why) : t``}${deploy.why ? " " : ""}${endSentence(deploy)}${deploy.lateAt !== null && deploy.why === null ? t` ${lateSentence(deploy)}` : t``}`;
  }
}

/** At a fault of the bot: `step` and `detail` are for whoever reads its log. */
export function stoppedByFaultSentence({ order }: Deploy, { step, detail }: FactOf<"broke">): Text {
  const button = order.kind === "rollback" ? "Try again" : "Roll back";
  return t`${bold("The bot itself failed")} at “${step}”: ${detail}. It touches nothing more and keeps ${order.target.service} in ${order.target.environment} locked. ${code(order.deploy)} is the name to look for in its log. ${button} with the button above.`;
}

function promotingSentence({ kind, partial, canary }: Order): Text {
  if (kind === "rollback")
    return partial ? t`The chosen hosts go back to this release.` : t`Every host goes back to this release.`;
  if (canary.length === 0)
    return partial ? t`The chosen hosts get the new release.` : t`Every host gets the new release.`;
  return partial ? t`The other chosen hosts get the new release.` : t`The rest of the fleet gets the new release.`;
}

/** After a bake that passed, as the end of a sentence: `the rest of the fleet is next`. Null when it was on every host already. */
export function nextWords({ order, bakes }: Deploy): string | null {
  const { batches, partial } = order;
  if (bakes > 0) return `batch ${bakes + 1} of ${batches.length} is next`;
  if (batches.length === 0) return null;
  return partial ? "the other chosen hosts are next" : "the rest of the fleet is next";
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
    : "Some hosts failed. Try them again, or roll everything back?";
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
      return t`${person(why.by)} ordered a rollback.`;
    case "aborted":
      return t`${person(why.by)} aborted the deploy.`;
  }
}

export function endSentence(deploy: Deploy & { stage: "ended" }): Text {
  const { startedAt, endedAt } = deploy;
  const took = duration(endedAt - startedAt);
  const lost = lostHosts(deploy);
  switch (deploy.outcome) {
    case "deployed":
      return t`${allHosts(deploy)} ${shownName(deploy.order)}. It took ${took}, and the deploy's lock is free.`;
    case "rolledBack":
      return t`Every host is back on what it ran before. It took ${took}, and the deploy's lock is free.`;
    case "untouched":
      return t`The deploy's lock is free.`;
    case "incomplete":
      return t`${incompleteWords(deploy, lost)} Look at ${lost.length === 1 ? "this host" : "these hosts"}, then try again. The deploy's lock is free.`;
  }
}

function allHosts({ hosts, order }: Deploy): string {
  const [first = ""] = hosts.keys();
  if (hosts.size === 1) return `${first} runs`;
  return order.partial ? `All ${hosts.size} chosen hosts run` : `All ${hosts.size} hosts run`;
}

/** A host that nobody could look at since it was told to switch may run either. */
function incompleteWords({ hosts, order, why }: Deploy & { stage: "ended" }, lost: string[]): string {
  const unknown = lost.filter((name) => hosts.get(name)?.is === "switching");
  const doubt =
    unknown.length === 0 ? "" : ` What ${hostList(unknown)} ${unknown.length === 1 ? "runs" : "run"} is not known.`;
  return `${order.kind === "deploy" && why !== null ? backWords(hosts.size, lost) : outWords(order, hosts.size, lost)}${doubt}`;
}

function backWords(all: number, lost: string[]): string {
  return lost.length === all
    ? `No host is known to be back on what it ran before: ${hostList(lost)}.`
    : `All hosts but ${hostList(lost)} are back on what they ran before.`;
}

/** Where nothing is sent, no folder is called so, and the name holds the whole SHA. */
function shownName({ release, site }: Order): string {
  return site.kind === "commands" ? shortSha(release.commit.sha) : release.name;
}

function outWords(order: Order, all: number, lost: string[]): string {
  return lost.length === all
    ? `No host is known to run ${shownName(order)}: ${hostList(lost)}.`
    : `${all - lost.length} of ${count(all, "host")} run ${shownName(order)}: all but ${hostList(lost)}.`;
}
