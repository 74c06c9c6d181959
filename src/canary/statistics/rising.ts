// ln Γ(a + n) - ln Γ(a), the logarithm of the rising factorial a(a+1)…(a+n-1): what is left of Beta functions when counts grow. Pure.

/** So many factors are multiplied one by one. */
const FEW = 128;
/** From here on three terms of Stirling's series are exact to the last digit. */
const LARGE = 64;

/** For a > 0 and an integer n >= 0; absolute error about 1e-16 times the result. */
export function logRising(a: number, n: number): number {
  if (n <= FEW) return sumOfLogs(a, n);
  const first = a < LARGE ? Math.ceil(LARGE - a) : 0;
  const from = a + first;
  const to = a + n;
  // (to - ½) ln to - (from - ½) ln from - (to - from), written so that the large parts cancel before they are rounded.
  const main = (from - 0.5) * Math.log1p((to - from) / from) + (to - from) * (Math.log(to) - 1);
  return sumOfLogs(a, first) + main + stirling(to) - stirling(from);
}

function sumOfLogs(a: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(a + i);
  return sum;
}

function stirling(a: number): number {
  const square = a * a;
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / a;
}
