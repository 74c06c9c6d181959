// Measures things against each other: rounds take turns, so that a slow minute of the machine hits all of them. Knows nothing of what it measures.

export interface Variant {
  name: string;
  /** Once acquire and release of the lock called `lock`. */
  pair(lock: string): Promise<void>;
  close(): Promise<void>;
}

/** `perSecond`: the median of all rounds. `p99Ms`: of all pairs of all rounds. */
export interface Measured {
  name: string;
  perSecond: number;
  p99Ms: number;
}

export interface Course {
  /** How many different locks are worked on at the same time. */
  atOnce: number;
  pairs: number;
  rounds: number;
}

/** The first round is for warming up and does not count. */
export async function measure(variants: Variant[], course: Course): Promise<Measured[]> {
  const rates = variants.map((): number[] => []);
  const took = variants.map((): number[] => []);
  for (let round = 0; round <= course.rounds; round += 1)
    for (const [i, variant] of variants.entries()) {
      const times: number[] = [];
      const perSecond = await oneRound(variant, course, times);
      if (round === 0) continue;
      rates[i]?.push(perSecond);
      took[i]?.push(...times);
    }
  return variants.map(({ name }, i) => ({
    name,
    perSecond: quantile(rates[i] ?? [], 0.5),
    p99Ms: quantile(took[i] ?? [], 0.99),
  }));
}

async function oneRound({ pair }: Variant, { atOnce, pairs }: Course, times: number[]): Promise<number> {
  const began = performance.now();
  const worker = async (lock: string) => {
    for (let done = 0; done < pairs / atOnce; done += 1) {
      const asked = performance.now();
      await pair(lock);
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, i) => worker(`web${i}`)));
  return pairs / ((performance.now() - began) / 1000);
}

export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Columns of a table, the first one flush left. */
export function printTable(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    );
}
