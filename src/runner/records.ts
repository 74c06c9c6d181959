// The records of checks, read from the deploys that the target's stream names, and what people say to them. Knows no rule of the record and no words.

import { MOST_DAYS, MOST_DEPLOYS, recordOf, type TargetRecord } from "../canary/record.ts";
import { type Tried, triedIn } from "../canary/trials.ts";
import type { Answer, CheckRecords, TypedTarget } from "../chat/bot.ts";
import { deployFact } from "../deploy/facts.ts";
import { decideFalseAlarm } from "../deploy/falseAlarm.ts";
import type { Person, Target } from "../deploy/order.ts";
import { targetFact } from "../locks/facts.ts";
import { findTarget, refused } from "./admission.ts";
import { DeployLog } from "./deployLog.ts";
import type { Parts } from "./parts.ts";
import { whyNot } from "./permissions.ts";
import { deployStream, parseFacts, targetStream } from "./stored.ts";
import type { Supervisor } from "./supervise.ts";

const DAY_MS = 86_400_000;
/** Marks that lost a race are decided again this often. */
const ATTEMPTS = 5;

type Needs = Pick<Parts, "journal" | "clock" | "settings">;

export class TargetRecords implements CheckRecords {
  #parts: Parts;
  #supervisor: Pick<Supervisor, "takeUp">;

  constructor(parts: Parts, supervisor: Pick<Supervisor, "takeUp">) {
    this.#parts = parts;
    this.#supervisor = supervisor;
  }

  async of(typed: TypedTarget): Promise<Answer<TargetRecord>> {
    const found = findTarget(this.#parts, typed);
    return found.ok ? { ...found, value: await readRecord(this.#parts, found.target) } : found;
  }

  async falseAlarm({ deploy, check }: { deploy: string; check: string }, by: Person): Promise<Answer<null>> {
    const log = await DeployLog.open(this.#parts.journal, deploy);
    if (log === null) return refused({ kind: "noAlarm", check }, null);
    const { target } = log.deploy.order;
    const why = await whyNot(this.#parts, "falseAlarm", { by, environment: target.environment });
    if (why) return refused(why, target);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const decided = decideFalseAlarm(log.facts, check, { by, now: this.#parts.clock.now() });
      if (!decided.ok) return refused(decided.refusal, target);
      if (await log.decide(log.deploy.version, decided.fact)) {
        this.#supervisor.takeUp(deploy);
        return { ok: true, target, value: null };
      }
      await log.refresh();
    }
    return refused({ kind: "movedOn" }, target);
  }
}

/** Of one of the configuration's targets, as it is now. */
export async function readRecord(parts: Needs, target: Target): Promise<TargetRecord> {
  const now = parts.clock.now();
  const started = await startedSince(parts, target, now - MOST_DAYS * DAY_MS);
  const tried: Tried[] = [];
  for (const { deploy } of started) tried.push(...(await readTried(parts, deploy)));
  const checks = Object.entries(parts.settings.configuration.services[target.service]?.checks ?? {});
  const configured = checks.map(([name, { soft = null }]) => ({ name, soft }));
  const deploys = tried.filter(({ kind }) => kind === "deploy").length;
  return { ...recordOf(tried, configured), deploys, since: started[0]?.at ?? null, now };
}

/** The newest of them, oldest first. */
async function startedSince({ journal }: Needs, target: Target, since: number) {
  const stream = targetStream(target);
  const facts = parseFacts(stream, await journal.read(stream), targetFact);
  const started = facts.flatMap((fact) => (fact.kind === "deployStarted" && fact.at >= since ? [fact] : []));
  return started.slice(-MOST_DEPLOYS);
}

async function readTried({ journal, clock }: Needs, deploy: string): Promise<Tried[]> {
  const stream = deployStream(deploy);
  const tried = triedIn(parseFacts(stream, await journal.read(stream), deployFact));
  // Others are not kept waiting by a long history.
  await clock.until(clock.now());
  return tried ? [tried] : [];
}
