// Numbers, durations and sizes in words. Pure.

/** `45 s`, `5 min`, `1 h 30 min`: at most two units, nothing below a second. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 || minutes >= 10 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Four significant digits, so that 0.00031 and 12 040 both stay readable. */
export function number(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en-GB").replaceAll(",", "\u202f");
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString("en-GB").replaceAll(",", "\u202f")
    : String(Number(value.toPrecision(4)));
}

export function measure(value: number, unit: string): string {
  return unit === "" ? number(value) : `${number(value)} ${unit}`;
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  const units = ["KB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log2(size) / 10), units.length);
  return `${Number((size / 1024 ** power).toPrecision(3))} ${units[power - 1]}`;
}

/** `web-01, web-02 and 7 more`: long lists of hosts stay short. */
export function names(all: readonly string[], atMost = 6): string {
  if (all.length <= atMost + 1)
    return all.length > 1 ? `${all.slice(0, -1).join(", ")} and ${all.at(-1)}` : (all[0] ?? "none");
  return `${all.slice(0, atMost).join(", ")} and ${all.length - atMost} more`;
}

/** Cut with an ellipsis to at most so many characters; an emoji is never cut in half. */
export function shortened(text: string, atMost: number): string {
  if (text.length <= atMost) return text;
  const characters = [...text];
  return characters.length > atMost ? `${characters.slice(0, atMost - 1).join("")}…` : text;
}
