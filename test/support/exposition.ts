// Reads Prometheus' text format as strictly as Prometheus does, and what `promtool check metrics` would complain about: throws with the line. Knows no metric by name.

export interface Family {
  type: string;
  help: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{((?:${LABEL})(?:,${LABEL})*)?\\})? (\\S+)$`);
const SUFFIXES: Record<string, string[]> = {
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

export class Exposition {
  readonly families = new Map<string, Family>();

  constructor(text: string) {
    if (!text.endsWith("\n")) throw new Error("the last line has no end");
    let current: [string, Family] | null = null;
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const [, word, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
      if (word === "HELP") {
        if (this.families.has(name)) throw new Error(`${name} comes twice`);
        current = [name, { type: "untyped", help: rest, samples: [] }];
        this.families.set(...current);
      } else if (word === "TYPE" && current?.[0] === name) current[1].type = rest;
      else if (current) take(line, current);
      else throw new Error(`no HELP before: ${line}`);
    }
    for (const family of this.families) check(family);
  }

  /** The value of the one sample with this name whose labels include these; undefined when there is none. */
  value(name: string, labels: Record<string, string> = {}): number | undefined {
    const all = [...this.families.values()].flatMap(({ samples }) => samples);
    const found = all.filter(
      (one) => one.name === name && Object.entries(labels).every(([k, v]) => one.labels[k] === v),
    );
    if (found.length > 1) throw new Error(`${found.length} samples are ${name} ${JSON.stringify(labels)}`);
    return found[0]?.value;
  }
}

function take(line: string, [family, { type, samples }]: [string, Family]): void {
  const [, name = "", labelText = "", number = ""] = SAMPLE.exec(line) ?? [];
  if (!(SUFFIXES[type] ?? [""]).some((suffix) => name === family + suffix))
    throw new Error(`not of ${family}: ${line}`);
  const value = number === "+Inf" ? Number.POSITIVE_INFINITY : Number(number);
  if (Number.isNaN(value) && number.toLowerCase() !== "nan") throw new Error(`no number: ${line}`);
  const pairs = [...labelText.matchAll(/([^=,]+)="((?:[^"\\]|\\.)*)"/g)].map(([, k = "", v = ""]) => [k, v]);
  const labels = Object.fromEntries(pairs);
  if (pairs.length !== Object.keys(labels).length) throw new Error(`a label comes twice: ${line}`);
  if (samples.some((one) => one.name === name && keyOf(one.labels) === keyOf(labels)))
    throw new Error(`twice: ${line}`);
  samples.push({ name, labels, value });
}

function check([name, { type, help, samples }]: [string, Family]): void {
  if (help === "") throw new Error(`${name} has no help`);
  if (type === "counter" && !name.endsWith("_total")) throw new Error(`${name} counts and does not end in _total`);
  if (type === "histogram") checkHistogram(name, samples);
}

/** Buckets grow, end with +Inf, and that one is the count. */
function checkHistogram(name: string, samples: Family["samples"]): void {
  const of = (suffix: string) => samples.filter((one) => one.name === name + suffix);
  for (const { labels, value: count } of of("_count")) {
    const own = of("_bucket").filter(({ labels: { le: _, ...rest } }) => keyOf(rest) === keyOf(labels));
    const values = own.map(({ value }) => value);
    if (own.at(-1)?.labels.le !== "+Inf" || values.at(-1) !== count) throw new Error(`${name} does not end with +Inf`);
    if (values.some((value, i) => value < (values[i - 1] ?? 0))) throw new Error(`${name} falls from bucket to bucket`);
  }
}

function keyOf(labels: Record<string, string>): string {
  return JSON.stringify(Object.entries(labels).sort());
}
