// How the numbers of a window become one. Pure.

/** `how` is sum, mean, max, min, last or p<percentile> (between two ranks a straight line, as in most libraries). Numbers: at least one. */
export function aggregateOf(how: string, numbers: readonly number[]): number {
  switch (how) {
    case "sum":
      return sumOf(numbers);
    case "mean":
      return sumOf(numbers) / numbers.length;
    case "max":
      return numbers.reduce((a, b) => Math.max(a, b));
    case "min":
      return numbers.reduce((a, b) => Math.min(a, b));
    case "last":
      return numbers.at(-1) as number;
    default:
      return percentileOf(Number(how.slice(1)), numbers);
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function percentileOf(percent: number, numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  const place = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}
