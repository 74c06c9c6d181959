// Limits of the `data_visualization` block: bars, lines and areas over categories, and pies.

import type { Fields } from "../json.ts";
import type { Mistakes } from "./mistakes.ts";

const MOST_SERIES = 12;
const MOST_POINTS = 20;
const LABEL = 20;

export function checkChart(mistakes: Mistakes, path: string, block: Fields): void {
  mistakes.string(`${path}/title`, block.title, 50);
  const { chart } = block;
  if (!mistakes.object(`${path}/chart`, chart)) return;
  if (chart.type === "pie") checkPie(mistakes, `${path}/chart`, chart);
  else if (["line", "bar", "area"].includes(String(chart.type))) checkSeries(mistakes, `${path}/chart`, chart);
  else mistakes.add(`${path}/chart/type`, "must be one of: line, bar, area, pie");
}

function checkSeries(mistakes: Mistakes, path: string, chart: Fields): void {
  const categories = checkAxis(mistakes, `${path}/axis_config`, chart.axis_config);
  const names = new Set<unknown>();
  for (const [at, series] of mistakes.items(`${path}/series`, chart.series, [1, MOST_SERIES]).entries()) {
    const here = `${path}/series/${at}`;
    if (!mistakes.object(here, series)) continue;
    mistakes.string(`${here}/name`, series.name, LABEL);
    if (names.has(series.name)) mistakes.add(`${here}/name`, "must be unique among the series");
    names.add(series.name);
    checkPoints(mistakes, here, { series, categories });
  }
}

function checkAxis(mistakes: Mistakes, path: string, axis: unknown): unknown[] {
  if (!mistakes.object(path, axis)) return [];
  mistakes.optionalString(`${path}/x_label`, axis.x_label, 50);
  mistakes.optionalString(`${path}/y_label`, axis.y_label, 50);
  const categories = mistakes.items(`${path}/categories`, axis.categories, [1, MOST_POINTS]);
  for (const [at, category] of categories.entries()) mistakes.string(`${path}/categories/${at}`, category, LABEL);
  return categories;
}

function checkPoints(
  mistakes: Mistakes,
  path: string,
  { series, categories }: { series: Fields; categories: unknown[] },
): void {
  const labels = new Set<unknown>();
  for (const [at, point] of mistakes.items(`${path}/data`, series.data, [1, MOST_POINTS]).entries()) {
    const here = `${path}/data/${at}`;
    if (!mistakes.object(here, point)) continue;
    mistakes.string(`${here}/label`, point.label, LABEL);
    if (typeof point.value !== "number") mistakes.add(`${here}/value`, "must be a number");
    labels.add(point.label);
  }
  const missing = categories.filter((one) => !labels.has(one));
  if (missing.length > 0) mistakes.add(`${path}/data`, `must have a point for each category: ${missing.join(", ")}`);
}

function checkPie(mistakes: Mistakes, path: string, chart: Fields): void {
  for (const [at, segment] of mistakes.items(`${path}/segments`, chart.segments, [1, MOST_SERIES]).entries()) {
    const here = `${path}/segments/${at}`;
    if (!mistakes.object(here, segment)) continue;
    mistakes.string(`${here}/label`, segment.label, LABEL);
    if (typeof segment.value !== "number" || segment.value <= 0) mistakes.add(`${here}/value`, "must be more than 0");
  }
}
