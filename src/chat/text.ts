// Rich text as data. A plain string is words and nothing else: whatever it holds, it can neither mention anybody, nor become a link, nor break
// the layout. Links, mentions and times are pieces of their own, and only our own sentences make them.

export type Piece =
  | string
  | { link: string; label: string }
  /** A person or user group, by Slack id; told about it. */
  | { mention: string }
  | { bold: string }
  | { code: string }
  /** A moment (ms since 1970), shown in the reader's own time zone. */
  | { time: number; show: TimeShown }
  /** Words that only make sense beside times in the reader's own zone, such as the same times in UTC. */
  | { besideLocal: string };

export type Text = readonly Piece[];

/** Hours and minutes; with seconds, for windows; with the date. */
export type TimeShown = "clock" | "precise" | "date";

/** `` t`web is locked by ${person}` `` */
export function t(strings: TemplateStringsArray, ...values: (Piece | Text | number)[]): Text {
  const pieces = strings.flatMap((string, i): Text => {
    const value = values[i];
    if (value === undefined) return [string];
    return [string, ...(typeof value === "number" ? [String(value)] : isText(value) ? value : [value])];
  });
  return joined(pieces);
}

/** Neighbouring words become one piece, empty ones none. */
function joined(pieces: Text): Text {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (typeof piece === "string" && typeof last === "string") result[result.length - 1] = last + piece;
    else if (piece !== "") result.push(piece);
  }
  return result;
}

function isText(value: Piece | Text): value is Text {
  return Array.isArray(value);
}

export const bold = (text: string): Piece => ({ bold: text });
export const code = (text: string): Piece => ({ code: text });
export const link = (url: string, label: string): Piece => ({ link: url, label });
export const clock = (at: number): Piece => ({ time: at, show: "clock" });
/** With the day: today, tomorrow, or the date. */
export const date = (at: number): Piece => ({ time: at, show: "date" });
export const precise = (at: number): Piece => ({ time: at, show: "precise" });

/** `12:00:30 to 12:05:00`, for the reader and in UTC. */
export function windowText({ from, to }: { from: number; to: number }): Text {
  const same = `${utc(from, "precise").replace(" UTC", "")} to ${utc(to, "precise")}`;
  return t`${precise(from)} to ${precise(to)}${{ besideLocal: ` (${same})` }}`;
}

/** `a, b and c` */
export function list(items: readonly (Piece | Text)[], word = "and"): Text {
  return items.flatMap((item, i) => {
    const between = i === 0 ? [] : i === items.length - 1 ? [` ${word} `] : [", "];
    return [...between, ...(isText(item) ? item : [item])];
  });
}

export function join(texts: readonly Text[], between: string): Text {
  return texts.flatMap((text, i) => (i === 0 ? text : [between, ...text]));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const STEERING = /\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;
/** Those that turn the direction of what stands behind them, also of our own words. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Words as they may be shown: without what steers a terminal, turns the direction of writing, or ends a line where none ends. Breaks and tabs stay. */
export function harmless(words: string): string {
  return words
    .replace(STEERING, "")
    .replace(CONTROLS, "")
    .replace(TURNING, "")
    .replace(/[\u2028\u2029]/g, " ");
}

/** Without any markup, for logs, terminals and screen readers. Times in UTC. */
export function plain(text: Text): string {
  return text
    .map((piece) => {
      if (typeof piece === "string") return piece;
      if ("label" in piece) return piece.label;
      if ("mention" in piece) return piece.mention;
      if ("bold" in piece) return piece.bold;
      if ("code" in piece) return piece.code;
      if ("besideLocal" in piece) return "";
      return utc(piece.time, piece.show);
    })
    .join("");
}

export function utc(at: number, show: TimeShown = "clock"): string {
  const moment = new Date(at);
  // From a damaged journal, or a clock that was far off: the rest of the sentence still holds.
  if (Number.isNaN(moment.getTime())) return "an unknown time";
  const iso = moment.toISOString();
  const clockParts = {
    clock: iso.slice(11, 16),
    precise: iso.slice(11, 19),
    date: `${iso.slice(0, 10)} ${iso.slice(11, 16)}`,
  };
  return `${clockParts[show]} UTC`;
}
