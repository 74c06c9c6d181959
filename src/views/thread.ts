// What is said in the thread of a deploy: lines that follow from its facts, in order, each with a key of its own, so that a line is posted once however
// often the thread is looked at. Pure; a kind of fact that nothing is said about has to be named here.

import { bytes, count, duration, shortened } from "../chat/sentences/amounts.ts";
import { backSentence, endSentence, person, stateWord, stoppedByFaultSentence } from "../chat/sentences/deploy.ts";
import { hostList } from "../chat/sentences/hostList.ts";
import { sinceRed, watchedUntil } from "../chat/sentences/late.ts";
import { falseAlarmSentence } from "../chat/sentences/soft.ts";
import { redBeforeSentence, setBackSentence } from "../chat/sentences/verdict.ts";
import { bold, clock, code, join, link, list, type Text, t } from "../chat/text.ts";
import { askedOrder } from "../deploy/between.ts";
import type { DeployFact, FactOf } from "../deploy/facts.ts";
import { advance, type Deploy } from "../deploy/fold.ts";
import { mayHaveNew } from "../deploy/hosts.ts";
import { shortSha } from "../deploy/releases.ts";
import {
  batchMessage,
  causes,
  hostMessage,
  notPreparedMessage,
  notReachedMessage,
  oneOfMany,
  preparedMessage,
  repeated,
  type Told,
} from "./hostLines.ts";
import { alertedLateMessage, watchEndedMessage } from "./late.ts";
import { type Message, note, say } from "./message.ts";
import { silenceMessage } from "./silence.ts";
import { verdictMessage } from "./verdict.ts";

export interface Line {
  /** Version of the fact it follows from. */
  version: number;
  message: Message;
}

const URGENT = new Set<DeployFact["kind"]>(["judged", "asked", "backOrdered", "broke", "alertedLate", "ended"]);

/** Reads on where it stopped: a deploy to hundreds of hosts has thousands of facts. */
export class ThreadReader {
  #deploy: Deploy | null = null;
  #told: Told = new Map();

  /** Lines for those of `facts` (all of a deploy's, from the first one) that it has not read before. */
  read(facts: readonly DeployFact[]): Line[] {
    const lines: Line[] = [];
    for (const fact of facts.slice(this.#deploy?.version ?? 0)) {
      this.#deploy = advance(this.#deploy, fact);
      const message = lineFor(fact, this.#deploy, this.#told);
      if (!message) continue;
      lines.push({
        version: this.#deploy.version,
        message: URGENT.has(fact.kind) ? { ...message, urgent: true } : message,
      });
    }
    return lines;
  }
}

function lineFor(fact: DeployFact, deploy: Deploy, told: Told): Message | null {
  switch (fact.kind) {
    case "compared":
      return commitsMessage(fact);
    case "built":
      if (deploy.order.site.kind === "commands") return null;
      return note(t`Built release ${code(deploy.order.release.name)} (${bytes(fact.bytes)}).`);
    case "marked":
      return fact.trouble === null
        ? null
        : note(
            t`The marker for the ${fact.which} of the deploy is not on the graphs: ${fact.trouble}. The deploy goes on.`,
          );
    case "noted":
      return notedMessage(fact);
    case "bakeStarted":
      return say(bakingSentence(deploy, fact.at));
    case "notReached":
      return notReachedMessage(fact, deploy, told);
    case "prepared":
      return preparedMessage(deploy);
    case "notPrepared":
      return oneOfMany(fact, told, () => notPreparedMessage(fact));
    case "notSwitched":
      return repeated(fact, deploy) ? null : oneOfMany(fact, told, () => hostMessage(fact));
    case "switched":
      return batchMessage(fact, deploy);
    case "judged":
      return verdictMessage(deploy, fact.judgement, fact.at);
    case "falseAlarm":
      return note(falseAlarmSentence(fact.check, fact.by, deploy.order.target));
    case "asked":
      return {
        ...say(
          join(
            [
              t`${bold("Stopped.")} ${hostList(fact.hosts)} failed, which is more than is allowed. Try ${fact.hosts.length === 1 ? "it" : "them"} again, or roll back, with the buttons above, by ${clock(fact.at + deploy.order.askMs)}; after that it is rolled back.`,
              ...causes(deploy),
            ],
            "\n",
          ),
        ),
        loud: true,
      };
    case "promoteOrdered":
      return fact.by === null || deploy.order.kind === "rollback"
        ? null
        : say(t`${person(fact.by)} promoted it before the checks had passed it.`);
    case "retryOrdered":
      return say(t`${person(fact.by)} asked to try again.`);
    case "backOrdered":
      return backMessage(fact, deploy);
    case "broke":
      return { ...say(stoppedByFaultSentence(deploy, fact)), loud: true };
    case "alertedLate":
      return deploy.lateAt === fact.at ? alertedLateMessage(deploy, fact) : null;
    case "watchEnded":
      return watchEndedMessage(deploy, fact);
    case "redEnded":
      return say(sinceRed(fact.monitors, deploy));
    case "clockSetBack":
      return note(setBackSentence(fact.byMs));
    case "ended":
      return endMessage(deploy);
    case "requested":
    case "looked":
    case "buildFailed":
    case "switching":
    case "preparing":
      return null;
    case "measured":
      return silenceMessage(deploy);
  }
}

/** Tells the authors that their change goes out. */
function commitsMessage({ changes, previous }: FactOf<"compared">): Message | null {
  if (!changes || !previous?.commit || changes.commits.length === 0) return null;
  const direction =
    changes.ahead > 0
      ? t`Going out, since ${code(shortSha(previous.commit.sha))}:`
      : t`Going back behind ${code(shortSha(previous.commit.sha))}, without:`;
  const rows = changes.commits.map(
    ({ sha, subject, author }) => t`${code(shortSha(sha))} ${shortened(subject, 120)}, by ${author}`,
  );
  const total = changes.ahead || changes.behind;
  const more = total > rows.length ? [t`and ${count(total - rows.length, "more commit")}`] : [];
  return say(join([direction, ...rows, ...more], "\n"));
}

function notedMessage({ monitors }: FactOf<"noted">): Message | null {
  const red = Object.values(monitors).flatMap((watched) => (watched ?? []).filter(({ state }) => state === "alert"));
  return red.length > 0 ? say(redBeforeSentence(red)) : null;
}

function bakingSentence(deploy: Deploy, at: number): Text {
  const { canary, bake, checks } = askedOrder(deploy);
  const times = t`${duration(bake.forMs)}, until ${clock(at + bake.forMs)}`;
  if (deploy.bakes > 0 && checks.length === 0) return t`The next batch waits for ${times}.`;
  const begins =
    deploy.bakes === 0
      ? t`The canary runs the new release on ${hostList(canary.map(({ name }) => name))} and is healthy. It bakes for ${times}`
      : t`The new release runs on ${count(canary.length, "host")} and bakes there for ${times}, before the next batch`;
  return t`${begins}; ${count(checks.length, "check watches", "checks watch")} it: ${list(checks.map(({ name, soft }) => (soft ? t`${code(name)} (soft)` : code(name))))}.`;
}

function backMessage({ why }: FactOf<"backOrdered">, deploy: Deploy): Message | null {
  const { hosts } = deploy;
  const touched = [...hosts].filter(([, state]) => mayHaveNew(state)).map(([name]) => name);
  if (why.kind === "hostsUnreachable")
    return { ...say(join([t`${backSentence(why)} No host was changed.`, ...causes(deploy)], "\n")), loud: true };
  const sentence =
    touched.length === 0 ? t`${backSentence(why)}` : t`${backSentence(why)} Rolling back: ${hostList(touched)}.`;
  return { ...say(sentence), loud: why.kind !== "aborted" && why.kind !== "verdict" && why.kind !== "person" };
}

function endMessage(deploy: Deploy): Message | null {
  if (deploy.stage !== "ended") return null;
  const { runbook } = deploy.order.links;
  const help = deploy.outcome === "incomplete" && runbook ? t` ${link(runbook, "Runbook")}.` : t``;
  const sentence = t`${bold(`${capital(stateWord(deploy))}.`)} ${endSentence(deploy)}${help} ${watchedUntil(deploy)}`;
  return {
    ...say(join([sentence, ...(deploy.outcome === "incomplete" ? causes(deploy) : [])], "\n")),
    loud: deploy.outcome === "incomplete",
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
