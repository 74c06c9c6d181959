// Ranges in names, such as `web-[01..20].example.com`. Pure.

const RANGE = /\[(\d{1,9})\.\.(\d{1,9})\]/;
/** More from one name are a slip of the finger. */
export const MOST_FROM_ONE = 10_000;

/** All names that are meant, the last range counting fastest; null when a range cannot be read, runs backwards, or means too many. */
export function expandRanges(text: string): string[] | null {
  const match = RANGE.exec(text);
  if (match === null) return /[[\]]/.test(text) ? null : [text];
  const numbers = numbersOf(match[1] ?? "", match[2] ?? "");
  const rest = expandRanges(text.slice(match.index + match[0].length));
  const before = text.slice(0, match.index);
  if (numbers === null || rest === null || /[[\]]/.test(before)) return null;
  if (numbers.length * rest.length > MOST_FROM_ONE) return null;
  return numbers.flatMap((number) => rest.map((after) => `${before}${number}${after}`));
}

/** As wide as they are written: `[08..11]` is 08, 09, 10, 11. */
function numbersOf(first: string, last: string): string[] | null {
  const [from, to] = [Number(first), Number(last)];
  if (from > to || to - from >= MOST_FROM_ONE) return null;
  const width = Math.max(...[first, last].map((written) => (written.startsWith("0") ? written.length : 0)));
  return Array.from({ length: to - from + 1 }, (_, i) => String(from + i).padStart(width, "0"));
}
