// All differences x - y of two samples, looked up by rank without ever writing them down: they are a matrix whose rows and columns are
// sorted, and a sweep along a staircase counts how many lie below a value (Monahan 1984; Johnson & Mizoguchi 1978). Pure.

/** Two samples, each sorted ascending. */
export interface Sorted {
  x: Float64Array;
  y: Float64Array;
}

/** The candidates that are left, row by row: of row i those from `from[i]` up to, without, `to[i]`. */
interface Candidates {
  from: Int32Array;
  to: Int32Array;
}

/** So many values are worth sorting at once. */
const FEW = 4096;
const SAMPLE = 64;

/** The difference with `rank` smaller or equal ones before it (0 is the smallest). Exact; memory grows with x.length, time with both. */
export function differenceAtRank({ x, y }: Sorted, rank: number): number {
  const left: Candidates = { from: new Int32Array(x.length), to: new Int32Array(x.length).fill(y.length) };
  const below: Candidates = { from: new Int32Array(x.length), to: new Int32Array(x.length) };
  const enough = Math.max(FEW, x.length + y.length);
  let before = 0;
  for (let count = x.length * y.length; count > enough; count = sizeOf(left)) {
    const pivot = guess({ x, y }, { left, count }, (rank - before) / count);
    const { less, notMore } = countBelow({ x, y }, pivot, below);
    if (rank < less) left.to.set(below.from);
    else if (rank < notMore) return pivot;
    else {
      left.from.set(below.to);
      before = notMore;
    }
  }
  return sortedCandidates({ x, y }, left)[rank - before] as number;
}

/** Element j of row i; both ascend. */
function at({ x, y }: Sorted, i: number, j: number): number {
  return (x[i] as number) - (y[y.length - 1 - j] as number);
}

/** How many differences are less than the pivot and how many at most it; per row into `into.from` and `into.to`. */
function countBelow({ x, y }: Sorted, pivot: number, into: Candidates): { less: number; notMore: number } {
  let [less, notMore] = [0, 0];
  let [j, k] = [y.length, y.length];
  for (let i = 0; i < x.length; i++) {
    while (j > 0 && at({ x, y }, i, j - 1) >= pivot) j--;
    while (k > 0 && at({ x, y }, i, k - 1) > pivot) k--;
    into.from[i] = j;
    into.to[i] = k;
    less += j;
    notMore += k;
  }
  return { less, notMore };
}

function sizeOf({ from, to }: Candidates): number {
  let size = 0;
  for (let i = 0; i < from.length; i++) size += Math.max(0, (to[i] as number) - (from[i] as number));
  return size;
}

/** A candidate near the wanted place, from an even sample of them. A bad guess costs a sweep, never exactness. */
function guess(sorted: Sorted, { left, count }: { left: Candidates; count: number }, place: number): number {
  const sample: number[] = [];
  const step = count / SAMPLE;
  // A golden-ratio offset inside each stretch, so that a regular matrix does not always show the same column.
  const wanted = (s: number) => Math.min(count - 1, Math.floor((s + ((s * 0.6180339887) % 1)) * step));
  let passed = 0;
  for (let i = 0; i < left.from.length && sample.length < SAMPLE; i++) {
    const [from, to] = [left.from[i] as number, left.to[i] as number];
    const size = Math.max(0, to - from);
    while (sample.length < SAMPLE && wanted(sample.length) < passed + size) {
      sample.push(at(sorted, i, from + wanted(sample.length) - passed));
    }
    passed += size;
  }
  sample.sort((a, b) => a - b);
  return sample[Math.min(sample.length - 1, Math.floor(place * sample.length))] as number;
}

function sortedCandidates(sorted: Sorted, left: Candidates): Float64Array {
  const values = new Float64Array(sizeOf(left));
  let filled = 0;
  for (let i = 0; i < left.from.length; i++) {
    for (let j = left.from[i] as number; j < (left.to[i] as number); j++) values[filled++] = at(sorted, i, j);
  }
  return values.sort();
}
