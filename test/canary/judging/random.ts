// Seeded random numbers and the shapes of metrics that the judge is tried on. Nothing here is random from run to run.

export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  normal(): number;
  /** Whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  poisson(mean: number): number;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    whole: (from, to) => from + Math.floor(uniform() * (to - from + 1)),
    poisson(mean) {
      // Near enough for traffic, and not a thousand draws.
      if (mean > 500) return Math.round(mean + Math.sqrt(mean) * this.normal());
      let count = 0;
      for (let sum = -Math.log(1 - uniform()); sum < mean; count++) sum -= Math.log(1 - uniform());
      return count;
    },
  };
}

export const many = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

/** Latency: skewed to the right, with `spread` as coefficient of variation and a median of 1. */
export const lognormal = (random: Random, spread: number) => () =>
  Math.exp(Math.sqrt(Math.log1p(spread * spread)) * random.normal());

/** A gauge that wanders: each point is `rho` times the one before, and news; variance 1. */
export function wandering(random: Random, count: number, rho: number): number[] {
  let value = random.normal();
  return many(count, () => {
    const now = value;
    value = rho * value + Math.sqrt(1 - rho * rho) * random.normal();
    return now;
  });
}
