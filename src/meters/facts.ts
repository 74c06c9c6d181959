// Counts deploys and verdicts by their facts: each one where it is written, by the process that has written it, so that the sum over all processes is right. Knows no rule.

import { verdict } from "../canary/verdict.ts";
import { type DeployFact, deployFact, outcome } from "../deploy/facts.ts";
import type { Target } from "../deploy/order.ts";
import type { Journal, StoredFact, StreamName, Write } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { Meters } from "../ports/meters.ts";
import { parseFacts, targetOf } from "../runner/stored.ts";
import { StageReader } from "./stages.ts";

const COUNTED = new Set(["requested", "judged", "alertedLate", "ended"]);

interface Needs {
  meters: Meters;
  log: Log;
  /** Those of the configuration: what has not happened there is 0. */
  targets: Target[];
}

/** What an append without an answer has written, if anything, is not counted. */
export function countedFacts(journal: Journal, needs: Needs): Journal {
  const counting = new Counting(journal, needs);
  return {
    ...journal,
    async append(writes) {
      const appended = await journal.append(writes);
      if (appended.ok) for (const write of writes) counting.written(write);
      return appended;
    },
  };
}

class Counting {
  readonly #journal: Journal;
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(journal: Journal, { meters, log, targets }: Needs) {
    this.#journal = journal;
    this.#meters = meters;
    this.#log = log;
    for (const { service, environment } of targets) {
      const target = { service, environment };
      for (const kind of ["deploy", "rollback"]) meters.expect("lockstep_deploys_started_total", { ...target, kind });
      for (const one of outcome.options) meters.expect("lockstep_deploys_ended_total", { ...target, outcome: one });
      for (const one of verdict.options) meters.expect("lockstep_verdicts_total", { ...target, verdict: one });
      meters.expect("lockstep_late_alerts_total", target);
    }
  }

  /** Never throws: what is written is written. */
  written({ stream, facts }: Write): void {
    const target = targetOf(stream);
    if (target === null && !stream.startsWith("deploy/")) return;
    for (const fact of facts) {
      const counted = target ? this.#ofTarget(target, fact) : this.#ofDeploy(stream, fact);
      counted.catch((error: unknown) => this.#log.debug("a fact was not counted", { stream, kind: fact.kind, error }));
    }
  }

  async #ofTarget({ service, environment }: Target, fact: StoredFact): Promise<void> {
    if (fact.kind !== "deployEnded") return;
    const ended = { service, environment, outcome: outcome.parse(fact.outcome) };
    this.#meters.count("lockstep_deploys_ended_total", ended);
  }

  async #ofDeploy(stream: StreamName, stored: StoredFact): Promise<void> {
    if (!COUNTED.has(stored.kind)) return;
    const fact = deployFact.parse(stored);
    if (fact.kind === "requested") {
      const { service, environment } = fact.order.target;
      this.#meters.count("lockstep_deploys_started_total", { service, environment, kind: fact.order.kind });
    } else if (fact.kind === "judged") {
      const { verdict } = fact.judgement;
      this.#meters.count("lockstep_verdicts_total", { ...(await this.#targetOf(stream)), verdict });
    } else if (fact.kind === "alertedLate") {
      this.#meters.count("lockstep_late_alerts_total", await this.#targetOf(stream));
    } else if (fact.kind === "ended") {
      await this.#ended(stream);
    }
  }

  /** As its first fact says: another process may have written that one. */
  async #targetOf(stream: StreamName): Promise<Target> {
    const [first] = await this.#journal.read(stream);
    return targetIn(stream, deployFact.parse(first?.fact));
  }

  async #ended(stream: StreamName): Promise<void> {
    const facts = parseFacts(stream, await this.#journal.read(stream), deployFact);
    const target = targetIn(stream, facts[0]);
    for (const { stage, seconds } of new StageReader().read(facts))
      this.#meters.took("lockstep_deploy_stage_seconds", { ...target, stage }, seconds);
  }
}

function targetIn(stream: StreamName, first: DeployFact | undefined): Target {
  if (first?.kind !== "requested") throw new Error(`${stream} does not begin with an order`);
  const { service, environment } = first.order.target;
  return { service, environment };
}
