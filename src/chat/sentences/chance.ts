// How sure a number is, for people who never heard of p. Pure.

import { number } from "./amounts.ts";

/** Where rarer is as good as never. */
const NEVER = 1e-6;
const NOTHING = 1e-12;
/** Above it nobody counts bakes. */
const OFTEN = 0.2;

/** How often luck alone does that: `once in about 2 500 bakes (p = 0.0004)`. */
export function luck(p: number): string {
  const shown = p < NOTHING ? `(p < ${NOTHING})` : `(p = ${p < 1e-5 ? p.toExponential(0) : Number(p.toPrecision(2))})`;
  if (p <= NEVER) return `less than once in a million bakes ${shown}`;
  if (p > OFTEN) return `in ${number(Math.max(1, Math.round(p * 10)))} of 10 bakes ${shown}`;
  return `once in about ${number(Number((1 / p).toPrecision(2)))} bakes ${shown}`;
}

/** `37 %` of something, without digits that nobody reads. */
export function percent(part: number): string {
  return `${Number((part * 100).toPrecision(Math.abs(part) < 0.1 ? 2 : 3))} %`;
}
