// The metrics port for all deploys of a process: what they ask at the same moment goes out as one request, and each gets its own part of the answer.
// Knows no service and judges nothing.

import { type Ask, type Batch, batchesOf, MAY_BE_ABOUT_ONE, ownAnswer } from "../canary/batches.ts";
import type { Clock } from "../ports/clock.ts";
import type { FromMetrics, LookBack, Metrics, Monitor, MonitorSelector, Series } from "../ports/metrics.ts";
import { type Asker, Rounds, whileWanted } from "./rounds.ts";

/** Looks are due at the same instants; what each deploy does before it asks takes a few milliseconds of this. */
export const GATHER_MS = 100;
/** For so long, whoever had a query refused is asked by itself from the beginning. */
const REFUSED_MS = 10 * 60_000;

type Answers = FromMetrics<Map<string, Series[]>>;
type Monitors = FromMetrics<Monitor[]>;
/** With `lookBack` also what has changed since; of different times the answers differ. */
type Watch = { selector: MonitorSelector; lookBack: LookBack | undefined };

const givenUp = { ok: false, trouble: "timedOut", detail: "no answer before the next look was due" } as const;

/** `metrics`, asked together. What is not gathered passes as it is. */
export function gathered(metrics: Metrics, clock: Clock): Metrics {
  const gathering = new Gathering(metrics, clock);
  const looks = new Rounds<Ask, Answers>(clock, GATHER_MS, (askers) => gathering.answerAll(askers));
  const states = new Rounds<Watch, Monitors>(clock, GATHER_MS, (askers) => askMonitors(metrics, askers, gathering));
  return {
    ...metrics,
    async ask(questions, window, intervalMs, signal) {
      if (questions.length === 0) return { ok: true, value: new Map() };
      return looks.join({ questions, window, intervalMs }, signal, givenUp);
    },
    monitors: (selector, signal, lookBack) => states.join({ selector, lookBack }, signal, givenUp),
  };
}

class Gathering {
  readonly #metrics: Metrics;
  readonly #clock: Clock;
  #turn: Promise<unknown> = Promise.resolve();
  /** Queries of askers who were refused, and until when that is remembered. */
  readonly #refused = new Map<string, number>();

  constructor(metrics: Metrics, clock: Clock) {
    this.#metrics = metrics;
    this.#clock = clock;
  }

  /**
   * What was answered, for one asker after the other, with a turn of the event loop between two: all of them judge now and write down what they saw, and who types something just then
   * must not wait for all of it.
   */
  async inTurn<T>(answer: Promise<T>): Promise<T> {
    const value = await answer;
    this.#turn = this.#turn.then(() => this.#clock.until(this.#clock.now()));
    await this.#turn;
    return value;
  }

  answerAll(askers: Asker<Ask, Answers>[]): void {
    const now = this.#clock.now();
    for (const [key, until] of this.#refused) if (until <= now || until > now + REFUSED_MS) this.#refused.delete(key);
    const suspect = ({ question }: Asker<Ask, Answers>) => this.#refused.has(keyOf(question));
    for (const asker of askers.filter(suspect)) asker.answer(this.#askAlone(asker));
    this.#askTogether(askers.filter((asker) => !suspect(asker)));
  }

  #askTogether(askers: Asker<Ask, Answers>[]): void {
    const batches = batchesOf(askers.map(({ question }) => question));
    const requests = batches.map((batch) => ({ batch, answer: this.#send(batch, askers) }));
    for (const [position, asker] of askers.entries()) {
      const own = requests.filter(({ batch }) => batch.askers.includes(position));
      const shared = own.some(({ batch }) => batch.askers.length > 1);
      asker.answer(this.#answer(asker, own, shared));
    }
  }

  /** A request fails as a whole: whoever shared one finds out whether it was about them. */
  async #answer(asker: Asker<Ask, Answers>, own: { answer: Promise<Answers> }[], shared: boolean): Promise<Answers> {
    const heard = together(await this.inTurn(Promise.all(own.map(({ answer }) => answer))));
    if (heard.ok) return { ok: true, value: ownAnswer(asker.question, heard.value) };
    return shared && !heard.ok && MAY_BE_ABOUT_ONE.has(heard.trouble) ? this.#askAlone(asker) : heard;
  }

  async #askAlone(asker: Asker<Ask, Answers>): Promise<Answers> {
    const batches = batchesOf([asker.question]);
    const own = batches.map((batch) => ({ answer: this.#send(batch, [asker]) }));
    const answer = await this.#answer(asker, own, false);
    if (answer.ok) this.#refused.delete(keyOf(asker.question));
    else if (isRefused(answer)) this.#refused.set(keyOf(asker.question), this.#clock.now() + REFUSED_MS);
    return answer;
  }

  /** Answers by query. One asker that gives up takes nothing from the others. */
  #send({ queries, window, intervalMs, askers: positions }: Batch, askers: Asker<Ask, Answers>[]): Promise<Answers> {
    const signals = positions.flatMap((position) => askers[position]?.signal ?? []);
    const questions = queries.map((query) => ({ id: query, query }));
    return whileWanted(signals, (signal) => this.#metrics.ask(questions, window, intervalMs, signal));
  }
}

function isRefused(answer: Answers): boolean {
  return !answer.ok && answer.trouble === "queryRefused";
}

function keyOf({ questions }: Ask): string {
  return questions.map(({ query }) => query).join("\n");
}

function together(answers: Answers[]): Answers {
  const all = new Map<string, Series[]>();
  for (const answer of answers) {
    if (!answer.ok) return answer;
    for (const [query, series] of answer.value) all.set(query, series);
  }
  return { ok: true, value: all };
}

/** The same selector is asked for once; different ones are different requests. */
function askMonitors(metrics: Metrics, askers: Asker<Watch, Monitors>[], gathering: Gathering): void {
  const equal = new Map<string, typeof askers>();
  for (const asker of askers) {
    const key = watchKey(asker.question);
    equal.set(key, [...(equal.get(key) ?? []), asker]);
  }
  for (const group of equal.values()) {
    const [first] = group;
    if (!first) continue;
    const signals = group.map(({ signal }) => signal);
    const answer = whileWanted(signals, (signal) =>
      metrics.monitors(first.question.selector, signal, first.question.lookBack),
    );
    for (const asker of group) asker.answer(gathering.inTurn(answer));
  }
}

function watchKey({ selector, lookBack }: Watch): string {
  const sorted = "ids" in selector ? selector.ids.toSorted((a, b) => a - b) : selector.tags.toSorted();
  return JSON.stringify([sorted, lookBack]);
}
