// Times what hosts, Datadog and git are asked, and counts how it ended. Knows no host and no question.

import { hostTrouble } from "../deploy/facts.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { Meters } from "../ports/meters.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Source } from "../ports/source.ts";

type HostAnswer = { ok: true } | { ok: false; trouble: string };

export function measuredFleet(fleet: Fleet, meters: Meters): Fleet {
  for (const trouble of hostTrouble.options) meters.expect("lockstep_host_failures_total", { trouble });

  async function asked<T extends HostAnswer>(order: keyof Fleet, work: Promise<T>): Promise<T> {
    const elapsed = meters.start();
    const answer = await work;
    meters.took("lockstep_host_order_seconds", { order, outcome: answer.ok ? "ok" : "failed" }, elapsed());
    if (!answer.ok) meters.count("lockstep_host_failures_total", { trouble: answer.trouble });
    return answer;
  }

  return {
    prepare: (...args) => asked("prepare", fleet.prepare(...args)),
    rollOut: (...args) => asked("rollOut", fleet.rollOut(...args)),
    rollBack: (...args) => asked("rollBack", fleet.rollBack(...args)),
    inspect: (...args) => asked("inspect", fleet.inspect(...args)),
    fence: (...args) => asked("fence", fleet.fence(...args)),
    close: (hosts) => fleet.close(hosts),
  };
}

export function measuredMetrics(metrics: Metrics, meters: Meters): Metrics {
  const asked = asking(
    { seconds: "lockstep_datadog_answer_seconds", answers: "lockstep_datadog_answers_total" },
    meters,
  );
  return {
    ask: (...args) => asked("ask", metrics.ask(...args)),
    monitors: (...args) => asked("monitors", metrics.monitors(...args)),
    mark: (...args) => asked("mark", metrics.mark(...args)),
  };
}

export function measuredSource(source: Source, meters: Meters): Source {
  const asked = asking({ seconds: "lockstep_git_answer_seconds", answers: "lockstep_git_answers_total" }, meters);
  return {
    resolve: (...args) => asked("resolve", source.resolve(...args)),
    isOn: (...args) => asked("isOn", source.isOn(...args)),
    compare: (...args) => asked("compare", source.compare(...args)),
    archive: (...args) => asked("archive", source.archive(...args)),
  };
}

type Answer = { ok: true } | { ok: false; trouble: string } | { ok: false; problem: string };

interface Names {
  seconds: "lockstep_datadog_answer_seconds" | "lockstep_git_answer_seconds";
  answers: "lockstep_datadog_answers_total" | "lockstep_git_answers_total";
}

/** Gives what times a question until `answer` is there, and counts how that one is. */
function asking({ seconds, answers }: Names, meters: Meters) {
  return async <A extends Answer>(question: string, answer: Promise<A>): Promise<A> => {
    const elapsed = meters.start();
    const said = await answer;
    meters.took(seconds, { question }, elapsed());
    meters.count(answers, { question, outcome: outcomeOf(said) });
    return said;
  };
}

function outcomeOf(said: Answer): string {
  if (said.ok) return "ok";
  return "trouble" in said ? said.trouble : said.problem;
}
