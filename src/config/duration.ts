// Durations as people write them: `90s`, `5m`, `1h 30m`, `2 hours`. Pure.

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const WORDS = "(?:ms|s|sec|secs|seconds?|m|min|mins|minutes?|h|hrs?|hours?|d|days?)";
const ONE = new RegExp(`(\\d+(?:\\.\\d+)?)\\s*(${WORDS})(?![a-z])`, "gi");
const WHOLE = new RegExp(`^(?:\\d+(?:\\.\\d+)?\\s*${WORDS}(?![a-z])[\\s,]*)+$`, "i");

/** Milliseconds; null when `text` is not a duration. */
export function parseDuration(text: string): number | null {
  if (!WHOLE.test(text.trim())) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(ONE)) total += Number(amount) * (UNITS[shortUnit(unit ?? "")] ?? 0);
  return Math.round(total);
}

function shortUnit(unit: string): string {
  const lower = unit.toLowerCase();
  return lower === "ms" ? "ms" : lower.charAt(0);
}
