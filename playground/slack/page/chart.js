// The `data_visualization` block as SVG: lines, areas and bars over categories. The numbers are also there as a table for screen readers.

import { h, svg } from "./dom.js";
import { pie } from "./pie.js";

const width = 560;
const height = 230;
const left = 52;
const right = 12;
const top = 12;
const bottom = 46;
const innerWidth = width - left - right;
const innerHeight = height - top - bottom;

export function chart(block) {
  const { chart: what, title } = block;
  const drawing = what.type === "pie" ? pie(what) : plot(what, title);
  return h("figure", { class: "chart" }, h("figcaption", {}, title), drawing, legend(what), numbers(what, title));
}

function plot(what, title) {
  const categories = what.axis_config.categories;
  const scale = scaleFor(what.series.flatMap((series) => series.data.map((point) => point.value)));
  const y = (value) => top + innerHeight * (1 - (value - scale.low) / (scale.high - scale.low));
  const step = innerWidth / (what.type === "bar" ? categories.length : Math.max(1, categories.length - 1));
  const x = (at) => left + (what.type === "bar" ? step * (at + 0.5) : step * at);
  const draw = { line, area, bar: bars }[what.type] ?? line;
  const ordered = what.series.map((series) =>
    categories.map((category) => series.data.find((point) => point.label === category)?.value),
  );
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${what.type} chart: ${title}` },
    grid(scale, y),
    labels(categories, x),
    axisTitles(what.axis_config),
    ordered.map((values, at) =>
      draw(values, { at, count: ordered.length, x, y, step, floor: y(Math.max(scale.low, 0)) }),
    ),
  );
}

/** Round numbers around the values, zero included unless it is far away. */
function scaleFor(values) {
  const least = Math.min(0, ...values);
  const most = Math.max(...values, least + 1e-9);
  const rough = (most - least) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough;
  return { low: Math.floor(least / step) * step, high: Math.ceil(most / step) * step, step };
}

function grid({ low, high, step }, y) {
  const lines = [];
  for (let value = low; value <= high + step / 2; value += step) {
    lines.push(
      svg("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      svg("text", { class: "tick", x: left - 8, y: y(value) + 4, "text-anchor": "end" }, short(value)),
    );
  }
  return lines;
}

function short(value) {
  return new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 }).format(value);
}

/** As many category labels as fit without touching each other. */
function labels(categories, x) {
  const longest = Math.max(...categories.map((one) => one.length));
  const every = Math.ceil((categories.length * (longest * 7.4 + 16)) / innerWidth);
  return categories.map((category, at) =>
    at % every === 0
      ? svg(
          "text",
          { class: "tick", x: x(at), y: height - bottom + 18, "text-anchor": anchor(at, categories.length, x) },
          category,
        )
      : null,
  );
}

function anchor(at, count, x) {
  if (at === 0 && x(0) < left + 20) return "start";
  return at === count - 1 && x(at) > width - right - 20 ? "end" : "middle";
}

function axisTitles({ x_label: xLabel, y_label: yLabel }) {
  return [
    xLabel
      ? svg("text", { class: "axis", x: left + innerWidth / 2, y: height - 8, "text-anchor": "middle" }, xLabel)
      : null,
    yLabel
      ? svg(
          "text",
          { class: "axis", transform: `translate(12 ${top + innerHeight / 2}) rotate(-90)`, "text-anchor": "middle" },
          yLabel,
        )
      : null,
  ];
}

function points(values, { x, y }) {
  return values.map((value, at) => (value === undefined ? null : [x(at), y(value)])).filter((one) => one !== null);
}

function line(values, place) {
  const path = points(values, place).map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return [
    svg("polyline", { class: `series series-${place.at % 6}`, points: path.join(" ") }),
    points(values, place).map(([cx, cy]) => svg("circle", { class: `dot series-${place.at % 6}`, cx, cy, r: 2.6 })),
  ];
}

function area(values, place) {
  const path = points(values, place);
  const edge = [[path[0]?.[0], place.floor], ...path, [path.at(-1)?.[0], place.floor]]
    .map((one) => one.join(","))
    .join(" ");
  return [svg("polygon", { class: `surface series-${place.at % 6}`, points: edge }), line(values, place)];
}

function bars(values, { at, count, x, y, step, floor }) {
  const wide = (step * 0.7) / count;
  return values.map((value, index) => {
    if (value === undefined) return null;
    const from = x(index) - (wide * count) / 2 + wide * at;
    const above = Math.min(y(value), floor);
    return svg("rect", {
      class: `bar series-${at % 6}`,
      x: from,
      y: above,
      width: wide - 1,
      height: Math.max(1, Math.abs(y(value) - floor)),
      rx: 2,
    });
  });
}

function names(what) {
  return what.type === "pie" ? what.segments.map((one) => one.label) : what.series.map((one) => one.name);
}

function legend(what) {
  const entry = (name, at) =>
    h("span", { class: "legend-entry" }, h("span", { class: `swatch series-${at % 6}` }), name);
  return h("div", { class: "legend", "aria-hidden": "true" }, names(what).map(entry));
}

function numbers(what, title) {
  const rows =
    what.type === "pie"
      ? what.segments.map((one) => [one.label, one.value])
      : what.series.flatMap((series) => series.data.map((point) => [`${series.name}, ${point.label}`, point.value]));
  const row = ([label, value]) => h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, String(value)));
  return h("table", { class: "sr-only" }, h("caption", {}, title), rows.map(row));
}
