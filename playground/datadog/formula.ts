// Arithmetic over named queries, such as `errors / hits * 100`. Knows no metric.

import type { Line } from "./calculate.ts";
import { Refused } from "./refused.ts";

type Operand = number | Line[];

/** Reads and works out a formula. A bucket that lacks a side, or divides by zero, has no value. Throws Refused. */
export function workOut(formula: string, named: ReadonlyMap<string, Line[]>): Line[] {
  const words = formula.match(/\d+(?:\.\d+)?|\w+|\S/g) ?? [];
  let position = 0;
  const take = (...wanted: string[]) => (wanted.includes(words[position] ?? "") ? words[position++] : undefined);
  const refuse = (why: string) => new Refused(400, `Invalid formula "${formula}": ${why}`);

  function sum(): Operand {
    let left = product();
    for (let sign = take("+", "-"); sign; sign = take("+", "-")) left = combine(left, product(), sign);
    return left;
  }

  function product(): Operand {
    let left = atom();
    for (let sign = take("*", "/"); sign; sign = take("*", "/")) left = combine(left, atom(), sign);
    return left;
  }

  function atom(): Operand {
    if (take("-")) return combine(0, atom(), "-");
    if (take("(")) {
      const inner = sum();
      if (!take(")")) throw refuse("a bracket is not closed");
      return inner;
    }
    const word = words[position++];
    if (word === undefined) throw refuse("it ends too early");
    if (/^\d/.test(word)) return Number(word);
    const lines = named.get(word);
    if (!lines) throw refuse(`no query is named "${word}"`);
    return lines;
  }

  const result = sum();
  if (position < words.length) throw refuse(`"${words[position]}" is not understood`);
  if (typeof result === "number") throw refuse("it names no query");
  return result;
}

function combine(left: Operand, right: Operand, sign: string): Operand {
  if (typeof left === "number" && typeof right === "number") return calculate(left, right, sign) ?? 0;
  if (typeof left === "number")
    return (right as Line[]).map((line) => each(line, (value) => calculate(left, value, sign)));
  if (typeof right === "number") return left.map((line) => each(line, (value) => calculate(value, right, sign)));
  return left.flatMap((line) => {
    const partner = right.find((other) => other.scope.length === 0 || other.scope.join() === line.scope.join());
    if (!partner) return [];
    return each(line, (value, start) => calculate(value, partner.buckets.get(start) ?? null, sign));
  });
}

function each(line: Line, change: (value: number | null, start: number) => number | null): Line {
  return {
    scope: line.scope,
    buckets: new Map([...line.buckets].map(([start, value]) => [start, change(value, start)])),
  };
}

function calculate(left: number | null, right: number | null, sign: string): number | null {
  if (left === null || right === null) return null;
  if (sign === "+") return left + right;
  if (sign === "-") return left - right;
  if (sign === "*") return left * right;
  return right === 0 ? null : left / right;
}
