// What the operator's monitoring counts and times, and what is asked how the bot is. Knows no format and no way of asking for it.

import type { CounterName, GaugeName, HistogramName, LabelsOf } from "../meters/table.ts";

/** What is counted or timed under one name. */
export interface Meter {
  kind: "counter" | "histogram" | "gauge";
  help: string;
  labels: readonly string[];
  /** Of a histogram: upper bounds in seconds. */
  buckets?: readonly number[];
}

/** The value of a gauge at the moment of asking. */
export type Sample = { [N in GaugeName]: { name: N; labels: LabelsOf<N>; value: number } }[GaugeName];

/** Never rejects or throws, and costs next to nothing: it is called on the way of everything. */
export interface Meters {
  /** There is such a thing, and none of it so far: so that the first one is seen as an increase. */
  expect<N extends CounterName>(name: N, labels: LabelsOf<N>): void;
  /** One more of it. */
  count<N extends CounterName>(name: N, labels: LabelsOf<N>): void;
  took<N extends HistogramName>(name: N, labels: LabelsOf<N>, seconds: number): void;
  /** A stopwatch: seconds since now, on a clock that is never set back. */
  start(): () => number;
}

/** Whether Slack can reach the bot. `since` (ms since 1970) is when that began; null in HTTP mode, where Slack connects anew for each request. */
export interface SlackLink {
  connected: boolean;
  since: number | null;
}

/** How late the event loop was, in ms, in the last one to two minutes. */
export interface LoopDelay {
  p99: number;
  longest: number;
}
