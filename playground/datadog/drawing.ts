// Draws one graph as SVG: lines over time, a legend, deploy markers as vertical lines. Knows no metric and no page.

export interface Line {
  scope: string[];
  buckets: Map<number, number | null>;
}

export interface Mark {
  /** Milliseconds since 1970. */
  at: number;
  title: string;
  bad: boolean;
}

const width = 640;
const plot = { left: 52, right: 630, top: 10, bottom: 170 };
const colours = [
  "#3367d6",
  "#e8710a",
  "#0f9d8f",
  "#a142f4",
  "#d93025",
  "#7a8a00",
  "#00838f",
  "#ad1457",
  "#5d4037",
  "#546e7a",
];
const legendColumns = 4;

const plain = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Marks lie inside the span. */
export function drawGraph(lines: Line[], marks: Mark[], span: { from: number; to: number }): string {
  const named = [...lines].sort((a, b) => a.scope.join().localeCompare(b.scope.join(), "en", { numeric: true }));
  const top = niceAbove(
    Math.max(0, ...lines.flatMap(({ buckets }) => [...buckets.values()].map((value) => value ?? 0))),
  );
  const x = (at: number) => plot.left + ((at - span.from) / (span.to - span.from)) * (plot.right - plot.left);
  const y = (value: number) => plot.bottom - (Math.max(0, value) / top) * (plot.bottom - plot.top);
  const height = plot.bottom + 34 + Math.ceil(named.length / legendColumns) * 16;
  const parts = [
    ...grid(top, y),
    ...timeLabels(span, x),
    ...named.map((line, index) => path(line, colour(index), { x, y })),
    ...marks.map((mark) => vertical(mark, x(mark.at))),
    ...named.map((line, index) => legend(line, index)),
    named.length === 0 ? `<text x="${width / 2}" y="95" text-anchor="middle" fill="#5c6470">No data</text>` : "",
  ];
  return `<svg viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="11">${parts.join("")}</svg>`;
}

const colour = (index: number) => colours[index % colours.length] ?? "#3367d6";

/** The next of 1, 2, 5, 10, 20 ... at or above `value`. */
function niceAbove(value: number): number {
  if (value <= 0) return 1;
  const scale = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * scale >= value) ?? 10) * scale;
}

function grid(top: number, y: (value: number) => number): string[] {
  return [0, 0.5, 1].map((share) => {
    const at = y(top * share);
    const label = `<text x="${plot.left - 6}" y="${at + 4}" text-anchor="end" fill="#5c6470">${Number((top * share).toPrecision(4))}</text>`;
    return `<line x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}" stroke="#e6e9ef"/>${label}`;
  });
}

function timeLabels({ from, to }: { from: number; to: number }, x: (at: number) => number): string[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = from + (to - from) * share;
    const anchor = share === 0 ? "start" : share === 1 ? "end" : "middle";
    return `<text x="${x(at).toFixed(1)}" y="${plot.bottom + 16}" text-anchor="${anchor}" fill="#5c6470">${new Date(at).toISOString().slice(11, 19)}</text>`;
  });
}

interface Scale {
  x(at: number): number;
  y(value: number): number;
}

/** A missing bucket breaks the line: silence must be seen. */
function path(line: Line, stroke: string, { x, y }: Scale): string {
  const starts = [...line.buckets.keys()];
  const step = Math.min(...starts.slice(1).map((start, index) => start - (starts[index] ?? start)));
  let before = Number.NaN;
  const moves = [...line.buckets].flatMap(([start, value]) => {
    if (value === null) return [];
    const joined = start - before <= step;
    before = start;
    const place = `${Math.max(plot.left, x(start)).toFixed(1)} ${y(value).toFixed(1)}`;
    return [joined ? `L${place}` : `M${place}h0.01`];
  });
  return `<path d="${moves.join("")}" fill="none" stroke="${stroke}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"/>`;
}

function vertical({ title, bad }: Mark, at: number): string {
  const stroke = bad ? "#c62828" : "#1c2733";
  const place = at.toFixed(1);
  return `<g class="marker"><title>${plain(title)}</title><line x1="${place}" x2="${place}" y1="${plot.top}" y2="${plot.bottom}" stroke="${stroke}" stroke-width="1.4" stroke-dasharray="4 3"/><path d="M${place} ${plot.top}l-4 -7h8z" fill="${stroke}"/></g>`;
}

function legend(line: Line, index: number): string {
  const column = (width - plot.left) / legendColumns;
  const left = plot.left + (index % legendColumns) * column;
  const y = plot.bottom + 36 + Math.floor(index / legendColumns) * 16;
  const name = line.scope.join(", ") || "all";
  return `<rect x="${left}" y="${y - 8}" width="9" height="9" rx="2" fill="${colour(index)}"/><text x="${left + 14}" y="${y}">${plain(name)}</text>`;
}
