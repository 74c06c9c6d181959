// The normal distribution, accurate in relative terms as far out as a double can say. Pure.

const SQRT_PI = Math.sqrt(Math.PI);
/** Beyond this square the tail is below 1e-310 and counts as 0, as in the libraries that p-values are compared with. */
const LARGEST_SQUARE = 709.782712893384;
/** Below it the series is short and loses nothing; above it the continued fraction converges quickly. */
const SERIES_UP_TO = 2;

/** P(Z > z) of a standard normal Z: relative error below 1e-12, also where it is 1e-300. */
export function upperTail(z: number): number {
  const x = z / Math.SQRT2;
  return x < 0 ? 1 - erfc(-x) / 2 : erfc(x) / 2;
}

/** The z with P(Z > z) = `tail`, for a tail in (0, 1). */
export function upperQuantile(tail: number): number {
  if (tail > 0.5) return -upperQuantile(1 - tail);
  // A rough start on the safe side of a convex function, then Newton on the logarithm of the tail: it never overshoots for long.
  let z = Math.sqrt(Math.max(0, -2 * Math.log(2 * tail)));
  for (let step = 0; step < 60; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const ratio = upperTail(z) / tail;
    const change = (Math.log(ratio) * upperTail(z)) / density;
    z += change;
    if (Math.abs(change) <= 1e-15 * Math.max(1, Math.abs(z))) break;
  }
  return z;
}

/** The complementary error function, for x >= 0. */
function erfc(x: number): number {
  if (x < SERIES_UP_TO) return 1 - (2 / SQRT_PI) * expOfMinusSquare(x) * series(x);
  if (x * x > LARGEST_SQUARE) return 0;
  return expOfMinusSquare(x) / (SQRT_PI * fraction(x));
}

/** x + 2x³/3 + 4x⁵/15 + …: only positive terms, so nothing cancels (Abramowitz & Stegun 7.1.6). */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return sum;
}

/** x + (1/2)/(x + 1/(x + (3/2)/(x + …))) from the inside out (Abramowitz & Stegun 7.1.14). */
function fraction(x: number): number {
  let inner = x;
  for (let n = Math.ceil(12 + 400 / (x * x)); n > 0; n--) inner = x + n / 2 / inner;
  return inner;
}

/** exp(-x²) without the error of rounding x²: far out that error would be multiplied by x². */
function expOfMinusSquare(x: number): number {
  const coarse = Math.fround(x);
  return Math.exp(-coarse * coarse) * Math.exp(-(x - coarse) * (x + coarse));
}
