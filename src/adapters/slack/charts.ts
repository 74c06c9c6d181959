// A chart as Slack's own chart block, within its limits. Knows nothing of what is drawn.

import type { KnownBlock } from "@slack/types";
import type { Chart } from "../../views/message.ts";
import { cut } from "./cut.ts";

const LIMITS = { title: 50, axis: 50, label: 20, points: 20, series: 6 };
/** Before the label of a point that is not the next one after its neighbour, and behind the last one when it is not the last of all. */
const GAP = "…";

/** Fewer points are no line. */
const FEWEST_POINTS = 2;

/**
 * Null when too little is known to draw it. Slack wants a number for every label, and nothing is said of empty values: where one is missing, the label is left out,
 * and the next one shows it. A series that would cost more than half of the labels is left out itself, but for the first.
 */
export function chartBlock({ title, unit, times, labels, series }: Chart): KnownBlock | null {
  const [first, ...others] = series.slice(0, LIMITS.series);
  if (first === undefined) return null;
  const known = (values: readonly (number | null)[], at: number) => Number.isFinite(values[at] ?? Number.NaN);
  const places = labels.map((_, at) => at).filter((at) => known(first.values, at));
  const whole = others.filter(({ values }) => places.filter((at) => known(values, at)).length > places.length / 2);
  const shown = [first, ...whole];
  const left = places.filter((at) => shown.every(({ values }) => known(values, at))).slice(-LIMITS.points);
  if (left.length < FEWEST_POINTS) return null;
  const categories = unique(
    left.map((at, i) => {
      const before = i > 0 && left[i - 1] !== at - 1 ? `${GAP} ` : "";
      const after = i === left.length - 1 && at < labels.length - 1 ? ` ${GAP}` : "";
      return `${before}${labels[at] ?? ""}${after}`;
    }),
  );
  const names = unique(shown.map(({ name }) => name));
  const block = {
    type: "data_visualization",
    title: cut(title, LIMITS.title) || "…",
    chart: {
      type: "line",
      series: shown.map(({ values }, n) => ({
        name: names[n],
        data: left.map((at, i) => ({ label: categories[i], value: values[at] })),
      })),
      axis_config: {
        categories,
        ...(times === "" ? {} : { x_label: cut(times, LIMITS.axis) }),
        ...(unit === "" ? {} : { y_label: cut(unit, LIMITS.axis) }),
      },
    },
  };
  return block as unknown as KnownBlock;
}

/** None empty, none too long, none twice: Slack tells points and series apart by these words. */
function unique(words: string[]): string[] {
  const taken = new Set<string>();
  return words.map((word) => {
    let one = cut(word, LIMITS.label) || "…";
    for (let n = 2; taken.has(one); n++) one = `${cut(word, LIMITS.label - 1 - String(n).length)} ${n}`;
    taken.add(one);
    return one;
  });
}
