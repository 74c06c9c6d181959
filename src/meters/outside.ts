// Times what hosts, Datadog and git are asked, and counts how it ended. Knows no host and no question.

import { hostTrouble } from "../deploy/facts.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { Meters } from "../ports/meters.ts";
import type { FromMetrics, Metrics } from "../ports/metrics.ts";
import type { FromSource, Source } from "../ports/source.ts";

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
  async function asked<T>(question: keyof Metrics, work: Promise<FromMetrics<T>>): Promise<FromMetrics<T>> {
    const elapsed = meters.start();
    const answer = await work;
    meters.took("lockstep_datadog_answer_seconds", { question }, elapsed());
    meters.count("lockstep_datadog_answers_total", { question, outcome: answer.ok ? "ok" : answer.trouble });
    return answer;
  }

  return {
    ask: (...args) => asked("ask", metrics.ask(...args)),
    monitors: (...args) => asked("monitors", metrics.monitors(...args)),
    mark: (...args) => asked("mark", metrics.mark(...args)),
  };
}

export function measuredSource(source: Source, meters: Meters): Source {
  async function asked<T>(question: keyof Source, work: Promise<FromSource<T>>): Promise<FromSource<T>> {
    const elapsed = meters.start();
    const answer = await work;
    meters.took("lockstep_git_answer_seconds", { question }, elapsed());
    meters.count("lockstep_git_answers_total", { question, outcome: answer.ok ? "ok" : answer.problem });
    return answer;
  }

  return {
    resolve: (...args) => asked("resolve", source.resolve(...args)),
    isOn: (...args) => asked("isOn", source.isOn(...args)),
    compare: (...args) => asked("compare", source.compare(...args)),
    archive: (...args) => asked("archive", source.archive(...args)),
  };
}
