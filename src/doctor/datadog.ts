// Tries Datadog's keys, and asks what the checks would ask where it takes them. Knows no API.

import { orderOn } from "../check/target.ts";
import { canaryOf } from "../config/hosts.ts";
import type { DatadogQuestion } from "../ports/examination.ts";
import { pool } from "../runner/pool.ts";
import { type Checked, Checking } from "./asking.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { isMissing, type Needs, type Parts, type Round, type Scope } from "./parts.ts";

/** Targets that are asked about at once: limits belong to the whole organisation. */
const AT_ONCE = 4;
const FOR_MS = 90_000;

const KEYS: Record<DatadogQuestion, string> = {
  validate: "API key",
  metrics: "application key",
  monitors: "application key",
  events: "application key",
};

const apiKeyWell = { kind: "apiKeyWell" } as const;
const appKeyWell = (question: Exclude<DatadogQuestion, "validate">) => ({
  kind: "appKeyWell" as const,
  questions: [question],
});

type Datadog = Exclude<Parts["datadog"], Needs>;

export function datadogRound(scope: Scope | null, { datadog, clock }: Pick<Parts, "datadog" | "clock">): Round {
  const places = withChecks(scope);
  return {
    area: "datadog",
    forMs: FOR_MS,
    async look(tell, signal) {
      const unasked = (needs: string[]) => places.flatMap((place) => notAsked(place, needs));
      if (isMissing(datadog)) {
        const { needs } = datadog;
        return [findingsOf("datadog")("Datadog", "unchecked", { kind: "notLooked", needs }), ...unasked(needs)];
      }
      const { findings, asks } = await keyFindings(datadog, signal);
      if (!asks) return [...findings, ...unasked(["an answer of Datadog"])];
      const now = clock.now();
      const answers = new Map<Checked, Finding[]>();
      tell(0, places.length);
      await pool(places, { atOnce: AT_ONCE, enough: () => false }, async (place) => {
        answers.set(place, await new Checking(place, datadog.metrics, { now, signal }).findings());
        tell(answers.size, places.length);
      });
      return [...findings, ...places.flatMap((place) => answers.get(place) ?? [])];
    },
  };
}

/** `asks`: questions about metrics are answered. */
async function keyFindings({ exams }: Datadog, signal: AbortSignal): Promise<{ findings: Finding[]; asks: boolean }> {
  const found = findingsOf("datadog");
  const questions = Object.keys(KEYS) as DatadogQuestion[];
  const answers = await Promise.all(questions.map((question) => exams.try(question, signal)));
  const findings = answers.map((answer, i) => {
    const question = questions[i] ?? "validate";
    if (answer.ok) {
      const well = question === "validate" ? apiKeyWell : appKeyWell(question);
      return found(KEYS[question], "ok", well);
    }
    const { trouble, detail } = answer;
    return found(KEYS[question], "wrong", { kind: "datadogWrong", question, trouble, detail });
  });
  return { findings, asks: answers[questions.indexOf("metrics")]?.ok === true };
}

/** Targets whose checks are asked in a deploy: those with a canary. */
function withChecks(scope: Scope | null): Checked[] {
  if (!scope) return [];
  const { configuration } = scope.settings;
  return scope.places.flatMap((place) => {
    const { target } = place;
    const configured = configuration.services[target.service]?.environments[target.environment];
    const names = place.hosts.map(({ name }) => name);
    const canary = configured ? canaryOf(configured, names) : [];
    if (!configured || canary.length === 0) return [];
    const { checks } = orderOn(configuration, target, { canary: names, all: place.hosts, version: null });
    return [{ ...place, canary, checks, settleMs: configured.bake.settle }];
  });
}

function notAsked({ target, checks }: Checked, needs: string[]): Finding[] {
  const found = findingsOf("checks", target);
  return checks.map(({ name }) => found(name, "unchecked", { kind: "notLooked", needs }));
}
