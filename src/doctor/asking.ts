// Asks Datadog what the checks of one target would ask, about every host of it. Knows no API and judges nothing.

import type { Check, MetricCheck } from "../canary/checks.ts";
import type { FromMetrics, Metrics, Series } from "../ports/metrics.ts";
import { type Fleet, type Marked, metricFindings, monitorFindings, softly } from "./checkFindings.ts";
import { type Finding, findingsOf } from "./findings.ts";
import type { Place } from "./parts.ts";
import { byHost, hostsWithPoints, partsOf } from "./questions.ts";

/** How far back points are looked for. */
const LOOKED_MS = 1_800_000;
const BUCKET_MS = 60_000;
/** Queries in one request. */
const MOST_QUERIES = 40;

/** A target whose checks are asked in a deploy: one with a canary. */
export interface Checked extends Place {
  canary: string[];
  /** As they are in an order whose canary is the whole fleet. */
  checks: Check[];
  /** What is younger than this need not be complete. */
  settleMs: number;
}

type Asked = Pick<Metrics, "ask" | "monitors">;

export class Checking {
  readonly #place: Checked;
  readonly #metrics: Asked;
  readonly #signal: AbortSignal;
  readonly #now: number;

  constructor(place: Checked, metrics: Asked, { now, signal }: { now: number; signal: AbortSignal }) {
    this.#place = place;
    this.#metrics = metrics;
    this.#now = now;
    this.#signal = signal;
  }

  async findings(): Promise<Finding[]> {
    const { target, checks } = this.#place;
    const found = findingsOf("checks", target);
    const metrics = checks.filter((check) => check.kind !== "monitors");
    const answers = await this.#askAll([
      ...new Set(metrics.flatMap((check) => partsOf(check).map(({ query }) => query))),
    ]);
    const all = checks.map(async (check) => {
      const marked = check.kind === "monitors" ? await this.#monitors(check) : this.#read(check, answers);
      return marked.map(([mark, about]) => found(check.name, mark, about));
    });
    return (await Promise.all(all)).flat();
  }

  async #monitors(check: Extract<Check, { kind: "monitors" }>): Promise<Marked[]> {
    const answer = await this.#metrics.monitors(check.select, this.#signal);
    return answer.ok ? monitorFindings(check, answer.value) : [softly(check, troubled(answer))];
  }

  #read(check: MetricCheck, answers: ReadonlyMap<string, FromMetrics<Answer>>): Marked[] {
    const fleet = this.#fleet();
    const parts = partsOf(check).map((one) => ({ ...one, answer: answers.get(one.query) }));
    const failed = parts.find(({ answer }) => answer && !answer.ok)?.answer;
    if (failed && !failed.ok) return [softly(check, troubled(failed))];
    const heard = parts.flatMap(({ part, query, answer }) => (answer?.ok ? [{ part, query, ...answer.value }] : []));
    if (heard.some(({ named }) => !named)) return [softly(check, unnamed(check, heard, fleet))];
    const seen = heard.map((one) => ({ ...one, seen: hostsWithPoints(one.series, fleet.hosts) }));
    return metricFindings(check, seen, fleet);
  }

  #fleet(): Fleet {
    const { hosts, canary } = this.#place;
    return { hosts: hosts.map(({ name }) => name), canary, lookedMs: LOOKED_MS };
  }

  /** By query. One that Datadog does not take with a line for each host is asked as the bot asks it. */
  async #askAll(queries: string[]): Promise<Map<string, FromMetrics<Answer>>> {
    const answers = new Map<string, FromMetrics<Answer>>();
    for (let first = 0; first < queries.length; first += MOST_QUERIES) {
      const some = queries.slice(first, first + MOST_QUERIES);
      const together = await this.#ask(some.map((query) => ({ id: query, query: byHost(query) })));
      // Datadog refuses a request as a whole: each is asked by itself then.
      const apart = !together.ok && together.trouble === "queryRefused" ? some : [];
      for (const query of apart) answers.set(query, await this.#askAlone(query));
      for (const query of apart.length > 0 ? [] : some) answers.set(query, named(together, query, true));
    }
    return answers;
  }

  async #askAlone(query: string): Promise<FromMetrics<Answer>> {
    const byHosts = await this.#ask([{ id: query, query: byHost(query) }]);
    if (byHosts.ok || byHosts.trouble !== "queryRefused") return named(byHosts, query, true);
    return named(await this.#ask([{ id: query, query }]), query, false);
  }

  #ask(questions: { id: string; query: string }[]): Promise<FromMetrics<Map<string, Series[]>>> {
    const to = this.#now - this.#place.settleMs;
    return this.#metrics.ask(questions, { from: to - LOOKED_MS, to }, BUCKET_MS, this.#signal);
  }
}

/** `named`: each line says of which host it is. */
interface Answer {
  series: Series[];
  named: boolean;
}

function named(answer: FromMetrics<Map<string, Series[]>>, query: string, isNamed: boolean): FromMetrics<Answer> {
  return answer.ok ? { ok: true, value: { series: answer.value.get(query) ?? [], named: isNamed } } : answer;
}

function troubled({ trouble, detail }: Extract<FromMetrics<never>, { ok: false }>): Marked {
  return ["wrong", { kind: "checkTrouble", trouble, detail }];
}

/** Without names it is only seen whether there is anything at all. */
function unnamed(check: MetricCheck, heard: { part: string; query: string; series: Series[] }[], fleet: Fleet): Marked {
  const nothing = (series: Series[]) => series.every(({ points }) => points.every(({ value }) => value === null));
  const silent = heard.filter(({ part, series }) => part !== "errors" && nothing(series));
  if (silent.length === 0) return ["ok", { kind: "hostsUnnamed" }];
  const parts = silent.map((one) => ({ ...one, seen: new Set<string>() })) as Parameters<typeof metricFindings>[1];
  return metricFindings({ ...check, soft: undefined }, parts, fleet)[0] ?? ["ok", { kind: "hostsUnnamed" }];
}
